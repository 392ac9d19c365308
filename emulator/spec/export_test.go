package spec

import "reflect"

// KindOfStep is a kind of step for tests.
type KindOfStep struct {
	Name     string
	Type     reflect.Type
	Required []string
}

// Kinds are all kinds of steps.
func Kinds() []KindOfStep {
	var all []KindOfStep
	for _, k := range kinds {
		all = append(all, KindOfStep{k.name, reflect.TypeOf(k.make()).Elem(), k.required})
	}
	return all
}
