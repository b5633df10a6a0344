package nhsuk

import "regexp"

// exceptions are the fixtures that are not reproduced, each with its reason.
var exceptions = map[string]string{
	"error-message: without visually hidden text": "an error message of ours always says first that it is one",
	"task-list: with empty items":                 "the ids of our tasks count the tasks that there are",
}

// called puts the content of a fixture with a call block where our piece takes it.
func called(given map[string]any, name, block string) {
	part := map[string]any{"html": block}
	switch name {
	case "error-summary":
		given["description"] = part
	case "footer":
		meta, is := given["meta"].(map[string]any)
		if !is {
			meta = map[string]any{}
			given["meta"] = meta
		}
		meta["html"] = block
	default:
		given["html"] = block
	}
}

// adapted says how the options of a template are called with us: what it calls by an
// older name as well, and what its own service has as a default.
var adapted = map[string]func(given map[string]any, f fixture){
	"header": func(given map[string]any, f fixture) {
		// The NHS mark is the reader's own: here it is the package's.
		logo, _ := given["logo"].(map[string]any)
		if logo == nil {
			logo = map[string]any{}
			given["logo"] = logo
		}
		if logo["src"] == nil {
			logo["html"] = regexp.MustCompile(`(?s)<svg class="nhsuk-header__logo".*?</svg>`).FindString(f.HTML)
		}
		if given["search"] == true {
			given["search"] = map[string]any{}
		}
		if search, is := given["search"].(map[string]any); is {
			search["on"], search["action"] = true, "https://www.nhs.uk/search/"
			if search["label"] == nil {
				search["label"] = map[string]any{"visuallyHiddenText": "Search the NHS website"}
			}
		}
	},
	"footer": func(given map[string]any, _ fixture) {
		if given["copyright"] == nil {
			given["copyright"] = "© NHS England"
		}
		if column, is := given["navigation"].(map[string]any); is {
			given["navigation"] = []any{column}
		}
	},
	"pagination": func(given map[string]any, _ fixture) {
		for _, side := range []string{"previous", "next"} {
			if url, is := given[side+"Url"]; is {
				given[side] = map[string]any{"href": url, "label": given[side+"Page"]}
				delete(given, side+"Url")
				delete(given, side+"Page")
			}
		}
	},
	"tables": func(given map[string]any, _ fixture) {
		head, _ := given["head"].([]any)
		for _, h := range head {
			if h, is := h.(map[string]any); is && h["sort"] == true {
				h["sort"] = "none"
			}
		}
		if given["panel"] == true {
			given["card"] = map[string]any{"variant": "feature", "heading": map[string]any{"text": given["heading"], "level": given["headingLevel"]}}
			delete(given, "panel")
			delete(given, "heading")
			delete(given, "headingLevel")
		}
	},
	"tag": func(given map[string]any, _ fixture) { noColour(given) },
	"task-list": func(given map[string]any, _ fixture) {
		each(given["items"], func(item map[string]any) {
			rename(item, "title", "heading")
			if status, is := item["status"].(map[string]any); is {
				if tag, is := status["tag"].(map[string]any); is {
					noColour(tag)
				}
			}
		})
	},
	"search-input": func(given map[string]any, _ fixture) {
		if given["button"] == false {
			given["bare"] = true
			delete(given, "button")
		}
		if button, is := given["button"].(map[string]any); is {
			icon, said := button["icon"]
			given["iconSaid"] = said
			delete(button, "icon")
			if name, is := icon.(string); is {
				button["icon"] = map[string]any{"name": name}
			}
		}
	},
	"checkboxes": func(given map[string]any, _ fixture) {
		each(given["items"], func(item map[string]any) {
			if item["exclusive"] == true {
				item["behaviour"] = "exclusive"
				delete(item, "exclusive")
			}
			rename(item, "exclusiveGroup", "behaviourGroup")
		})
	},
	"date-input": func(given map[string]any, _ fixture) {
		var kept []any
		left := false
		for _, name := range []string{"day", "month", "year"} {
			item, is := given[name].(map[string]any)
			if !is {
				item = map[string]any{}
			}
			if given[name] == false {
				left = true
				continue
			}
			if item["name"] == nil {
				item["name"] = name
			}
			kept = append(kept, item)
		}
		for _, name := range []string{"day", "month", "year"} {
			if given[name] == false {
				delete(given, name)
			}
		}
		if left && given["items"] == nil {
			given["items"] = kept
		}
	},
	"do-dont-list": func(given map[string]any, _ fixture) {
		rename(given, "title", "heading")
		each(given["items"], func(item map[string]any) { rename(item, "item", "text") })
	},
}

func noColour(tag map[string]any) {
	if tag["colour"] == false {
		tag["colour"] = "no-colour"
	}
}

func rename(object map[string]any, from, to string) {
	if value, is := object[from]; is {
		object[to] = value
		delete(object, from)
	}
}

func each(list any, visit func(map[string]any)) {
	items, _ := list.([]any)
	for _, item := range items {
		if object, is := item.(map[string]any); is {
			visit(object)
		}
	}
}
