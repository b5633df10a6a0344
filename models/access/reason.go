package access

// Reason is why a decision fell as it did: a closed list, stored in the log and
// put into words by locales (keys reason.<value>).
type Reason string

const (
	// Allowed.
	ReasonOwnRecord Reason = "own_record"        // the person themselves, proven to P9
	ReasonEvidence  Reason = "involved"          // direct care, evidence held and confirmed
	ReasonDeclared  Reason = "declared"          // direct care, reason declared by the viewer
	ReasonIdentify  Reason = "identify"          // staff finding the right person
	ReasonReview    Reason = "governance_review" // privacy officer reviewing accesses
	ReasonSystem    Reason = "system"            // automatic, no person looked

	// Refused.
	ReasonUnknown        Reason = "unknown" // deny by default
	ReasonNotSignedIn    Reason = "not_signed_in"
	ReasonLevelTooLow    Reason = "level_too_low" // identity proven below P9
	ReasonNotFound       Reason = "not_found"
	ReasonRestricted     Reason = "restricted" // shown as not found
	ReasonObjected       Reason = "objected"
	ReasonUnderAge       Reason = "under_age"
	ReasonNotInRegion    Reason = "not_in_region"
	ReasonTraining       Reason = "training_expired"
	ReasonRole           Reason = "role_not_allowed"
	ReasonOrganisation   Reason = "organisation_not_live"
	ReasonNoRelationship Reason = "no_relationship"
	ReasonExcluded       Reason = "excluded_category"
	ReasonNotForPatient  Reason = "not_for_patient"
	ReasonAnother        Reason = "another_person"    // a patient asking for somebody else's
	ReasonTooMany        Reason = "too_many_searches" // eleven misses in ten minutes: wait
)

// Reasons lists every reason, so that words can be checked for each.
func Reasons() []Reason {
	return []Reason{ReasonOwnRecord, ReasonEvidence, ReasonDeclared, ReasonIdentify, ReasonReview, ReasonSystem,
		ReasonUnknown, ReasonNotSignedIn, ReasonLevelTooLow, ReasonNotFound, ReasonRestricted, ReasonObjected, ReasonUnderAge,
		ReasonNotInRegion, ReasonTraining, ReasonRole, ReasonOrganisation, ReasonNoRelationship, ReasonExcluded,
		ReasonNotForPatient, ReasonAnother, ReasonTooMany}
}
