package healthcheck

import "time"

// Look is what was seen in the living container, from within its network and process namespaces. It shows what the application does,
// never values of its environment.
type Look struct {
	// Listeners are the sockets that accept connections, but for the engine's own name server at 127.0.0.11.
	Listeners []Listener
	// Leftovers are processes of earlier probes: orphans of a probe that timed out, and zombies that process 1 does not reap.
	Leftovers []Process
	// MainEnvironment is the names of process 1's variables; nil where they could not be read.
	MainEnvironment []string
	// Answers are what the application said when it was asked; redirections were not followed.
	Answers []Answer
}

// Listener is one socket that accepts connections.
type Listener struct {
	// Network is tcp, tcp6 or unix.
	Network string
	// Address is an IP address, or the path of a unix socket (@ before an abstract one).
	Address string
	Port    int
	// PID and Process are the owner, zero where it may not be seen.
	PID     int
	Process string
}

// Process is one process of the container.
type Process struct {
	PID, Parent int
	// Command is its command line, or its name where it is a zombie.
	Command string
	Zombie  bool
}

// Answer is what the application said to one HTTP request.
type Answer struct {
	Method, URL string
	// Host is the Host header, empty where it was the URL's.
	Host string
	// Status is 0 where there was no HTTP answer: Problem says why.
	Status int
	// Location is where a redirection leads.
	Location    string
	ContentType string
	// Body is the beginning of the body.
	Body     string
	Duration time.Duration
	// TLS says that the port speaks TLS, whatever the scheme of the URL.
	TLS bool
	// Untrusted says why a client would refuse the certificate, empty where it would not.
	Untrusted string
	// Problem is such as "connection refused", "no answer in time", "empty reply".
	Problem string
}
