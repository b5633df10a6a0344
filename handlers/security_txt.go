package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/views/link"
)

// securityTxtLife is how long the file may be believed; RFC 9116 wants less than a year.
const securityTxtLife = 90 * 24 * time.Hour

// showSecurityTxt says where faults in security are reported (RFC 9116). Without a
// contact there is no such file: one that leads nowhere is worse than none.
func (s *Server) showSecurityTxt(c *fiber.Ctx, _ access.Viewer) error {
	if s.Office.Security == "" {
		return fault.NotFound
	}
	expires := s.Clock().UTC().Truncate(24 * time.Hour).Add(securityTxtLife)
	web.Shared(c, "public, max-age=86400")
	c.Response().Header.SetContentType("text/plain; charset=utf-8")
	return c.SendString(fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: en\nCanonical: %s\n",
		s.Office.Security, expires.Format(time.RFC3339), strings.TrimSuffix(s.PublicURL, "/")+link.SecurityTxt()))
}
