package tctarget_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/emulatortest/tctarget"
	"github.com/ecslocal/ecslocal/testdata/images"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"
)

// TestMain turns testcontainers' reaper off: its image cannot be had everywhere, and these tests clean up after themselves.
func TestMain(m *testing.M) {
	os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	os.Exit(m.Run())
}

// TestTaskWithDatabase is how a task is tested that needs a database which is not part of it: testcontainers builds and runs the database on a
// network, the task joins the network, and testcontainers' wait strategies look at the task.
func TestTaskWithDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	ctx := t.Context()
	shared, err := network.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	testcontainers.CleanupNetwork(t, shared)

	database, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{Started: true,
		ContainerRequest: testcontainers.ContainerRequest{
			FromDockerfile: testcontainers.FromDockerfile{Context: databaseImage(t)}, Cmd: []string{"greeting=hello from the database"},
			Networks: []string{shared.Name}, NetworkAliases: map[string][]string{shared.Name: {"database"}},
			WaitingFor: wait.ForLog("ready to accept connections"),
		}})
	testcontainers.CleanupContainer(t, database)
	if err != nil {
		t.Fatal(err)
	}

	definition := filepath.Join(t.TempDir(), "task-definition.json")
	text := `{"family": "shop", "networkMode": "awsvpc", "containerDefinitions": [{"name": "web", "image": "` + images.App(t) + `", "memory": 64,
		"command": ["get=http://database:5432/greeting", "print=", "listen=:8080", "wait"], "portMappings": [{"containerPort": 8080}]}]}`
	if err := os.WriteFile(definition, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	task := emulatortest.Run(t, definition, emulatortest.WithNetwork(shared.Name))

	web, err := tctarget.Of(ctx, task, "web")
	if err != nil {
		t.Fatal(err)
	}
	err = wait.ForAll(
		wait.ForLog("hello from the database"),
		wait.ForHTTP("/").WithPort("8080/tcp"),
		wait.ForMappedPort("8080/tcp"),
		wait.ForExec([]string{"/app", "print=well"}),
	).WaitUntilReady(ctx, web)
	if err != nil {
		t.Fatal(err)
	}
	host, err := web.Host(ctx)
	port, portErr := web.MappedPort(ctx, "8080/tcp")
	if err != nil || portErr != nil || !strings.HasSuffix(task.Addr("web", "8080"), ":"+port.Port()) || !strings.HasPrefix(task.Addr("web", "8080"), host+":") {
		t.Errorf("host %q, %v; port %v, %v; Addr %s", host, err, port, portErr, task.Addr("web", "8080"))
	}
	inspected, err := web.Inspect(ctx)
	if err != nil || len(inspected.NetworkSettings.Ports) != 1 {
		t.Errorf("Inspect: %v, ports %v", err, inspected.NetworkSettings.Ports)
	}
	if _, err := tctarget.Of(ctx, task, "nobody"); err == nil {
		t.Error("there is a container nobody")
	}
}

// databaseImage is the folder that the database's image is built from.
func databaseImage(t *testing.T) string {
	t.Helper()
	const source = "../../../testdata/programs/kv"
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "kv"), "./"+source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the database: %v\n%s", err, output)
	}
	dockerfile, err := os.ReadFile(filepath.Join(source, "Dockerfile"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "Dockerfile"), dockerfile, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
