package handlers

// caseRoutes are the queue of those who handle requests, and the case itself.
func (s *Server) caseRoutes() []Route {
	return []Route{}
}
