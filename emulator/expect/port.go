package expect

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Port is a port of a container. As a text it is web:8080, or 8080 for the container that publishes it.
type Port struct {
	// Container is its name, empty for the one that publishes the port.
	Container string
	// Number is the port inside of the container, 1 to 65535.
	Number int
}

// UnmarshalText reads web:8080 or 8080.
func (p *Port) UnmarshalText(text []byte) error {
	number := string(text)
	if i := strings.LastIndexByte(number, ':'); i >= 0 {
		p.Container, number = number[:i], number[i+1:]
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("%q is no port; write CONTAINER:PORT, such as web:8080, with the port inside of the container", text)
	}
	p.Number = n
	return nil
}

func (p Port) String() string {
	if p.Container == "" {
		return "port " + strconv.Itoa(p.Number)
	}
	return "port " + strconv.Itoa(p.Number) + " of " + p.Container
}

// in is the port, of the given container where it has none itself.
func (p Port) in(container string) Port {
	if p.Container == "" {
		p.Container = container
	}
	return p
}

func (p Port) address(task Subject) (string, error) {
	address, err := task.Address(p.Container, strconv.Itoa(p.Number))
	if err != nil && over(task.Describe()) != nil {
		return "", over(task.Describe())
	}
	return address, err
}

// Connect expects that a TCP port takes connections.
type Connect struct {
	// Container may be given here or in Port.
	Container string `json:"container"`
	Port      Port   `json:"port"`
}

func (c Connect) String() string { return c.Port.in(c.Container).String() + " takes connections" }

func (Connect) asks() {}

// Look tries to connect.
func (c Connect) Look(ctx context.Context, task Subject) error {
	address, err := c.Port.in(c.Container).address(task)
	if err != nil {
		return err
	}
	dialer := net.Dialer{Timeout: tryLimit}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return worse(task, fmt.Errorf("%s: %w", c.Port.in(c.Container), err))
	}
	return connection.Close()
}
