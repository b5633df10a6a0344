package practice

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"candour/models/fhir"
	"candour/models/objection"
)

// consentLimit bounds a Consent.
const consentLimit = 64 << 10

// stamp is how instants are written: with milliseconds.
const stamp = "2006-01-02T15:04:05.000Z07:00"

// allowed asks for the token.
func (s *System) allowed(w http.ResponseWriter, r *http.Request) bool {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.Token)) == 1 {
		return true
	}
	outcome(w, http.StatusUnauthorized, "login")
	return false
}

// takeConsent is PUT /{practice}/fhir/Consent/{id}.
func (s *System) takeConsent(w http.ResponseWriter, r *http.Request) {
	l, ok := s.list(r.PathValue("practice"))
	if !ok || !l.Takes {
		outcome(w, http.StatusNotFound, "not-supported")
		return
	}
	if !s.allowed(w, r) {
		return
	}
	fault, sound := s.broken()
	switch fault {
	case Failing:
		outcome(w, http.StatusInternalServerError, "exception")
		return
	case Refusing:
		outcome(w, http.StatusUnprocessableEntity, "business-rule")
		return
	case Silent:
		select {
		case <-r.Context().Done():
		case <-sound:
		}
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, consentLimit))
	if err != nil {
		outcome(w, http.StatusRequestEntityTooLarge, "too-long")
		return
	}
	e, code := l.read(r.PathValue("id"), body)
	if code != "" {
		outcome(w, http.StatusUnprocessableEntity, code)
		return
	}
	e.Recorded, e.Unfed = s.Clock(), fault == Unfed
	fresh, err := s.file(l.ID, e)
	switch {
	case err != nil:
		outcome(w, http.StatusInternalServerError, "exception")
	case fresh:
		w.WriteHeader(http.StatusCreated)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

// read understands a Consent: of whom, which code, since when. The second is the
// FHIR issue code of what is wrong with it.
func (l List) read(id string, body []byte) (entry, string) {
	var c struct {
		ResourceType string                 `json:"resourceType"`
		ID           string                 `json:"id"`
		Status       string                 `json:"status"`
		Category     []fhir.CodeableConcept `json:"category"`
		Patient      struct {
			Identifier struct {
				System string `json:"system"`
				Value  string `json:"value"`
			} `json:"identifier"`
		} `json:"patient"`
		DateTime  string `json:"dateTime"`
		Provision struct {
			Type string `json:"type"`
		} `json:"provision"`
	}
	if err := json.Unmarshal(body, &c); err != nil || c.ResourceType != "Consent" || c.ID != id {
		return entry{}, "structure"
	}
	stated, err := time.Parse(time.RFC3339, c.DateTime)
	if err != nil || c.Status != "active" || c.Patient.Identifier.System != "https://fhir.nhs.uk/Id/nhs-number" {
		return entry{}, "invalid"
	}
	p, ok := l.find(func(p Patient) bool { return p.Number == c.Patient.Identifier.Value })
	if !ok {
		return entry{}, "not-found"
	}
	has := func(code string) bool {
		return slices.ContainsFunc(c.Category, func(k fhir.CodeableConcept) bool { return k.Has(fhir.SNOMED, code) })
	}
	refused, given := has(objection.RefusedCodes.SNOMED), has(objection.GivenCodes.SNOMED)
	if refused == given || refused && c.Provision.Type != "deny" || given && c.Provision.Type != "permit" {
		return entry{}, "code-invalid"
	}
	return entry{ID: id, Local: p.Local, Refused: refused, Stated: stated.UTC(), By: "portal"}, ""
}

func outcome(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/fhir+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"resourceType": "OperationOutcome", "issue": []any{map[string]any{"severity": "error", "code": code}}}) // the client is gone, or not
}

// feed is GET /{practice}/feed: everything that it holds, as one collection.
func (s *System) feed(w http.ResponseWriter, r *http.Request) {
	l, ok := s.list(r.PathValue("practice"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	if !s.allowed(w, r) {
		return
	}
	var entries []any
	for _, e := range s.held(l.ID) {
		if !e.Unfed {
			entries = append(entries, map[string]any{"fullUrl": "https://" + l.ID + ".example/fhir/Observation/" + e.ID, "resource": e.observation()})
		}
	}
	if len(entries) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	text, err := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "collection", "entry": entries})
	if err != nil {
		outcome(w, http.StatusInternalServerError, "exception")
		return
	}
	sum := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	_, _ = w.Write(text) // the client is gone, or not
}

// observation is an entry as a practice's feed has it: the code, in the notes.
func (e entry) observation() map[string]any {
	status := "final"
	if e.Error {
		status = "entered-in-error"
	}
	return map[string]any{"resourceType": "Observation", "id": e.ID, "meta": map[string]any{"lastUpdated": e.Changed.UTC().Format(stamp)}, "status": status,
		"code": map[string]any{"coding": e.coding()}, "subject": map[string]any{"reference": "Patient/" + e.Local},
		"effectiveDateTime": e.Stated.UTC().Format(stamp), "issued": e.Recorded.UTC().Format(stamp)}
}
