package link

import (
	"net/url"
	"testing"

	"candour/models/opaque"
)

func TestAddresses(t *testing.T) {
	ref, item := opaque.Of("person"), opaque.Of("item")
	filter := url.Values{"text": {"a b&c"}}
	for got, want := range map[string]string{
		SignInWith("nhs-login", "/my?x=1"):           "/sign-in/nhs-login?return=%2Fmy%3Fx%3D1",
		SignInWith("staff", ""):                      "/sign-in/staff",
		SignInReturn(""):                             "/sign-in",
		SignInReturn("/my"):                          "/sign-in?return=%2Fmy",
		SignInTo("patient", "/my"):                   "/sign-in?for=patient&return=%2Fmy",
		SignInFor("staff"):                           "/sign-in?for=staff",
		MyAccessHistory(nil):                         "/my/access-history",
		MyAccessHistoryCSV(url.Values{"own": {"1"}}): "/my/access-history/csv?own=1",
		MyAccessHistoryPrint(nil):                    "/my/access-history/print",
		MyAccess("12"):                               "/my/access-history/12",
		Record(ref, filter):                          "/patients/" + string(ref) + "/record?text=a+b%26c",
		RecordSection(ref, "test/../x", nil):         "/patients/" + string(ref) + "/record/sections/test%2F..%2Fx",
		RecordDocument(ref, item):                    "/patients/" + string(ref) + "/record/documents/" + string(item),
		RecordPrint(ref, nil):                        "/patients/" + string(ref) + "/record/print",
		RecordCSV(ref, nil):                          "/patients/" + string(ref) + "/record/csv",
		Reason(ref):                                  "/patients/" + string(ref) + "/reason",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
