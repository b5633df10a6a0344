package record

// resource is every field, of all the types that the record lays out, that a
// line can show. One struct for all: the types share most of their names, and a
// feed that puts a field where the standard does not is still read.
type resource struct {
	Type      string          `json:"resourceType"`
	ID        text            `json:"id"`
	Contained many[contained] `json:"contained"`

	Identifier         many[identifier] `json:"identifier"`
	Active             text             `json:"active"`
	Status             text             `json:"status"`
	LifecycleStatus    text             `json:"lifecycleStatus"`
	ClinicalStatus     one[concept]     `json:"clinicalStatus"`
	VerificationStatus one[concept]     `json:"verificationStatus"`
	StatusReason       many[concept]    `json:"statusReason"`
	DocStatus          text             `json:"docStatus"`
	Intent             text             `json:"intent"`
	Mode               text             `json:"mode"`
	Priority           one[concept]     `json:"priority"`
	Code               one[concept]     `json:"code"`
	Kind               many[concept]    `json:"type"`
	Category           many[concept]    `json:"category"`
	Class              one[coding]      `json:"class"`
	Specialty          many[concept]    `json:"specialty"`
	ServiceType        many[concept]    `json:"serviceType"`
	ServiceCategory    many[concept]    `json:"serviceCategory"`
	AppointmentType    one[concept]     `json:"appointmentType"`
	Scope              one[concept]     `json:"scope"`
	Relationship       many[concept]    `json:"relationship"`
	EmptyReason        one[concept]     `json:"emptyReason"`
	PolicyRule         one[concept]     `json:"policyRule"`
	Provision          one[provision]   `json:"provision"`

	Title          text                 `json:"title"`
	Description    one[concept]         `json:"description"` // a text, or a concept in Goal
	Conclusion     text                 `json:"conclusion"`
	ConclusionCode many[concept]        `json:"conclusionCode"`
	Comment        text                 `json:"comment"`
	Instruction    text                 `json:"patientInstruction"`
	Note           many[note]           `json:"note"`
	Name           many[name]           `json:"name"` // people have names, places and teams a name
	Telecom        many[telecom]        `json:"telecom"`
	Address        many[address]        `json:"address"`
	BirthDate      text                 `json:"birthDate"`
	Gender         text                 `json:"gender"`
	Qualification  many[qualification]  `json:"qualification"`
	Practitioner   one[reference]       `json:"practitioner"`
	Organization   many[reference]      `json:"organization"`
	Form           one[concept]         `json:"form"`
	Ingredient     many[ingredient]     `json:"ingredient"`
	Content        many[content]        `json:"content"`
	PresentedForm  many[attachment]     `json:"presentedForm"`
	Section        many[section]        `json:"section"`
	Entry          many[listEntry]      `json:"entry"`
	Reaction       many[reaction]       `json:"reaction"`
	Criticality    text                 `json:"criticality"`
	Severity       one[concept]         `json:"severity"`
	BodySite       many[concept]        `json:"bodySite"`
	Outcome        one[concept]         `json:"outcome"`
	Complication   many[concept]        `json:"complication"`
	Method         one[concept]         `json:"method"`
	Specimen       many[reference]      `json:"specimen"`
	ReasonCode     many[concept]        `json:"reasonCode"`
	ReasonRef      many[reference]      `json:"reasonReference"`
	Achievement    one[concept]         `json:"achievementStatus"`
	Target         many[target]         `json:"target"`
	Activity       many[activity]       `json:"activity"`
	Goal           many[reference]      `json:"goal"`
	CareTeam       many[reference]      `json:"careTeam"`
	Addresses      many[reference]      `json:"addresses"`
	Diagnosis      many[diagnosis]      `json:"diagnosis"`
	Hospital       one[hospitalisation] `json:"hospitalization"`

	Medication    one[concept]   `json:"medicationCodeableConcept"`
	MedicationRef one[reference] `json:"medicationReference"`
	Dosage        many[dosage]   `json:"dosageInstruction"`
	DosageTaken   many[dosage]   `json:"dosage"`
	Course        one[concept]   `json:"courseOfTherapyType"`
	Dispense      one[dispense]  `json:"dispenseRequest"`
	Vaccine       one[concept]   `json:"vaccineCode"`
	LotNumber     text           `json:"lotNumber"`
	Expiration    text           `json:"expirationDate"`
	Manufacturer  one[reference] `json:"manufacturer"`
	Site          one[concept]   `json:"site"`
	Route         one[concept]   `json:"route"`
	DoseQuantity  one[quantity]  `json:"doseQuantity"`
	Protocol      many[protocol] `json:"protocolApplied"`

	Component      many[component] `json:"component"`
	Interpretation many[concept]   `json:"interpretation"`
	Reference      many[bounds]    `json:"referenceRange"`
	Absent         one[concept]    `json:"dataAbsentReason"`
	Result         many[reference] `json:"result"`
	value

	Period          one[period]     `json:"period"`
	Effective       text            `json:"effectiveDateTime"`
	EffectiveAt     text            `json:"effectiveInstant"`
	EffectivePeriod one[period]     `json:"effectivePeriod"`
	Issued          text            `json:"issued"`
	Onset           text            `json:"onsetDateTime"`
	OnsetPeriod     one[period]     `json:"onsetPeriod"`
	OnsetText       text            `json:"onsetString"`
	OnsetAge        one[quantity]   `json:"onsetAge"`
	Abatement       text            `json:"abatementDateTime"`
	AbatementText   text            `json:"abatementString"`
	AbatementPeriod one[period]     `json:"abatementPeriod"`
	Performed       text            `json:"performedDateTime"`
	PerformedText   text            `json:"performedString"`
	PerformedPeriod one[period]     `json:"performedPeriod"`
	Occurrence      text            `json:"occurrenceDateTime"`
	OccurrenceText  text            `json:"occurrenceString"`
	OccurrencePer   one[period]     `json:"occurrencePeriod"`
	Recorded        text            `json:"recordedDate"`
	RecordedOn      text            `json:"recorded"`
	AuthoredOn      text            `json:"authoredOn"`
	Asserted        text            `json:"dateAsserted"`
	Date            text            `json:"date"`
	DateTime        text            `json:"dateTime"`
	Created         text            `json:"created"`
	Start           text            `json:"start"`
	End             text            `json:"end"`
	StartDate       text            `json:"startDate"`
	LastOccurrence  text            `json:"lastOccurrence"`
	Location        many[place]     `json:"location"`
	LocationRef     many[reference] `json:"locationReference"`

	Recorder    one[reference]    `json:"recorder"`
	Asserter    one[reference]    `json:"asserter"`
	Requester   one[reference]    `json:"requester"`
	Informant   one[reference]    `json:"informationSource"`
	Author      many[reference]   `json:"author"`
	Performer   many[actor]       `json:"performer"`
	Participant many[participant] `json:"participant"`
	Custodian   one[reference]    `json:"custodian"`
	Provider    one[reference]    `json:"serviceProvider"`
	Managing    many[reference]   `json:"managingOrganization"`
	CareManager one[reference]    `json:"careManager"`
	ExpressedBy one[reference]    `json:"expressedBy"`
	Practice    many[reference]   `json:"generalPractitioner"`
}

