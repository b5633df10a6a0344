package layout

// Len is how many parts are kept.
func (k *Kept[Key]) Len() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.parts)
}
