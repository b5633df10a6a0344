package main

// term is a coded thing: SNOMED CT code and its words.
type term struct{ code, text string }

type measurement struct {
	term
	unit      string
	low, high int
}

var families = []string{"Ashworth", "Barlow", "Chaudhry", "Dunne", "Eastwood", "Fletcher", "Garside", "Hussain", "Ingham", "Jarvis",
	"Kaur", "Lockwood", "Mahmood", "Naylor", "Okafor", "Pritchard", "Quinn", "Rothwell", "Shaw", "Thackray", "Underhill", "Varley",
	"Whitaker", "Yardley", "Zielinski", "Ackroyd", "Bielby", "Crossley", "Dyson", "Emsley"}

var givens = []string{"Amina", "Brian", "Carol", "Derek", "Elspeth", "Farah", "George", "Hilda", "Imran", "Joan", "Kevin", "Leah",
	"Malcolm", "Nadia", "Oliver", "Priya", "Ruth", "Stanley", "Tessa", "Usman", "Vera", "Winifred", "Yusuf", "Zoe"}

var measurements = []measurement{
	{term{"271649006", "Systolic blood pressure"}, "mm[Hg]", 95, 180}, {term{"271650006", "Diastolic blood pressure"}, "mm[Hg]", 55, 105},
	{term{"60621009", "Body mass index"}, "kg/m2", 18, 42}, {term{"27113001", "Body weight"}, "kg", 48, 120},
	{term{"50373000", "Body height"}, "cm", 148, 196}, {term{"78564009", "Pulse rate"}, "/min", 52, 110},
	{term{"86290005", "Respiratory rate"}, "/min", 11, 24}, {term{"386725007", "Body temperature"}, "Cel", 35, 39},
	{term{"1022431000000105", "Haemoglobin estimation"}, "g/L", 85, 170}, {term{"1000731000000107", "Serum creatinine level"}, "umol/L", 45, 210},
	{term{"1000661000000107", "Serum sodium level"}, "mmol/L", 128, 148}, {term{"1000651000000109", "Serum potassium level"}, "mmol/L", 3, 6},
	{term{"1005681000000107", "Serum total cholesterol level"}, "mmol/L", 3, 8}, {term{"999791000000106", "HbA1c level"}, "mmol/mol", 30, 95},
	{term{"1022491000000106", "Serum ferritin level"}, "ug/L", 12, 320}, {term{"1022541000000102", "Total white cell count"}, "10*9/L", 3, 14},
	{term{"1022651000000100", "Platelet count"}, "10*9/L", 120, 460}, {term{"1001371000000100", "Plasma C reactive protein"}, "mg/L", 1, 90},
}

var conditions = []term{{"38341003", "Hypertension"}, {"44054006", "Type 2 diabetes mellitus"}, {"195967001", "Asthma"},
	{"13645005", "Chronic obstructive pulmonary disease"}, {"396275006", "Osteoarthritis"}, {"35489007", "Depressive disorder"},
	{"40930008", "Hypothyroidism"}, {"235595009", "Gastro-oesophageal reflux disease"}, {"49436004", "Atrial fibrillation"},
	{"709044004", "Chronic kidney disease"}, {"37796009", "Migraine"}, {"24079001", "Atopic dermatitis"}, {"53741008", "Coronary artery disease"},
	{"84114007", "Heart failure"}, {"64859006", "Osteoporosis"}, {"90560007", "Gout"}, {"193462001", "Insomnia"}, {"43364001", "Abdominal discomfort"},
	{"161891005", "Backache"}, {"414545008", "Ischaemic heart disease"}, {"84757009", "Epilepsy"}, {"9014002", "Psoriasis"},
	{"26929004", "Alzheimer's disease"}, {"49049000", "Parkinson's disease"}, {"69896004", "Rheumatoid arthritis"}, {"271737000", "Anaemia"}}

