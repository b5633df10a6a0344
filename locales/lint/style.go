package lint

import (
	"regexp"
	"slices"
	"strings"

	"candour/locales"
)

// Files for staff; everything else is read by patients and the public.
var staffFiles = []string{"jobs.toml", "cases.toml", "clinician.toml", "record.toml", "find.toml", "gallery.toml"}

// Keys for staff in files that are shared.
var staffKeys = []string{"demo.persona.", "signin.role", "signin.dead_end", "sessions.staff", "sessions.colleagues", "tour.scene.", "included.region"}

type rule struct {
	name    string
	pattern *regexp.Regexp
	advice  string
	keys    *regexp.Regexp // only these; nil is all
	patient bool           // only what patients read
	except  *regexp.Regexp // a match that also matches this is let through
}

func re(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

const month = `(?:January|February|March|April|May|June|July|August|September|October|November|December)`

// What the last part of a key says the sentence is for.
var (
	buttons = re(`(^|[._])(button|submit|apply|continue|save|send|confirm|extend)$`)
	titles  = re(`(^|[._])(title|tab|heading|caption|legend)$`)
	// Keys that only look so: columns of a file, names of states of a piece.
	labels  = re(`\.csv\.|^gallery\.state\.`)
	empties = re(`(^|[._])empty(_\w+)?$|\.empty\.`)
)

// House style of the words (ux.md 1.5 and D4).
var rules = []rule{
	{name: "log in", pattern: re(`(?i)\bsign(?:ed|s)?[ -](?:in|out|on|off)\b|\bsigning (?:in|out)\b|\blog(?:ged)?[ -]?(?:on|off)\b`), advice: "say log in, log out"},
	{name: "log in", pattern: re(`(?i)\b(?:to|please|you|you can|then|and|must) log(?:in|out)\b`), advice: "the verb is log in, in two words"},
	{name: "numerals", pattern: re(`(?i)\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand)\b`), advice: "write numbers as numerals"},
	{name: "numbers", pattern: re(`(?:\d+ )*\b\d{4,}\b`), advice: "a comma over 999", except: re(`^(?:\d+ )*(?:1[89]|20|21)\d\d$|^\d{3} \d{3} |^0\d+ ?\d{3,}`)},
	{name: "dates", pattern: re(`\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b`), advice: "write 6 August 2018"},
	{name: "dates", pattern: re(`\b\d{1,2}(?:st|nd|rd|th) ` + month + `|\b` + month + ` \d{1,2}\b`), advice: "write 6 August 2018"},
	{name: "dates", pattern: re(`\b\d{1,2} (?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\b`), advice: "spell the month out", patient: true},
	{name: "times", pattern: re(`\b\d{1,2}[.:]\d{2} [ap]m\b|\b\d{1,2}\.\d{2}[ap]m\b|\b\d{1,2} [ap]m\b`), advice: "write 5:30pm"},
	{name: "times", pattern: re(`\b\d{1,2}:\d{2}\b(?:[ap]m)?`), advice: "write 5:30pm to patients", patient: true, except: re(`[ap]m$`)},
	{name: "doses", pattern: re(`\b\d+ (?:mg|ml|mcg|g)\b`), advice: "no space in a dose: 500mg", patient: true},
	{name: "patients", pattern: re(`(?i)\bclinicians?\b|\bpractitioners?\b`), advice: "say doctor, nurse, or staff", patient: true},
	{name: "patients", pattern: re(`(?i)\b(?:the|your|a|GP|each|any|which|whose|their|our) practices?\b`), advice: "say GP surgery", patient: true},
	{name: "titles", pattern: re(`[^.]\.$|[;,:]$`), advice: "a title has no full stop", keys: titles},
	{name: "titles", pattern: re(`^[^A-Z{0-9“]`), advice: "a title begins with a capital letter", keys: titles},
	{name: "titles", pattern: re(` [A-Z][a-z]+ [A-Z][a-z]+(?: [A-Z][a-z]+)*`), advice: "a title has a capital letter at its start only", keys: titles, except: re(`^ (?:` + names + `)$`)},
	{name: "titles", pattern: re(` [|-] `), advice: "parts of a title are joined with –"},
	{name: "buttons", pattern: re(`[.!…]$|(?i)^(?:ok|submit|click|yes|no|next|go)\b`), advice: "a button says what it does, without a full stop", keys: buttons},
	{name: "buttons", pattern: re(`^[^A-Z{]`), advice: "a button begins with a capital letter", keys: buttons},
	{name: "empty states", pattern: re(`^(?:\S+|N/A|–|-|(?i:none\.?))$`), advice: "say what is not there, in a sentence", keys: empties},
	{name: "click", pattern: re(`(?i)\bclick(?:ing)?\b|\bpress the\b`), advice: "say what to do, not how to press"},
	{name: "please", pattern: re(`(?i)\bplease\b`), advice: "leave please out"},
	{name: "spelling", pattern: re(`(?i)\be-mail|\bhealthcare\b|\bon-line\b|\bweb site\b|\binternet\b|\bNHS Number\b`), advice: "write email, health care, online, website, NHS number", except: re(`^NHS number$|^nhs number$|^Internet$`)},
	{name: "plain words", pattern: re(`(?i)\b(?:utilise|commence|prior to|in order to|regarding|in respect of|pursuant|whilst|amongst|via|facilitate|in the event|aforementioned|ascertain|terminate|endeavour)\b`), advice: "use the plain word"},
	{name: "plain words", pattern: re(`\be\.?g\.|\bi\.?e\.|\betc\b|\band/or\b| & `), advice: "write it out: for example, that is, and, or"},
	{name: "contractions", pattern: re(`(?i)n['’]t\b`), advice: "write the not out"},
	{name: "exclamation", pattern: re(`!`), advice: "no exclamation marks"},
	{name: "capitals", pattern: re(`\b[A-Z]{4,}\b`), advice: "no words in capitals", except: re(`^(?:DOSE|FHIR|HTML|WCAG|JSON|SNOMED|ICNARC|HTTP|RTL|PDF|GDPR)$`)},
	{name: "quotation marks", pattern: re(`'[A-Za-z ]+'|"`), advice: "quotation marks are “ and ”"},
	{name: "spaces", pattern: re(`\s$|^\s|  |\s[,.;:?](?:\s|$)`), advice: "stray space"},
	{name: "spaces", pattern: re(`[a-z][,;?][A-Za-z]|[a-z]\.[A-Z]`), advice: "a space after it"},
	{name: "ellipsis", pattern: re(`\.\.+`), advice: "one full stop"},
	{name: "markup", pattern: re(`<[a-z/]|&[a-z]+;|\*\*|\]\(`), advice: "no markup in a sentence"},
	{name: "empty", pattern: re(`^$`), advice: "says nothing"},
}

// Names that keep their capitals inside a title.
const names = `Summary Care|Summary Care Record|Caldicott Guardian|Google Chrome|National Data|Data Protection|Type [0-9]|NHS App|Care Record|High Contrast`

func forStaff(s locales.Sentence) bool {
	return slices.Contains(staffFiles, s.File) || slices.ContainsFunc(staffKeys, func(prefix string) bool { return strings.HasPrefix(s.Key, prefix) })
}

// style holds one English sentence to the rules.
func style(s locales.Sentence) []Finding {
	var out []Finding
	for _, r := range rules {
		if r.keys != nil && (!r.keys.MatchString(s.Key) || labels.MatchString(s.Key)) || r.patient && forStaff(s) {
			continue
		}
		for _, m := range r.pattern.FindAllString(s.Text, -1) {
			if r.except == nil || !r.except.MatchString(m) {
				out = append(out, Finding{locales.Default, s.File, s.Key, s.Form, r.name, s.Text, r.advice})
				break
			}
		}
	}
	return out
}
