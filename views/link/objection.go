package link

import "candour/models/opaque"

// The way to object. draft is the id of what is being filled in, ref the id of the
// request that it became; step is one of the journey's pages.

// Objection is where it begins, and where drafts are taken up again.
func Objection() string { return "/my/objection" }

// ObjectionStart is the same page, for who comes from elsewhere.
func ObjectionStart() string { return Objection() }

// ObjectionRecorded takes up what a service recorded without a request.
func ObjectionRecorded() string { return "/my/objection/recorded" }

// ObjectionChanges is what would change for somebody, on a page of its own.
func ObjectionChanges() string { return "/my/objection/what-changes" }

func ObjectionStep(draft opaque.ID, step string) string {
	return Objection() + "/" + string(draft) + "/" + step
}

// ObjectionChange is a page of the journey, coming back to the answers afterwards.
func ObjectionChange(draft opaque.ID, step string) string {
	return ObjectionStep(draft, step) + "?from=answers"
}

func ObjectionDiscard(draft opaque.ID) string { return ObjectionStep(draft, "removal") }

// The files that prove who may act: sending one, having one back, taking one away.

func ObjectionFiles(draft opaque.ID) string { return ObjectionStep(draft, "files") }

func ObjectionFile(draft, file opaque.ID) string { return ObjectionFiles(draft) + "/" + string(file) }

func ObjectionFileRemoval(draft, file opaque.ID) string {
	return ObjectionFile(draft, file) + "/removal"
}

// ObjectionSent confirms that a request was sent.
func ObjectionSent(ref opaque.ID) string { return ObjectionStep(ref, "sent") }

// Taking an objection back: the first screen of the journey, at any state.
// ObjectionWithdraw and ObjectionReverse lead to the same page, which knows how far
// the request has come; there are two so that a button may say what it does.

func ObjectionReverse(ref opaque.ID) string  { return ObjectionStep(ref, "change-of-mind") }
func ObjectionWithdraw(ref opaque.ID) string { return ObjectionReverse(ref) }

// ObjectionReverseCheck is its second screen, ObjectionReversed its confirmation.
func ObjectionReverseCheck(ref opaque.ID) string {
	return ObjectionReverse(ref) + "/answers"
}

func ObjectionReversed(ref opaque.ID) string { return ObjectionReverse(ref) + "/sent" }

// ObjectionKeep takes a reversal back: the objection is to stand after all.
func ObjectionKeep(ref opaque.ID) string { return ObjectionStep(ref, "kept") }
