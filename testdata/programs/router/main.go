// Command router stands in for Fluent Bit in tests, where no image of it can be pulled: it reads the configuration that is mounted
// for a FireLens router, and routes. It knows what the generated configuration of an ECS task says: forward inputs, the filters grep
// and record_modifier, and the outputs forward, cloudwatch_logs, stdout and null. Its MessagePack is a library's, not ecslocal's.
package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "router:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile("/fluent-bit/etc/fluent-bit.conf")
	if err != nil {
		return err
	}
	r := &router{config: parse(string(text))}
	for _, input := range r.config["INPUT"] {
		if input["name"] != "forward" {
			continue // the health check's
		}
		network, address := "tcp", net.JoinHostPort(input["listen"], input["port"])
		if input["unix_path"] != "" {
			network, address = "unix", input["unix_path"]
			_ = os.Remove(address) // of an earlier start
		}
		listener, err := net.Listen(network, address)
		if err != nil {
			return err
		}
		go r.listen(listener)
	}
	fmt.Println("router: ready")
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	return nil
}
