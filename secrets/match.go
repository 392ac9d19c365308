package secrets

import "strings"

// How well a key names what a reference asks for; a smaller rank is better.
const (
	exact   = iota // the name or the ARN itself
	guessed        // equal but for what an ARN adds to a secret's name, or leaves out of a parameter's
	globbed
	noMatch
)

// rank says how well an entry's key names what a reference asks for.
func (s *Source) rank(e *entry, ref Reference) int {
	switch {
	case e.glob():
		for _, spelling := range s.spellings(ref) {
			if matchGlob(e.key, spelling) {
				return globbed
			}
		}
		return noMatch
	case e.ref.Kind == "":
		return rankName(e.key, ref)
	case e.ref.Kind != ref.Kind, s.elsewhere(e.ref, ref):
		return noMatch
	case withoutSuffix(e.ref.Name) == ref.Name && ref.Kind == SecretsManager && e.ref.Name != ref.Name:
		return guessed
	}
	return rankName(e.ref.Name, ref)
}

// rankName compares a name alone. An ARN does not tell the parameter x from /x.
func rankName(name string, ref Reference) int {
	switch {
	case name == ref.Name:
		return exact
	case ref.Kind == SSM && strings.TrimPrefix(name, "/") == strings.TrimPrefix(ref.Name, "/"),
		ref.Kind == SecretsManager && name == withoutSuffix(ref.Name):
		return guessed
	}
	return noMatch
}

// elsewhere says whether a key's ARN is of another account or region than the reference. A reference by name is of the task's
// own region, and of the task's own account, whose number a local run often does not know.
func (s *Source) elsewhere(key, ref Reference) bool {
	if ref.Region == "" {
		return s.Region != "" && key.Region != s.Region
	}
	return key.Region != ref.Region || key.Account != ref.Account
}

// spellings are the texts that a glob may match: the names and the ARNs of what a reference asks for.
func (s *Source) spellings(ref Reference) []string {
	names := []string{ref.Name}
	if ref.Kind == SecretsManager {
		if short := withoutSuffix(ref.Name); short != ref.Name {
			names = append(names, short)
		}
	} else if !strings.Contains(ref.Name, "/") {
		names = append(names, "/"+ref.Name)
	}
	region, account, partition := ref.Region, ref.Account, ref.Partition
	if partition == "" {
		region, account, partition = s.Region, s.Account, partitionOf(s.Region)
	}
	for _, name := range names {
		resource := "secret:" + name
		if ref.Kind == SSM {
			resource = "parameter/" + strings.TrimPrefix(name, "/")
		}
		names = append(names, strings.Join([]string{"arn", partition, string(ref.Kind), region, account, resource}, ":"))
	}
	return names
}

// partitionOf is the partition that a region belongs to (AWS general reference, "Amazon Resource Names").
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// matchGlob matches as IAM policies do: * is any characters, ? is one.
func matchGlob(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // the last star takes one byte more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
