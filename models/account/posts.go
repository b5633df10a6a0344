package account

import (
	"context"
	"errors"
	"fmt"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/organisation"
	"candour/models/staff"
)

// Post is one role of a member of staff at one organisation, and what it is worth
// here: what the page of roles and the dead ends say.
type Post struct {
	Role         Role
	Organisation string             // as it is called here, else as the provider calls it
	State        organisation.State // empty when the organisation is not in the register
	Successor    string             // who took over the work of one that left
	SuccessorODS string
	Can          []access.Capability
}

// Open says that somebody can work here in this post.
func (p Post) Open() bool { return p.State == organisation.Connected && len(p.Can) > 0 }

// Posts looks up the roles that a sign-in carried.
func (s *Store) Posts(ctx context.Context, by access.Viewer, roles []Role) ([]Post, error) {
	if by.Kind != access.Staff && by.Kind != access.System {
		return nil, refusal(access.ReasonRole)
	}
	posts := make([]Post, 0, len(roles))
	for _, r := range roles {
		p := Post{Role: r, Organisation: r.OrgName, Can: staff.Capabilities(r.RoleCode, r.Activities)}
		o, err := s.d.Organisations.ByODS(ctx, r.OrgCode)
		switch {
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return nil, fmt.Errorf("account: posts: %w", err)
		default:
			p.Organisation, p.State = o.Name, o.State
			if o.SuccessorID != "" {
				next, err := s.d.Organisations.ByID(ctx, o.SuccessorID)
				if err != nil && !errors.Is(err, fault.NotFound) {
					return nil, fmt.Errorf("account: posts: %w", err)
				}
				p.Successor, p.SuccessorODS = next.Name, next.ODSCode
			}
		}
		posts = append(posts, p)
	}
	return posts, nil
}