var medicines = []term{{"319775004", "Aspirin 75mg tablets"}, {"39113311000001107", "Atorvastatin 20mg tablets"}, {"39695211000001102", "Ramipril 5mg capsules"},
	{"319283006", "Amlodipine 5mg tablets"}, {"325072002", "Metformin 500mg tablets"}, {"317297002", "Omeprazole 20mg gastro-resistant capsules"},
	{"325231009", "Levothyroxine sodium 50microgram tablets"}, {"318420003", "Bisoprolol 2.5mg tablets"}, {"322236009", "Paracetamol 500mg tablets"},
	{"321745003", "Sertraline 50mg tablets"}, {"323509004", "Amoxicillin 500mg capsules"}, {"320030001", "Simvastatin 40mg tablets"},
	{"318135002", "Furosemide 40mg tablets"}, {"319733000", "Warfarin 1mg tablets"}, {"330090003", "Folic acid 5mg tablets"},
	{"322341003", "Codeine 30mg tablets"}, {"319996000", "Losartan 50mg tablets"}, {"325204006", "Prednisolone 5mg tablets"}}

var allergies = []term{{"91936005", "Allergy to penicillin"}, {"294505008", "Allergy to amoxicillin"}, {"300913006", "Shellfish allergy"},
	{"91935009", "Allergy to peanuts"}, {"294499007", "Allergy to sulfonamide"}, {"232347008", "Dander allergy"}}

var vaccines = []term{{"822851000000102", "Seasonal influenza vaccination"}, {"1324681000000101", "Administration of first dose of SARS-CoV-2 vaccine"},
	{"12866006", "Pneumococcal vaccination"}, {"722215002", "Shingles vaccination"}, {"73152006", "Tetanus vaccination"}}

var procedures = []term{{"73761001", "Colonoscopy"}, {"40701008", "Echocardiography"}, {"54885007", "Total hip replacement"}, {"609588000", "Total knee replacement"},
	{"80146002", "Appendicectomy"}, {"38102005", "Cholecystectomy"}, {"232717009", "Coronary artery bypass graft"}, {"231744001", "Cataract extraction"}}

var visits = []term{{"185349003", "Consultation"}, {"308335008", "Patient encounter"}, {"50849002", "Emergency department patient visit"},
	{"439708006", "Home visit"}, {"386472008", "Telephone consultation"}, {"32485007", "Hospital admission"}, {"11429006", "Outpatient consultation"}}

var reports = []term{{"26604007", "Full blood count"}, {"1032091000000108", "Renal profile"}, {"168537006", "Plain chest X-ray"}, {"29303009", "Electrocardiographic procedure"},
	{"997531000000108", "Liver function test"}, {"45036003", "Ultrasonography of abdomen"}}

var letters = []term{{"823681000000100", "Outpatient letter"}, {"823701000000103", "Discharge letter"}, {"823691000000103", "Clinical letter"}, {"861411000000103", "Assessment document"}}

var careplans = []term{{"735324008", "Treatment escalation plan"}, {"736353004", "Mobility care plan"}, {"736366004", "Advance care plan"}, {"718347000", "Mental health care plan"},
	{"736271009", "Outpatient care plan"}, {"1186936003", "Support at home plan"}}

var requests = []term{{"306206005", "Referral to service"}, {"183561008", "Referral to general practitioner"}, {"306237005", "Referral to physiotherapy service"}, {"306134005", "Referral to occupational therapy service"}}

var flags = []term{{"1065211000000101", "Risk of falls"}, {"1077221000000104", "Lives alone"}, {"304540007", "Needs an interpreter"}, {"105480006", "Key safe at the door"}}

var surgeries = []string{"Dr A Sutcliffe", "Dr B Rahman", "Dr C Oyelaran", "Nurse D Pickles", "Dr E Lindqvist", "Dr F Bose", "Pharmacist G Noakes", "Dr H Teale"}
