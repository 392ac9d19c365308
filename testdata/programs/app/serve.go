package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// service is what the HTTP servers of the process answer.
type service struct {
	mu    sync.Mutex
	paths map[string]reply // "" is any other path
	host  string
	delay time.Duration
	// nohead says that HEAD is refused.
	nohead bool
}

type reply struct {
	status int
	body   string
}

var served = &service{paths: map[string]reply{"": {200, "ok\n"}}}

func (s *service) set(change func(*service)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	answer, ok := s.paths[r.URL.Path]
	if !ok {
		answer = s.paths[""]
	}
	if s.host != "" && r.Host != s.host {
		answer = reply{http.StatusMisdirectedRequest, "wrong host\n"}
	}
	if s.nohead && r.Method == http.MethodHead {
		answer = reply{http.StatusMethodNotAllowed, ""}
	}
	delay := s.delay
	s.mu.Unlock()

	time.Sleep(delay)
	if answer.status >= 300 && answer.status < 400 {
		w.Header().Set("Location", answer.body)
	}
	w.WriteHeader(answer.status)
	io.WriteString(w, answer.body)
	fmt.Printf("%s %s -> %d\n", r.Method, r.URL.Path, answer.status)
}

func path(value string) error {
	p, rest, _ := strings.Cut(value, "=")
	return answer(p, rest)
}

func answer(path, value string) error {
	status, body, _ := strings.Cut(value, ":")
	code, err := strconv.Atoi(status)
	if err != nil || code < 100 || code > 999 {
		return fmt.Errorf("%q is no HTTP status", status)
	}
	served.set(func(s *service) { s.paths[path] = reply{code, body} })
	return nil
}

func delay(value string) error {
	d, err := time.ParseDuration(value)
	served.set(func(s *service) { s.delay = d })
	return err
}

func open(address string) (net.Listener, error) {
	network := "tcp"
	if file, ok := strings.CutPrefix(address, "unix:"); ok {
		network, address = "unix", file
	} else if host, _, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).To4() != nil {
		network = "tcp4" // Go would take 0.0.0.0 for :: too, which other languages do not
	}
	listener, err := net.Listen(network, address)
	if err == nil {
		fmt.Println("listening on", listener.Addr())
	}
	return listener, err
}

func listen(address string) error {
	listener, err := open(address)
	if err == nil {
		go http.Serve(listener, served)
	}
	return err
}

func listenTLS(address string) error {
	certificate, err := selfSigned()
	if err != nil {
		return err
	}
	listener, err := open(address)
	if err == nil {
		go http.Serve(tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}}), served)
	}
	return err
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// acceptOnly takes connections and never says a word on them.
func acceptOnly(address string) error {
	listener, err := open(address)
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go io.Copy(io.Discard, connection) // refers to it: one that nothing refers to would be closed
		}
	}()
	return nil
}

// banner says a line to everybody who has said something, and hangs up.
func banner(value string) error {
	address, text, _ := strings.Cut(value, "=")
	listener, err := open(address)
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				connection.Read(make([]byte, 4096))
				if text != "" {
					fmt.Fprintln(connection, text)
				}
			}()
		}
	}()
	return nil
}

func get(url string) error {
	client := &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	io.Copy(os.Stdout, io.LimitReader(response.Body, 4096))
	if response.StatusCode < 200 || response.StatusCode >= 400 {
		return fmt.Errorf("status %s", response.Status)
	}
	return nil
}
