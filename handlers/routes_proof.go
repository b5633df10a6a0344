package handlers

// proofRoutes are what shows the effect of an objection: before it is made, and
// after.
func (s *Server) proofRoutes() []Route {
	return []Route{}
}
