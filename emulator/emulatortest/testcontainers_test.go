package emulatortest_test

import (
	"os"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/testdata/images"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	// Programs in testdata/programs need these modules, and the go command does not look into testdata when it tidies go.mod.
	_ "github.com/vmihailenco/msgpack/v5"
	_ "go.opentelemetry.io/contrib/detectors/aws/ecs"
)

// TestMain turns testcontainers' reaper off: its image cannot be had everywhere, and these tests clean up after themselves.
func TestMain(m *testing.M) {
	os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	os.Exit(m.Run())
}

// TestBesideTestcontainers lets a task reach a neighbour that testcontainers has started, on a network that both join.
func TestBesideTestcontainers(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	shared, err := network.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	testcontainers.CleanupNetwork(t, shared)
	app := images.App(t)
	database, err := testcontainers.GenericContainer(t.Context(), testcontainers.GenericContainerRequest{Started: true,
		ContainerRequest: testcontainers.ContainerRequest{Image: app, Cmd: []string{"listen=:5432", "wait"},
			Networks: []string{shared.Name}, NetworkAliases: map[string][]string{shared.Name: {"database"}}}})
	testcontainers.CleanupContainer(t, database)
	if err != nil {
		t.Fatal(err)
	}
	task := emulatortest.Run(t, definition(t, `{"family": "shop", "networkMode": "awsvpc", "containerDefinitions": [
		{"name": "web", "image": "%s", "memory": 64, "command": ["wait"]}]}`, app),
		emulatortest.WithNetwork(shared.Name), emulatortest.WithWait(emulatortest.Running()))
	if output, code := task.Exec("web", "/app", "get=http://database:5432/"); code != 0 {
		t.Errorf("the task does not reach its neighbour: exit code %d: %s", code, output)
	}
}
