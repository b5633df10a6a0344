package record

// WhenOf is whenOf, for tests.
func WhenOf(sent string) When { return whenOf(sent) }

// Cited is what a line refers to, wherever it stands.
var Cited = (*Line).cited

// Apply is the filter itself.
func (f Filter) Apply(s *Sheet) *Sheet { return f.apply(s) }
