package record

// PagePart is a stretch of a page as it is sent: text that was drawn for this request, or
// what was made ready before it, whose text may be there as well.
type PagePart struct {
	Text  []byte
	Ready *Ready
}

// MakeReady packs what many pages have in common, once for all of them. Nothing of a
// person or a viewer belongs in it.
func MakeReady(html []byte) (*Ready, error) {
	r, err := deflated(html)
	return &r, err
}
