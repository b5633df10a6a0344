package public

// Cookie is one that the service sets; its words are cookies.<Key>.why and .life.
type Cookie struct {
	Name string
	Key  string
	Demo bool // only in the demonstration
}

// Cookies are all that the service ever sets. On https the two that belong to
// somebody who is signed in carry the mark of a cookie that no other host can set.
func Cookies(secure bool) []Cookie {
	mark := ""
	if secure {
		mark = "__Host-"
	}
	return []Cookie{
		{Name: mark + "candour", Key: "session"},
		{Name: mark + "candour-draft", Key: "draft"},
		{Name: "contrast", Key: "contrast"},
		{Name: "language", Key: "language", Demo: true},
	}
}

// CookieNotice is the page of cookies.
type CookieNotice struct {
	Secure bool
	Demo   bool
}

func (n CookieNotice) all() []Cookie {
	var out []Cookie
	for _, c := range Cookies(n.Secure) {
		if !c.Demo || n.Demo {
			out = append(out, c)
		}
	}
	return out
}
