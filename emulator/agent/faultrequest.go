package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// The kinds of faults, as in the path.
const (
	blackholePort = "network-blackhole-port"
	latency       = "network-latency"
	packetLoss    = "network-packet-loss"
)

// checkFault reads and checks the body of a request. The types it reads into have the agent's names and field types because
// encoding/json puts them into its error texts, which the agent passes on.
func checkFault(kind string, body io.Reader) error {
	switch kind {
	case blackholePort:
		type NetworkBlackholePortRequest blackholeFault
		var f NetworkBlackholePortRequest
		if err := decodeFault(body, &f); err != nil {
			return err
		}
		return blackholeFault(f).check()
	case latency:
		type NetworkLatencyRequest latencyFault
		var f NetworkLatencyRequest
		if err := decodeFault(body, &f); err != nil {
			return err
		}
		return latencyFault(f).check()
	default:
		type NetworkPacketLossRequest packetLossFault
		var f NetworkPacketLossRequest
		if err := decodeFault(body, &f); err != nil {
			return err
		}
		return packetLossFault(f).check()
	}
}

func decodeFault(body io.Reader, fault any) error {
	err := json.NewDecoder(body).Decode(fault)
	if errors.Is(err, io.EOF) {
		return errors.New("required request body is missing")
	}
	return err
}

// The requests and their checks, in the agent's order and words. Source: ecs-agent/tmds/handlers/fault/v1/types/types.go.

type blackholeFault struct {
	Port            *uint16
	Protocol        *string
	TrafficType     *string
	SourcesToFilter []*string
}

func (f blackholeFault) check() error {
	switch {
	case f.Port == nil:
		return missing("Port")
	case empty(f.Protocol):
		return missing("Protocol")
	case empty(f.TrafficType):
		return missing("TrafficType")
	case *f.Protocol != "tcp" && *f.Protocol != "udp":
		return invalid(*f.Protocol, "Protocol")
	case *f.TrafficType != "ingress" && *f.TrafficType != "egress":
		return invalid(*f.TrafficType, "TrafficType")
	}
	return checkSources(f.SourcesToFilter, "SourcesToFilter")
}

type latencyFault struct {
	DelayMilliseconds  *uint64
	JitterMilliseconds *uint64
	Sources            []*string
	SourcesToFilter    []*string
	FlowsPercent       *int
}

func (f latencyFault) check() error {
	switch {
	case f.DelayMilliseconds == nil:
		return missing("DelayMilliseconds")
	case f.JitterMilliseconds == nil:
		return missing("JitterMilliseconds")
	case *f.DelayMilliseconds == 0 && *f.JitterMilliseconds == 0:
		return errors.New("required either DelayMilliseconds or JitterMilliseconds to be non-zero")
	}
	return checkFlows(f.Sources, f.SourcesToFilter, f.FlowsPercent)
}

type packetLossFault struct {
	LossPercent     *uint64
	Sources         []*string
	SourcesToFilter []*string
	FlowsPercent    *int
}

func (f packetLossFault) check() error {
	switch {
	case f.LossPercent == nil:
		return missing("LossPercent")
	case *f.LossPercent < 1 || *f.LossPercent > 100:
		return invalid(strconv.Itoa(int(*f.LossPercent)), "LossPercent")
	}
	return checkFlows(f.Sources, f.SourcesToFilter, f.FlowsPercent)
}

// checkFlows checks which flows a latency or loss fault is for.
func checkFlows(sources, filter []*string, percent *int) error {
	if len(sources) == 0 {
		return missing("Sources")
	}
	if err := checkSources(sources, "Sources"); err != nil {
		return err
	}
	if err := checkSources(filter, "SourcesToFilter"); err != nil {
		return err
	}
	if percent != nil && (*percent <= 0 || *percent > 100) {
		return invalid(strconv.Itoa(*percent), "flowsPercent") // sic
	}
	return nil
}

// checkSources wants addresses or blocks of addresses.
func checkSources(sources []*string, parameter string) error {
	for _, source := range sources {
		text := ""
		if source != nil {
			text = *source
		}
		if _, _, err := net.ParseCIDR(text); err != nil && net.ParseIP(text) == nil {
			return invalid(text, parameter)
		}
	}
	return nil
}

func empty(s *string) bool { return s == nil || *s == "" }

func missing(parameter string) error {
	return fmt.Errorf("required parameter %s is missing", parameter)
}

func invalid(value, parameter string) error {
	return fmt.Errorf("invalid value %s for parameter %s", value, parameter)
}
