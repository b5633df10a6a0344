package handlers

import (
	"candour/handlers/web"
	"candour/views/link"
	"candour/views/public/gallery"
)

// galleryRoutes are the pages of the gallery, one a group, in the demonstration.
func (s *Server) galleryRoutes() []Route {
	if s.Demo == nil {
		return nil
	}
	routes := []Route{{Method: get, Pattern: link.Gallery(""), Audience: web.Public, Shape: web.Page, Handler: s.showGallery}}
	for _, group := range gallery.Groups {
		routes = append(routes, Route{Method: get, Pattern: link.Gallery(group), Audience: web.Public, Shape: web.Page, Handler: s.showGallery})
	}
	return routes
}
