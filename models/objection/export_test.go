package objection

// ApplicantName is who is named first in a dispute.
var ApplicantName = applicantName
