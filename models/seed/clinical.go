package seed

// What the people of the demo world have: a handful of profiles, each a believable
// record of its kind. SNOMED CT and dm+d codes are public ones; a medicine whose
// code we cannot vouch for is sent by name alone, as many systems do.

type problem struct {
	term
	years int // since
}

type medicine struct {
	term
	dose string
}

// measured is a test with the range it moves in; digits are after the point.
type measured struct {
	term
	unit, code string
	low, high  float64
	digits     int
	reference  string
}

type profile struct {
	problems   []problem
	medicines  []medicine
	tests      []measured
	procedures []term
	referral   term
	clinic     string // the hospital clinic they go to; "" for none
	speciality string // treatment function code of the clinic
	team       bool   // known to community nurses
	social     bool   // has a social care plan
	moods      bool   // known to mental health services
}

var (
	hypertension = sct("38341003", "Hypertension")
	diabetes     = sct("44054006", "Type 2 diabetes mellitus")
	asthma       = sct("195967001", "Asthma")
	fibrillation = sct("49436004", "Atrial fibrillation")
	failure      = sct("84114007", "Heart failure")
	depression   = sct("35489007", "Depressive disorder")
	knee         = sct("239873007", "Osteoarthritis of knee")
	thyroid      = sct("40930008", "Hypothyroidism")
	kidney       = sct("709044004", "Chronic kidney disease")
	bones        = sct("64859006", "Osteoporosis")
	backPain     = sct("278860009", "Chronic low back pain")
	migraine     = sct("37796009", "Migraine")

	penicillin   = sct("91936005", "Allergy to penicillin")
	latex        = sct("300916003", "Latex allergy")
	noAllergies  = sct("716186003", "No known allergy")
	comment      = sct("37331000000100", "Comment note")
	refused      = sct("416409005", "Refused consent for upload to local shared electronic record")
	given        = sct("417528008", "Consent given for upload to local shared electronic record")
	scrRefused   = sct("777441000000102", "Express dissent for Summary Care Record dataset upload")
	dischargeDoc = sct("373942005", "Discharge summary")
	clinicLetter = sct("823691000000103", "Clinical letter")
	crisisPlan   = sct("736253002", "Mental health crisis plan")

	furosemide  = medicine{drug("317972000", "Furosemide 40mg tablets"), "One tablet in the morning"}
	metformin   = medicine{drug("325278007", "Metformin 500mg tablets"), "One tablet twice a day with food"}
	amlodipine  = medicine{drug("319284000", "Amlodipine 10mg tablets"), "One tablet once a day"}
	ramipril    = medicine{drug("318901006", "Ramipril 2.5mg capsules"), "One capsule once a day"}
	atorva      = medicine{drug("320029006", "Atorvastatin 10mg tablets"), "One tablet at night"}
	aspirin     = medicine{drug("319773006", "Aspirin 75mg dispersible tablets"), "One tablet once a day, dissolved in water"}
	salbutamol  = medicine{drug("35936511000001108", "Salbutamol 100micrograms/dose inhaler"), "Two puffs when needed"}
	beclo       = medicine{drug("320537007", "Beclometasone 100micrograms/dose inhaler"), "Two puffs twice a day"}
	levo        = medicine{drug("374296008", "Levothyroxine sodium 100microgram tablets"), "One tablet once a day before breakfast"}
	omeprazole  = medicine{drug("317291008", "Omeprazole 20mg gastro-resistant capsules"), "One capsule once a day"}
	sertraline  = medicine{drug("9751511000001104", "Sertraline 100mg tablets"), "One tablet once a day"}
	paracetamol = medicine{drug("322236009", "Paracetamol 500mg tablets"), "One or two tablets up to four times a day when needed"}
	codamol     = medicine{drug("322341003", "Co-codamol 30mg/500mg tablets"), "One or two tablets up to four times a day when needed"}
	amoxicillin = medicine{drug("323510009", "Amoxicillin 500mg capsules"), "One capsule three times a day for 5 days"}
	doxycycline = medicine{drug("324059006", "Doxycycline 100mg capsules"), "One capsule once a day for 5 days"}
	apixaban    = medicine{term{"", "", "Apixaban 5mg tablets"}, "One tablet twice a day"}
	alendronic  = medicine{term{"", "", "Alendronic acid 70mg tablets"}, "One tablet once a week, sitting up"}

	potassium   = measured{sct("1000651000000109", "Serum potassium level"), "mmol/L", "mmol/L", 3.6, 5.2, 1, "3.5 to 5.3"}
	haemoglobin = measured{sct("1022431000000105", "Haemoglobin estimation"), "g/L", "g/L", 112, 158, 0, "115 to 165"}
	creatinine  = measured{sct("1107001000000108", "Creatinine substance concentration in serum"), "umol/L", "umol/L", 62, 128, 0, "45 to 120"}
	cholesterol = measured{sct("121868005", "Total cholesterol measurement"), "mmol/L", "mmol/L", 3.4, 6.6, 1, ""}
	hba1c       = measured{sct("999791000000106", "Haemoglobin A1c level"), "mmol/mol", "mmol/mol", 41, 72, 0, "20 to 41"}
	bodyMass    = measured{sct("60621009", "Body mass index"), "kg/m2", "kg/m2", 20, 34, 1, ""}

	echo       = sct("40701008", "Echocardiography")
	chestXray  = sct("399208008", "Plain chest X-ray")
	spirometry = sct("127783003", "Spirometry")
	boneScan   = sct("312681000", "Bone density scan")

	toPhysio   = sct("308447003", "Referral to physiotherapist")
	toSocial   = sct("306238000", "Referral to social services")
	influenza  = sct("822851000000102", "Seasonal influenza vaccination")
	covidFirst = sct("1324681000000101", "Administration of first dose of COVID-19 vaccine")
)

