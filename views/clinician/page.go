package clinician

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"candour/models/access"
	"candour/models/opaque"
	"candour/models/record"
	"candour/views/component"
	"candour/views/layout"
	"candour/views/link"
)

// page is a record page while it is laid out: everything that belongs to this
// viewer and this moment, around a body that knows neither.
type page struct {
	*words
	ref     opaque.ID
	banner  record.Banner
	by      access.Viewer
	at      time.Time
	claim   *access.Claim
	reason  access.Reason
	sources []feed
	filter  record.Filter
}

func pageOf(ctx context.Context, d record.Disclosure) page {
	return page{
		words: wordsIn(ctx), ref: d.Person(), banner: d.Banner(), by: d.By(), at: d.Pass().At(),
		claim: d.Pass().Claim(), reason: d.Pass().Decision().Reason,
		sources: feeds(d.Sources(), d.Pass().At()), filter: d.Filter(),
	}
}

func letterOf(ctx context.Context, l record.Letter) page {
	return page{words: wordsIn(ctx), ref: l.Person(), banner: l.Banner(), by: l.By(), at: l.Pass().At()}
}

// RecordPage is the merged record with the shell around it, from a sheet.
func RecordPage(d record.Disclosure) templ.Component {
	return around(d, body(d.Sheet(), style{narrowed: !d.Filter().IsZero()}))
}

// RecordPieces is the same page around its ready-made body, as it is sent.
func RecordPieces(ctx context.Context, d record.Disclosure) ([]record.PagePart, error) {
	return layout.Pieces(ctx, d.Ready(), func(body templ.Component) templ.Component { return around(d, body) })
}

// RecordFragment is one section by itself. It may be opened at an address of its
// own, so its links start at the root.
func RecordFragment(d record.Disclosure) templ.Component {
	return body(d.Sheet(), bareOf(d))
}

// SectionPage is one section as a page of its own, under the banner.
func SectionPage(d record.Disclosure) templ.Component { return alone(d, RecordFragment(d)) }

func bareOf(d record.Disclosure) style {
	return style{bare: true, narrowed: narrowedBeyondSections(d.Filter()), documents: documentsOf(d.Person())}
}

func documentsOf(ref opaque.ID) string { return link.RecordDocument(ref, "") }

func narrowedBeyondSections(f record.Filter) bool {
	f.Sections = nil
	return !f.IsZero()
}

// Query is a filter as it stands in the address.
func Query(f record.Filter) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"source": f.Source, "from": f.From, "to": f.To, "q": f.Text} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// without is the address of the page with one part of the filter dropped.
func (p page) without(name string) string {
	v := Query(p.filter)
	v.Del(name)
	return link.Record(p.ref, v)
}

// inForce are the parts of the filter, each with the way to drop it.
func (p page) inForce() []component.Link {
	var out []component.Link
	add := func(name, key, value string) {
		if value != "" {
			out = append(out, component.Link{Href: p.without(name), Text: p.f(key, "value", value)})
		}
	}
	add("source", "clinician.filter.tag_source", p.sourceName(p.filter.Source))
	add("from", "clinician.filter.tag_from", day(p.filter.From))
	add("to", "clinician.filter.tag_to", day(p.filter.To))
	add("q", "clinician.filter.tag_text", p.filter.Text)
	return out
}

func (p page) sourceName(id string) string {
	for _, s := range p.sources {
		if s.ID == id {
			return s.Organisation
		}
	}
	return id
}

func (p page) sourceOptions() []component.Option {
	out := []component.Option{{Value: "", Text: p.t("clinician.filter.all_sources")}}
	for _, s := range p.sources {
		if s.Holds {
			out = append(out, component.Option{Value: s.ID, Text: s.Organisation, Selected: s.ID == p.filter.Source})
		}
	}
	return out
}

// why says on what the viewer's access rests: the evidence they confirmed, or the
// reason they declared.
func (p page) why() string {
	if p.claim == nil {
		return p.code("clinician.why.", string(p.reason))
	}
	if p.claim.Basis == "declared" {
		return p.code("clinician.declared.", p.claim.Reason)
	}
	return p.code("clinician.why.", p.claim.Kind)
}

// name is FAMILY, Given (Title), the NHS CUI order.
func name(b record.Banner) string {
	var s strings.Builder
	s.WriteString(strings.ToUpper(b.Family))
	if b.Given != "" {
		s.WriteString(", " + b.Given)
	}
	if b.Title != "" {
		s.WriteString(" (" + b.Title + ")")
	}
	return s.String()
}
