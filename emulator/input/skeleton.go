package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// looksLikeSkeleton knows what register-task-definition --generate-cli-skeleton writes: every member there is, most of them
// without a value. A definition made by hand or by describe-task-definition never has so many empty texts.
func looksLikeSkeleton(root *document.Node) bool {
	first := root.At("/containerDefinitions/0")
	if len(root.Members) < 12 || first == nil || len(first.Members) < 25 {
		return false
	}
	return unfilledTexts(root) >= 15
}

func unfilledTexts(n *document.Node) int {
	count := 0
	if n.Kind == document.String && n.Text == "" {
		count++
	}
	for _, m := range n.Members {
		count += unfilledTexts(m.Value)
	}
	for _, item := range n.Items {
		count += unfilledTexts(item)
	}
	return count
}

// skeleton takes out of a skeleton what nobody filled in.
func (r *reader) skeleton(root *document.Node) []Found {
	s := &skeletonReader{}
	filled := root.Member("family") != nil && root.Member("family").Text != "" || s.filled(root.At("/containerDefinitions/0/image"))
	if !filled {
		r.add(root.Pos, diag.Error, RuleSkeleton, "this is the skeleton that --generate-cli-skeleton writes, and nobody filled it in",
			"fill in family, and name, image and memory of a container; remove every member that you do not need")
		return nil
	}
	s.object(root)
	r.add(root.Pos, diag.Warning, RuleSkeleton, fmt.Sprintf("%d values are as --generate-cli-skeleton wrote them and are taken as absent; AWS would refuse or apply them: %s",
		s.count, shortList(s.removed)), "remove the members that you did not fill in")
	if len(s.kept) > 0 {
		r.add(s.kept[0].Pos, diag.Warning, RuleSkeleton, "the skeleton's own choice is kept, for it may be yours: "+shortList(memberNames(s.kept)), "remove what you did not choose")
	}
	return []Found{{Format: Skeleton, Root: r.fillIn(root)}}
}

type skeletonReader struct {
	count   int
	removed []string
	kept    []document.Member // switches and choices beside filled members, which cannot be told from a person's own
}

// filled says whether a person wrote something here: a text or a number. The skeleton itself writes true, one of an
// enumeration's members (any one, botocore's ArgumentGenerator), empty texts and zeros.
func (s *skeletonReader) filled(n *document.Node) bool {
	switch {
	case n == nil:
		return false
	case n.Kind == document.Bool:
		return n.Text == "false"
	case n.Kind == document.Number:
		return n.Text != "0"
	case n.Kind == document.String:
		return n.Text != "" && !slices.Contains(skeletonChoices, n.Text)
	}
	return slices.ContainsFunc(n.Members, func(m document.Member) bool { return s.filled(m.Value) }) || slices.ContainsFunc(n.Items, s.filled)
}

// skeletonChoices are the members of the API's enumerations that a skeleton may hold (model of August 2026).
var skeletonChoices = strings.Fields(`bridge host awsvpc none task udp tcp http http2 grpc s3 START COMPLETE SUCCESS HEALTHY enabled disabled
	read write mknod json-file syslog journald gelf fluentd awslogs splunk awsfirelens GPU InferenceAccelerator NeuronDevice fluentbit
	core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack shared ENABLED DISABLED memberOf
	EC2 FARGATE EXTERNAL MANAGED_INSTANCES APPMESH X86_64 ARM64 LINUX WINDOWS_SERVER_2019_FULL WINDOWS_SERVER_2019_CORE WINDOWS_SERVER_2016_FULL
	WINDOWS_SERVER_2004_CORE WINDOWS_SERVER_2022_CORE WINDOWS_SERVER_2022_FULL WINDOWS_SERVER_2025_CORE WINDOWS_SERVER_2025_FULL WINDOWS_SERVER_20H2_CORE`)

// object removes the unfilled members of an object in which something is filled.
func (s *skeletonReader) object(n *document.Node) {
	members := n.Members
	n.Members = nil
	for _, m := range members {
		choice := m.Value.Kind == document.Bool || m.Value.Kind == document.String && m.Value.Text != ""
		switch {
		case s.filled(m.Value):
			s.value(m.Value)
		case choice:
			s.kept = append(s.kept, m)
		case m.Name == "requiresCompatibilities":
			s.kept = append(s.kept, m)
		default:
			s.count++
			s.removed = append(s.removed, m.Name)
			continue
		}
		n.Members = append(n.Members, m)
	}
}

func (s *skeletonReader) value(n *document.Node) {
	if n.Kind == document.Object {
		s.object(n)
	}
	n.Items = slices.DeleteFunc(n.Items, func(item *document.Node) bool { return !s.filled(item) })
	for _, item := range n.Items {
		s.value(item)
	}
}

func memberNames(members []document.Member) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	return names
}

// shortList names the first few.
func shortList(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