var profiles = map[string]profile{
	"heart": {problems: []problem{{hypertension, 12}, {fibrillation, 4}, {failure, 2}}, medicines: []medicine{furosemide, ramipril, atorva, apixaban},
		tests: []measured{potassium, creatinine, cholesterol, bodyMass}, procedures: []term{echo}, clinic: "Cardiology", speciality: "320"},
	"diabetes": {problems: []problem{{diabetes, 9}, {hypertension, 6}}, medicines: []medicine{metformin, amlodipine, atorva},
		tests: []measured{hba1c, creatinine, cholesterol, bodyMass}, clinic: "Diabetes", speciality: "307"},
	"asthma": {problems: []problem{{asthma, 15}}, medicines: []medicine{salbutamol, beclo}, tests: []measured{haemoglobin, bodyMass}, procedures: []term{spirometry},
		clinic: "Respiratory", speciality: "340"},
	"joint": {problems: []problem{{knee, 5}, {backPain, 8}}, medicines: []medicine{paracetamol, codamol, omeprazole}, tests: []measured{haemoglobin, creatinine},
		procedures: []term{chestXray}, referral: toPhysio, clinic: "Trauma and orthopaedics", speciality: "110"},
	"thyroid": {problems: []problem{{thyroid, 7}, {migraine, 11}}, medicines: []medicine{levo, paracetamol}, tests: []measured{haemoglobin, cholesterol}},
	"mood":    {problems: []problem{{depression, 3}}, medicines: []medicine{sertraline}, tests: []measured{haemoglobin, bodyMass}, moods: true},
	"young":   {problems: []problem{{migraine, 2}}, medicines: []medicine{paracetamol}, tests: []measured{haemoglobin}},
	"frail": {problems: []problem{{hypertension, 20}, {diabetes, 14}, {kidney, 5}, {bones, 8}}, medicines: []medicine{amlodipine, metformin, alendronic, aspirin, paracetamol},
		tests: []measured{hba1c, potassium, creatinine, haemoglobin}, procedures: []term{boneScan}, referral: toSocial, clinic: "Elderly medicine", speciality: "430", team: true, social: true},
}
