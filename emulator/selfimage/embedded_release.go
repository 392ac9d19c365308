//go:build release

package selfimage

import "embed"

// builds are made by .ci/embed before a release is built.
//
//go:embed embedded/linux-amd64.gz embedded/linux-arm64.gz
var builds embed.FS

// linuxBuild is the packed build of ecslocal-inside for an architecture, nil where there is none.
func linuxBuild(arch string) []byte {
	packed, err := builds.ReadFile("embedded/linux-" + arch + ".gz")
	if err != nil {
		return nil
	}
	return packed
}
