package staff

import (
	"testing"

	"candour/views/viewtest"
)

// The pages beside the queue, with nothing to show; the handlers' tests fill them.
func TestOfficePages(t *testing.T) {
	viewtest.Page(t, "jobs", shell, JobsPage(Jobs{}))
	viewtest.Page(t, "reconciliation", shell, ReconciliationPage(Reconciled{}))
}
