package handlers

func (s *Server) clinicianRoutes() []Route { return nil }
