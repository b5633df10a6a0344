package handlers

// objectionRoutes are the way to object for oneself, for a child or for somebody one
// acts for, and the way back.
func (s *Server) objectionRoutes() []Route {
	return []Route{}
}
