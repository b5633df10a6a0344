package fhir

import "github.com/go-json-experiment/json/jsontext"

// Resource is one decoded resource; a type switch gives its fields.
type Resource interface{ Head() *Common }

// Meta is a resource's own data about itself.
type Meta struct {
	VersionID   string   `json:"versionId"`
	LastUpdated string   `json:"lastUpdated"`
	Source      string   `json:"source"`
	Profile     []string `json:"profile"`
	Security    []Coding `json:"security"`
	Tag         []Coding `json:"tag"`
}

// Common is what every resource has.
type Common struct {
	ResourceType string           `json:"resourceType"`
	ID           string           `json:"id"`
	Meta         Meta             `json:"meta"`
	Text         *Narrative       `json:"text"`
	Contained    []jsontext.Value `json:"contained"`
	Extension    []Extension      `json:"extension"`
	Identifier   []Identifier     `json:"identifier"`
}

// Head is the common part.
func (c *Common) Head() *Common { return c }

// Other is any valid type that has no struct of its own: kept and counted.
type Other struct{ Core }

// Core is Common without identifiers, for the few types whose identifier is a
// single value or missing.
type Core struct {
	ResourceType string           `json:"resourceType"`
	ID           string           `json:"id"`
	Meta         Meta             `json:"meta"`
	Text         *Narrative       `json:"text"`
	Contained    []jsontext.Value `json:"contained"`
	Extension    []Extension      `json:"extension"`
}

// Head is the common part.
func (c *Core) Head() *Common {
	return &Common{ResourceType: c.ResourceType, ID: c.ID, Meta: c.Meta, Text: c.Text, Contained: c.Contained, Extension: c.Extension}
}

// Inside finds and decodes a contained resource by its id (without the #).
func (c *Common) Inside(id string) (Resource, bool) {
	for _, raw := range c.Contained {
		r, err := Decode(raw)
		if err == nil && r.Head().ID == id {
			return r, true
		}
	}
	return nil, false
}
