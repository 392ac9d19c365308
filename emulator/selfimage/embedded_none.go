//go:build !release

package selfimage

// linuxBuild is nil: only releases carry builds.
func linuxBuild(string) []byte { return nil }
