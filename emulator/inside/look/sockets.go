package look

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// engineDNS is where the engine's name server listens in user-defined networks: not the application's.
var engineDNS = netip.MustParseAddr("127.0.0.11")

// listenersIn reads the tables of sockets of this network namespace, proc(5).
func listenersIn(proc string) ([]Listener, error) {
	var all []Listener
	for _, table := range []struct {
		name  string
		parse func(fields []string) (Listener, bool)
	}{
		{"tcp", func(fields []string) (Listener, bool) { return parseTCP("tcp", fields) }},
		{"tcp6", func(fields []string) (Listener, bool) { return parseTCP("tcp6", fields) }},
		{"unix", parseUnix},
	} {
		text, err := os.ReadFile(filepath.Join(proc, "self", "net", table.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if l, ok := table.parse(strings.Fields(line)); ok && len(all) < maxListeners {
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// parseTCP reads "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …" of a listening socket.
func parseTCP(network string, fields []string) (Listener, bool) {
	if len(fields) < 10 || fields[3] != "0A" { // TCP_LISTEN
		return Listener{}, false
	}
	address, port, _ := strings.Cut(fields[1], ":")
	ip, ok := parseAddress(address)
	number, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || ip == engineDNS {
		return Listener{}, false
	}
	return Listener{Network: network, Address: ip.String(), Port: int(number), inode: fields[9]}, true
}

// parseAddress reads an address that the kernel printed as words of 32 bits in the machine's byte order.
func parseAddress(text string) (netip.Addr, bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.Addr{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	ip, ok := netip.AddrFromSlice(raw)
	return ip, ok
}

// parseUnix reads "Num RefCount Protocol Flags Type St Inode Path" of a socket that accepts connections.
func parseUnix(fields []string) (Listener, bool) {
	const acceptsConnections = 0x10000 // __SO_ACCEPTCON
	if len(fields) < 8 {
		return Listener{}, false // unnamed, or the heading
	}
	flags, err := strconv.ParseUint(fields[3], 16, 32)
	if err != nil || flags&acceptsConnections == 0 {
		return Listener{}, false
	}
	return Listener{Network: "unix", Address: strings.Join(fields[7:], " "), inode: fields[6]}, true
}
