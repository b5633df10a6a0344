package letter

// AddVersion publishes another version of a template until the returned function is called.
func AddVersion(t Template) (withdraw func()) {
	before := templates
	templates = append(append([]Template{}, before...), t)
	return func() { templates = before }
}
