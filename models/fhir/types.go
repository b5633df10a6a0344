package fhir

// patientPath gives, for each R4 resource type, the members that may point to
// the patient it is about, in order; no entry means a type that belongs to
// nobody (places, people who care, terminology, conformance).
var patientPath = map[string][]string{
	"Account": {"subject"}, "AdverseEvent": {"subject"}, "AllergyIntolerance": {"patient"}, "Appointment": {"participant.actor"},
	"AppointmentResponse": {"actor"}, "Basic": {"subject"}, "BiologicallyDerivedProduct": nil, "BodyStructure": {"patient"},
	"CarePlan": {"subject"}, "CareTeam": {"subject"}, "ChargeItem": {"subject"}, "Claim": {"patient"}, "ClaimResponse": {"patient"},
	"ClinicalImpression": {"subject"}, "Communication": {"subject"}, "CommunicationRequest": {"subject"}, "Composition": {"subject"},
	"Condition": {"subject"}, "Consent": {"patient"}, "Contract": {"subject"}, "Coverage": {"beneficiary"},
	"CoverageEligibilityRequest": {"patient"}, "CoverageEligibilityResponse": {"patient"}, "DetectedIssue": {"patient"},
	"Device": {"patient"}, "DeviceRequest": {"subject"}, "DeviceUseStatement": {"subject"}, "DiagnosticReport": {"subject"},
	"DocumentManifest": {"subject"}, "DocumentReference": {"subject"}, "Encounter": {"subject"}, "EnrollmentRequest": {"candidate"},
	"EpisodeOfCare": {"patient"}, "ExplanationOfBenefit": {"patient"}, "FamilyMemberHistory": {"patient"}, "Flag": {"subject"},
	"Goal": {"subject"}, "GuidanceResponse": {"subject"}, "ImagingStudy": {"subject"}, "Immunization": {"patient"},
	"ImmunizationEvaluation": {"patient"}, "ImmunizationRecommendation": {"patient"}, "Invoice": {"subject"}, "List": {"subject"},
	"MeasureReport": {"subject"}, "Media": {"subject"}, "MedicationAdministration": {"subject"}, "MedicationDispense": {"subject"},
	"MedicationRequest": {"subject"}, "MedicationStatement": {"subject"}, "MolecularSequence": {"patient"}, "NutritionOrder": {"patient"},
	"Observation": {"subject"}, "Person": {"link.target"}, "Procedure": {"subject"}, "QuestionnaireResponse": {"subject"},
	"RelatedPerson": {"patient"}, "RequestGroup": {"subject"}, "ResearchSubject": {"individual"}, "RiskAssessment": {"subject"},
	"Schedule": {"actor"}, "ServiceRequest": {"subject"}, "Specimen": {"subject"}, "SupplyDelivery": {"patient"},
	"SupplyRequest": {"deliverTo"}, "Task": {"for"}, "VisionPrescription": {"patient"},
}

// needsPatient are the types that say nothing unless it is known of whom. The
// others of patientPath may stand alone (a Device on a shelf, a List of staff).
var needsPatient = set("AllergyIntolerance", "Appointment", "BodyStructure", "CarePlan", "CareTeam", "Claim", "ClinicalImpression",
	"Composition", "Condition", "Consent", "Coverage", "DetectedIssue", "DeviceRequest", "DeviceUseStatement", "DiagnosticReport",
	"DocumentReference", "Encounter", "EpisodeOfCare", "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal", "ImagingStudy",
	"Immunization", "ImmunizationEvaluation", "ImmunizationRecommendation", "MedicationAdministration", "MedicationDispense",
	"MedicationRequest", "MedicationStatement", "NutritionOrder", "Observation", "Procedure", "QuestionnaireResponse",
	"RelatedPerson", "RiskAssessment", "ServiceRequest", "VisionPrescription")

// aboutNobody are the other R4 types.
var aboutNobody = set("ActivityDefinition", "AuditEvent", "Binary", "Bundle", "CapabilityStatement", "CatalogEntry",
	"ChargeItemDefinition", "CodeSystem", "CompartmentDefinition", "ConceptMap", "DeviceDefinition", "DeviceMetric",
	"EffectEvidenceSynthesis", "Endpoint", "EnrollmentResponse", "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario",
	"GraphDefinition", "Group", "HealthcareService", "ImplementationGuide", "InsurancePlan", "Library", "Linkage", "Location", "Measure",
	"Medication", "MedicationKnowledge", "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
	"MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
	"MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect", "MessageDefinition",
	"MessageHeader", "NamingSystem", "ObservationDefinition", "OperationDefinition", "OperationOutcome", "Organization",
	"OrganizationAffiliation", "Parameters", "Patient", "PaymentNotice", "PaymentReconciliation", "PlanDefinition", "Practitioner",
	"PractitionerRole", "Provenance", "Questionnaire", "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy",
	"RiskEvidenceSynthesis", "SearchParameter", "Slot", "SpecimenDefinition", "StructureDefinition", "StructureMap", "Subscription",
	"Substance", "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation",
	"SubstanceSourceMaterial", "SubstanceSpecification", "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet",
	"VerificationResult")

// onlySTU3 and onlyDSTU2 are types that R4 does not have any more.
var (
	onlySTU3 = set("BodySite", "DataElement", "DeviceComponent", "EligibilityRequest", "EligibilityResponse", "ExpansionProfile",
		"ImagingManifest", "ProcedureRequest", "ProcessRequest", "ProcessResponse", "ReferralRequest", "Sequence", "ServiceDefinition")
	onlyDSTU2 = set("Conformance", "DiagnosticOrder", "DeviceUseRequest", "MedicationOrder", "Order", "OrderResponse", "ImagingObjectSelection")
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// KnownType tells whether R4 has the type.
func KnownType(name string) bool {
	_, about := patientPath[name]
	return about || aboutNobody[name]
}

// NeedsPatient tells whether a resource of the type means nothing without its patient.
func NeedsPatient(name string) bool { return needsPatient[name] }

// PatientPaths are the members in which a type names its patient; none for types
// that are about nobody.
func PatientPaths(name string) []string { return patientPath[name] }