type contained struct {
	Type string `json:"resourceType"`
	ID   text   `json:"id"`
	resourceBody
}

// resourceBody is what is read of a contained resource.
type resourceBody struct {
	Code          one[concept]        `json:"code"`
	Kind          many[concept]       `json:"type"`
	Name          many[name]          `json:"name"`
	Practitioner  one[reference]      `json:"practitioner"`
	Organization  many[reference]     `json:"organization"`
	Specialty     many[concept]       `json:"specialty"`
	Form          one[concept]        `json:"form"`
	Qualification many[qualification] `json:"qualification"`
}

type identifier struct {
	System text `json:"system"`
	Value  text `json:"value"`
}

type reference struct {
	Reference  text            `json:"reference"`
	Type       text            `json:"type"`
	Display    text            `json:"display"`
	Identifier one[identifier] `json:"identifier"`
}

type period struct {
	Start text `json:"start"`
	End   text `json:"end"`
}

type note struct {
	Text   text           `json:"text"`
	Time   text           `json:"time"`
	Author text           `json:"authorString"`
	By     one[reference] `json:"authorReference"`
}

type telecom struct {
	System text `json:"system"`
	Value  text `json:"value"`
	Use    text `json:"use"`
}

type address struct {
	Text     text       `json:"text"`
	Line     many[text] `json:"line"`
	City     text       `json:"city"`
	District text       `json:"district"`
	Postcode text       `json:"postalCode"`
	Use      text       `json:"use"`
}

type qualification struct {
	Code one[concept] `json:"code"`
}

type provision struct {
	Type text `json:"type"`
}

type ingredient struct {
	Item one[concept] `json:"itemCodeableConcept"`
}

type attachment struct {
	ContentType text `json:"contentType"`
	Data        text `json:"data"`
	URL         text `json:"url"`
	Title       text `json:"title"`
	Size        text `json:"size"`
	Creation    text `json:"creation"`
}

type content struct {
	Attachment one[attachment] `json:"attachment"`
}

type section struct {
	Title   text           `json:"title"`
	Code    one[concept]   `json:"code"`
	Text    one[narrative] `json:"text"`
	Section many[section]  `json:"section"`
}

type narrative struct {
	Div text `json:"div"`
}

type listEntry struct {
	Item    one[reference] `json:"item"`
	Deleted text           `json:"deleted"`
}

