package handlers

import (
	"candour/handlers/web"
	"candour/views/patient"
)

// objectionRoutes are the way to object for oneself, for a child or for somebody one
// acts for, and the way back. Each page of the way has its own fields, which wait for
// their owner when the session has run out.
func (s *Server) objectionRoutes() []Route {
	const start, draft, ref = "/my/objection", "/my/objection/:draft/", "/my/objection/:ref/"
	own := func(method, pattern string, handler web.Handler) Route {
		r := Route{Method: method, Pattern: pattern, Audience: web.Patient, Discloses: method == get, Shape: shapeOf(method), Handler: handler}
		if method == post {
			r.Pace = web.AskPace
		}
		return r
	}
	routes := []Route{
		own(get, start, s.showObjection),
		own(post, start, s.startObjection),
		own(post, start+"/recorded", s.adoptObjection),
		own(post, draft+"removal", s.discardObjection),
		own(get, draft+"files", s.showObjectionStep(filesStep)),
		{Method: post, Pattern: draft + "files", Audience: web.Patient, Shape: web.Act, Pace: web.UploadPace, Upload: uploadBytes, Handler: s.addObjectionFile},
		{Method: get, Pattern: draft + "files/:file", Audience: web.Patient, Discloses: true, Shape: web.File, Handler: s.takeObjectionFile},
		{Method: post, Pattern: draft + "files/:file/removal", Audience: web.Patient, Shape: web.Act, Pace: web.AskPace, Shown: draft + "files", Handler: s.removeObjectionFile},
		own(get, draft+patient.StepAnswers, s.showObjectionAnswers),
		own(post, draft+patient.StepAnswers, s.sendObjection),
		own(get, ref+"sent", s.showObjectionSent),
		own(get, ref+"change-of-mind", s.showObjectionBack),
		own(get, ref+"change-of-mind/answers", s.showObjectionBackAnswers),
		own(post, ref+"change-of-mind/answers", s.takeObjectionBack),
		own(get, ref+"change-of-mind/sent", s.showObjectionReversed),
		own(get, ref+"kept", s.showObjectionKeep),
		own(post, ref+"kept", s.keepObjection),
	}
	for _, st := range s.objectionSteps() {
		save := own(post, draft+st.name, s.saveObjectionStep(st))
		save.Keep = st.fields
		routes = append(routes, own(get, draft+st.name, s.showObjectionStep(st)), save)
	}
	return s.ownPages(routes)
}

func shapeOf(method string) web.Shape {
	if method == post {
		return web.Act
	}
	return web.Page
}
