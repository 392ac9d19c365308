package dockerengine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/connhelper"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/tlsconfig"
)

// endpoint is the engine's address and how to reach it: DOCKER_HOST with its companions, else Docker's current context, else the default.
func endpoint() (string, []client.Opt, error) {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		if strings.HasPrefix(host, "ssh://") {
			options, err := overSSH(host)
			return host, options, err
		}
		return host, []client.Opt{client.FromEnv}, nil
	}
	name := contextName()
	if name == "" || name == "default" {
		return client.DefaultDockerHost, []client.Opt{client.FromEnv}, nil
	}
	c, err := readContext(name)
	if err != nil {
		return "", nil, fmt.Errorf("read Docker context %q: %w", name, err)
	}
	if strings.HasPrefix(c.host, "ssh://") {
		options, err := overSSH(c.host)
		return c.host, options, err
	}
	options := []client.Opt{client.WithHost(c.host)}
	if c.tls != nil {
		options = []client.Opt{client.WithTLSClientConfig(c.tls.CAFile, c.tls.CertFile, c.tls.KeyFile), client.WithHost(c.host)}
	}
	return c.host, options, nil
}

// overSSH reaches an engine through ssh, as the docker command does.
func overSSH(host string) ([]client.Opt, error) {
	helper, err := connhelper.GetConnectionHelper(host)
	if err != nil {
		return nil, fmt.Errorf("reach %s: %w", host, err)
	}
	return []client.Opt{
		client.WithHTTPClient(&http.Client{Transport: &http.Transport{DialContext: helper.Dialer}}),
		client.WithHost(helper.Host), client.WithDialContext(helper.Dialer),
	}, nil
}

// configDir is where the docker command keeps its configuration.
func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".docker")
}

func contextName() string {
	if name := os.Getenv("DOCKER_CONTEXT"); name != "" {
		return name
	}
	var config struct{ CurrentContext string }
	if data, err := os.ReadFile(filepath.Join(configDir(), "config.json")); err == nil {
		_ = json.Unmarshal(data, &config) // a broken file is the docker command's to complain of
	}
	return config.CurrentContext
}

type dockerContext struct {
	host string
	tls  *tlsconfig.Options
}

// readContext reads a context of the docker command: its metadata, and its certificates where it has some.
func readContext(name string) (dockerContext, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	data, err := os.ReadFile(filepath.Join(configDir(), "contexts", "meta", id, "meta.json"))
	if err != nil {
		return dockerContext{}, err
	}
	var meta struct {
		Endpoints map[string]struct{ Host string }
	}
	if err := json.Unmarshal(data, &meta); err != nil {
		return dockerContext{}, err
	}
	c := dockerContext{host: meta.Endpoints["docker"].Host}
	if c.host == "" {
		return c, fmt.Errorf("it has no docker endpoint")
	}
	dir := filepath.Join(configDir(), "contexts", "tls", id, "docker")
	if _, err := os.Stat(filepath.Join(dir, "ca.pem")); err == nil {
		c.tls = &tlsconfig.Options{CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
	}
	return c, nil
}