type reaction struct {
	Substance     one[concept]  `json:"substance"`
	Manifestation many[concept] `json:"manifestation"`
	Severity      text          `json:"severity"`
	Description   text          `json:"description"`
	Onset         text          `json:"onset"`
}

type target struct {
	Measure one[concept]  `json:"measure"`
	Text    text          `json:"detailString"`
	Number  one[quantity] `json:"detailQuantity"`
	Range   one[bounds]   `json:"detailRange"`
	Concept one[concept]  `json:"detailCodeableConcept"`
	Due     text          `json:"dueDate"`
}

type activity struct {
	Detail    one[activityDetail] `json:"detail"`
	Reference one[reference]      `json:"reference"`
}

type activityDetail struct {
	Code        one[concept] `json:"code"`
	Status      text         `json:"status"`
	Description text         `json:"description"`
}

type diagnosis struct {
	Condition one[reference] `json:"condition"`
}

type hospitalisation struct {
	AdmitSource one[concept] `json:"admitSource"`
	Disposition one[concept] `json:"dischargeDisposition"`
}

type dispense struct {
	Quantity one[quantity] `json:"quantity"`
	Repeats  text          `json:"numberOfRepeatsAllowed"`
	Duration one[quantity] `json:"expectedSupplyDuration"`
	Validity one[period]   `json:"validityPeriod"`
}

type protocol struct {
	Number text          `json:"doseNumberPositiveInt"`
	Text   text          `json:"doseNumberString"`
	Target many[concept] `json:"targetDisease"`
}

type dosage struct {
	Text         text           `json:"text"`
	Patient      text           `json:"patientInstruction"`
	Additional   many[concept]  `json:"additionalInstruction"`
	Timing       one[timing]    `json:"timing"`
	AsNeeded     text           `json:"asNeededBoolean"`
	AsNeededFor  one[concept]   `json:"asNeededCodeableConcept"`
	Route        one[concept]   `json:"route"`
	Site         one[concept]   `json:"site"`
	Rates        many[doseRate] `json:"doseAndRate"`
	DoseQuantity one[quantity]  `json:"doseQuantity"`
}

type doseRate struct {
	Quantity one[quantity] `json:"doseQuantity"`
	Range    one[bounds]   `json:"doseRange"`
	Rate     one[quantity] `json:"rateQuantity"`
}

type timing struct {
	Code   one[concept] `json:"code"`
	Repeat one[repeat]  `json:"repeat"`
}

type repeat struct {
	Frequency  text       `json:"frequency"`
	Period     text       `json:"period"`
	PeriodUnit text       `json:"periodUnit"`
	When       many[text] `json:"when"`
}

type quantity struct {
	Value      text `json:"value"`
	Comparator text `json:"comparator"`
	Unit       text `json:"unit"`
	Code       text `json:"code"`
}

type bounds struct {
	Low  one[quantity] `json:"low"`
	High one[quantity] `json:"high"`
	Text text          `json:"text"`
}

type ratio struct {
	Numerator   one[quantity] `json:"numerator"`
	Denominator one[quantity] `json:"denominator"`
}

// value is value[x].
type value struct {
	Quantity one[quantity] `json:"valueQuantity"`
	Concept  one[concept]  `json:"valueCodeableConcept"`
	String   text          `json:"valueString"`
	Boolean  text          `json:"valueBoolean"`
	Integer  text          `json:"valueInteger"`
	Range    one[bounds]   `json:"valueRange"`
	Ratio    one[ratio]    `json:"valueRatio"`
	Time     text          `json:"valueTime"`
	DateTime text          `json:"valueDateTime"`
	Span     one[period]   `json:"valuePeriod"`
}

type component struct {
	Code           one[concept]  `json:"code"`
	Interpretation many[concept] `json:"interpretation"`
	Reference      many[bounds]  `json:"referenceRange"`
	Absent         one[concept]  `json:"dataAbsentReason"`
	value
}

// actor is who did it: a reference, or an object with the reference inside.
type actor struct {
	reference
	Actor one[reference] `json:"actor"`
}

func (a actor) who() reference {
	if a.Actor.ok {
		return a.Actor.v
	}
	return a.reference
}

// place is where: a reference, or an object with the reference inside.
type place struct {
	reference
	Location one[reference] `json:"location"`
}

func (p place) where() reference {
	if p.Location.ok {
		return p.Location.v
	}
	return p.reference
}

type participant struct {
	Individual one[reference] `json:"individual"`
	Actor      one[reference] `json:"actor"`
	Member     one[reference] `json:"member"`
	Role       many[concept]  `json:"role"`
	Type       many[concept]  `json:"type"`
	Status     text           `json:"status"`
}

func (p participant) who() reference {
	switch {
	case p.Individual.ok:
		return p.Individual.v
	case p.Actor.ok:
		return p.Actor.v
	default:
		return p.Member.v
	}
}
