package handlers

// requestRoutes are what became of somebody's requests, and what they were told.
func (s *Server) requestRoutes() []Route {
	return []Route{}
}
