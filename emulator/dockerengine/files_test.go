package dockerengine

import (
	"context"
	"testing"

	"github.com/containerd/errdefs"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestLookLeavesNothing looks into an image that makes a volume for each of its containers.
func TestLookLeavesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs an engine")
	}
	engine := connect(t)
	image := images.Make(t, "volume", selfimage.Config{Volumes: map[string]struct{}{"/data": {}}}, images.AppFile(t))
	files, err := engine.ImageFiles(t.Context(), image)
	if err != nil {
		t.Fatal(err)
	}
	made, err := engine.api.ContainerInspect(t.Context(), files.id)
	if err != nil || len(made.Mounts) != 1 {
		t.Fatalf("the image's volume: %v %v", made.Mounts, err)
	}
	if _, ok := files.Stat("/app"); !ok {
		t.Error("/app is not seen")
	}
	if _, ok := files.Stat("/nothing"); ok {
		t.Error("/nothing is seen")
	}
	if magic, err := files.Read("/app", 4); err != nil || string(magic) != "\x7fELF" {
		t.Errorf("/app begins with %q: %v", magic, err)
	}
	if err := files.Close(); err != nil {
		t.Error(err)
	}
	if header, err := files.Read("/app", 64); err != nil || len(header) != 64 {
		t.Errorf("the engine is asked again for a file that was read: %v", err)
	}
	if _, err := engine.api.VolumeInspect(t.Context(), made.Mounts[0].Name); !errdefs.IsNotFound(err) {
		t.Errorf("the image's volume is left: %v", err)
	}
}

// TestLookWithoutAnswer wants an error where nothing was seen because the engine did not answer.
func TestLookWithoutAnswer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs an engine")
	}
	ctx, cancel := context.WithCancel(t.Context())
	files, err := connect(t).ImageFiles(ctx, images.App(t))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, ok := files.Stat("/app"); ok {
		t.Error("/app is seen although nobody answers")
	}
	if files.Close() == nil {
		t.Error("no error")
	}
}
