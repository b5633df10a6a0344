package nhsuk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// A fixture's options, as its JSON has them, into one of our structs: by name, and
// with the liberties that the system's own templates take.
//
//	a string where we have a struct     its Text
//	true where we have a struct         its On
//	{"html": …}                         a Part
//	{"items": […]} where we have a list the list
//	false in a list                     left out
//
// An option that we do not have is an error.

var (
	component = reflect.TypeFor[templ.Component]()
	attrs     = reflect.TypeFor[templ.Attributes]()
	choice    = reflect.TypeFor[Choice]()
)

func decode(into reflect.Value, from any) error {
	switch {
	case from == nil:
		return nil
	case into.Type() == component:
		return decodePart(into, from)
	case into.Type() == attrs:
		return decodeAttributes(into, from)
	case into.Type() == choice:
		into.Set(reflect.ValueOf(map[bool]Choice{true: Yes, false: No}[from == true]))
		return nil
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(plain(from))
	case reflect.Bool:
		on, is := from.(bool)
		if !is {
			return fmt.Errorf("%v is not true or false", from)
		}
		into.SetBool(on)
	case reflect.Int:
		n, err := strconv.Atoi(plain(from))
		if err != nil {
			return err
		}
		into.SetInt(int64(n))
	case reflect.Slice:
		return decodeList(into, from)
	case reflect.Map:
		words := map[string]string{}
		for key, value := range from.(map[string]any) {
			words[key] = plain(value)
		}
		into.Set(reflect.ValueOf(words))
	case reflect.Struct:
		return decodeStruct(into, from)
	default:
		return fmt.Errorf("no way into a %s", into.Type())
	}
	return nil
}

func plain(value any) string {
	if n, is := value.(float64); is {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func decodePart(into reflect.Value, from any) error {
	if object, is := from.(map[string]any); is {
		from = object["html"]
	}
	if html, is := from.(string); is && html != "" {
		into.Set(reflect.ValueOf(templ.Raw(html)))
	}
	return nil
}

func decodeAttributes(into reflect.Value, from any) error {
	object, is := from.(map[string]any)
	if !is {
		return fmt.Errorf("attributes as text")
	}
	all := templ.Attributes{}
	for name, value := range object {
		if options, is := value.(map[string]any); is {
			value = options["value"]
			if value == true && options["optional"] == true {
				all[name] = true
				continue
			}
			if value == nil || value == false {
				continue
			}
		}
		all[name] = plain(value)
	}
	into.Set(reflect.ValueOf(all))
	return nil
}

func decodeList(into reflect.Value, from any) error {
	if object, is := from.(map[string]any); is {
		if items, has := object["items"]; has && len(object) == 1 {
			from = items
		} else {
			from = []any{object}
		}
	}
	list, is := from.([]any)
	if !is {
		return fmt.Errorf("%v is not a list", from)
	}
	out := reflect.MakeSlice(into.Type(), 0, len(list))
	for _, item := range list {
		if item == false {
			continue
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if err := decode(element, item); err != nil {
			return err
		}
		out = reflect.Append(out, element)
	}
	into.Set(out)
	return nil
}

func decodeStruct(into reflect.Value, from any) error {
	switch from := from.(type) {
	case string:
		into.FieldByName("Text").SetString(from)
	case bool:
		field := into.FieldByName("On")
		if !field.IsValid() {
			return fmt.Errorf("%v where we have a %s", from, into.Type())
		}
		field.SetBool(from)
	case map[string]any:
		for key, value := range from {
			if key == "html" {
				key = "part"
			}
			field := into.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key) && name[0] <= 'Z' })
			if !field.IsValid() {
				return fmt.Errorf("no option %s.%s", strings.ToLower(into.Type().Name()), key)
			}
			if err := decode(field, value); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%v where we have a %s", from, into.Type())
	}
	return nil
}

// optionsOf reads the JSON of a fixture.
func optionsOf(raw json.RawMessage) (map[string]any, error) {
	var out map[string]any
	err := json.Unmarshal(raw, &out)
	return out, err
}
