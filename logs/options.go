package logs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Mode says what happens when events come faster than they can be sent.
type Mode string

const (
	// Blocking makes the application wait when it writes.
	Blocking Mode = "blocking"
	// NonBlocking drops new lines once the buffer is full. ECS's default since 2025-06-25 (account setting defaultLogDriverMode).
	NonBlocking Mode = "non-blocking"
)

// Options are those of the awslogs driver, with the defaults that ECS gives them.
type Options struct {
	Group, Region string
	// StreamPrefix is awslogs-stream-prefix, which ECS turns into a stream name; Stream and Tag name the stream otherwise.
	StreamPrefix, Stream, Tag string
	CreateGroup               bool
	Endpoint                  string
	// CredentialsEndpoint is a path on 169.254.170.2.
	CredentialsEndpoint string
	// Pattern starts a new event; nil where each line is one. PatternText is what it was compiled from.
	Pattern     *regexp.Regexp
	PatternText string
	// FlushInterval is how long an event of several lines may wait for its next line, twice over.
	FlushInterval time.Duration
	// QueueEvents is awslogs-max-buffered-events.
	QueueEvents int
	// EMF says that the service should expect the embedded metric format.
	EMF bool
	// Mode is the effective one; ModeSet tells whether the definition chose it.
	Mode    Mode
	ModeSet bool
	// BufferBytes is max-buffer-size; 0 in blocking mode.
	BufferBytes int64
}

// The driver's defaults and limits (engine: daemon/logger/awslogs) and the agent's default buffer.
const (
	// MaxEventBytes is the longest message that the driver sends: 256 KiB less what the service counts for each event.
	MaxEventBytes = 262144 - EventOverhead
	// EventOverhead is what CloudWatch Logs counts for each event beside its message, in bytes.
	EventOverhead = 26

	defaultFlushInterval = 5 * time.Second
	defaultQueueEvents   = 4096
	defaultBufferBytes   = 10 << 20
)

// Option names of the awslogs driver.
const (
	keyGroup        = "awslogs-group"
	keyRegion       = "awslogs-region"
	keyStream       = "awslogs-stream"
	keyStreamPrefix = "awslogs-stream-prefix"
	keyCreateGroup  = "awslogs-create-group"
	keyCreateStream = "awslogs-create-stream" // engines from 29.0
	keyEndpoint     = "awslogs-endpoint"
	keyCredentials  = "awslogs-credentials-endpoint"
	keyDatetime     = "awslogs-datetime-format"
	keyPattern      = "awslogs-multiline-pattern"
	keyFlush        = "awslogs-force-flush-interval-seconds"
	keyQueue        = "awslogs-max-buffered-events"
	keyFormat       = "awslogs-format"
	keyTag          = "tag"
	keyMode         = "mode"
	keyBufferSize   = "max-buffer-size"
)

// cacheKeys are options of the engine's own copy of the output, which any driver takes.
var cacheKeys = []string{"cache-disabled", "cache-max-size", "cache-max-file", "cache-compress"}

// ParseOptions completes the options of the awslogs driver as ECS does, checks them as the engine does when it creates and starts
// the container, and reads them. The error is the engine's own text, without the words that ECS and the Docker CLI put before it.
func ParseOptions(c Config) (Options, error) {
	prefix, modeSet := c.Options[keyStreamPrefix], c.Options[keyMode] != ""
	c.Options = maps.Clone(c.Options)
	delete(c.Options, keyStreamPrefix) // ECS makes awslogs-stream of it
	if !modeSet {
		if c.Options == nil {
			c.Options = map[string]string{}
		}
		c.Options[keyMode] = string(NonBlocking)
	}
	if err := CheckEngine(c); err != nil {
		return Options{}, err
	}
	o := readOptions(c.Options)
	o.StreamPrefix, o.ModeSet = prefix, modeSet
	o.PatternText = c.Options[keyPattern]
	if format := c.Options[keyDatetime]; format != "" {
		o.PatternText = DatetimePattern(format)
	}
	if o.PatternText == "" {
		return o, nil
	}
	var err error
	if o.Pattern, err = regexp.Compile(o.PatternText); err != nil {
		return o, fmt.Errorf("failed to initialize logging driver: awslogs could not parse multiline pattern key %q: %w", o.PatternText, err)
	}
	return o, nil
}

// CheckEngine is the engine's check of the options that it is given when it creates a container with log driver awslogs.
// It is stricter than ECS: it knows no stream prefix, and its mode is blocking where none is given.
func CheckEngine(c Config) error {
	for _, check := range []func(Config) error{checkMode, checkKnown, checkValues, checkMultiline, checkFormat} {
		if err := check(c); err != nil {
			return err
		}
	}
	return nil
}

// readOptions reads options that passed the engine's check.
func readOptions(options map[string]string) Options {
	o := Options{
		Group: options[keyGroup], Region: options[keyRegion], Stream: options[keyStream], Tag: options[keyTag],
		Endpoint: options[keyEndpoint], CredentialsEndpoint: options[keyCredentials], FlushInterval: defaultFlushInterval,
		QueueEvents: defaultQueueEvents, EMF: options[keyFormat] != "", Mode: Mode(options[keyMode]),
	}
	o.CreateGroup, _ = strconv.ParseBool(options[keyCreateGroup])
	if seconds, err := strconv.Atoi(options[keyFlush]); err == nil {
		o.FlushInterval = time.Duration(seconds) * time.Second
	}
	if events, err := strconv.Atoi(options[keyQueue]); err == nil {
		o.QueueEvents = events
	}
	if o.Mode == NonBlocking {
		o.BufferBytes = defaultBufferBytes
		if size, err := parseSize(options[keyBufferSize]); err == nil {
			o.BufferBytes = size
		}
	}
	return o
}

// checkMode is the engine's check of the two options that every driver takes.
func checkMode(c Config) error {
	mode := Mode(c.Options[keyMode])
	if mode != "" && mode != Blocking && mode != NonBlocking {
		return fmt.Errorf("logger: logging mode not supported: %s", mode)
	}
	size, ok := c.Options[keyBufferSize]
	if !ok {
		return nil
	}
	if mode != NonBlocking {
		return fmt.Errorf("logger: max-buffer-size option is only supported with 'mode=%s'", NonBlocking)
	}
	if _, err := parseSize(size); err != nil {
		return fmt.Errorf("error parsing option max-buffer-size: %w", err)
	}
	return nil
}

// engineKeys are the options that the engine's awslogs driver takes.
var engineKeys = append([]string{keyGroup, keyRegion, keyStream, keyTag, keyCreateGroup, keyEndpoint, keyCredentials, keyDatetime,
	keyPattern, keyFlush, keyQueue, keyFormat, keyMode, keyBufferSize}, cacheKeys...)

// checkKnown refuses what the engine does not know. The option awslogs-create-stream is refused too: engines before 29.0 read it,
// but their check does not let it through (moby#50346).
func checkKnown(c Config) error {
	for _, key := range c.keys() {
		if !slices.Contains(engineKeys, key) {
			return fmt.Errorf("unknown log opt '%s' for %s log driver", key, AWSLogs)
		}
	}
	return nil
}

func checkValues(c Config) error {
	if !c.has(keyGroup) {
		return fmt.Errorf("must specify a value for log opt '%s'", keyGroup)
	}
	if value := c.Options[keyCreateGroup]; value != "" {
		if _, err := strconv.ParseBool(value); err != nil {
			return fmt.Errorf("must specify valid value for log opt '%s': %w", keyCreateGroup, err)
		}
	}
	for _, key := range []string{keyFlush, keyQueue} {
		value := c.Options[key]
		if n, err := strconv.Atoi(value); value != "" && (err != nil || n <= 0) {
			return fmt.Errorf("must specify a positive integer for log opt '%s': %s", key, value)
		}
	}
	return nil
}

func checkMultiline(c Config) error {
	_, datetime := c.Options[keyDatetime]
	if _, pattern := c.Options[keyPattern]; datetime && pattern {
		return fmt.Errorf("you cannot configure log opt '%s' and '%s' at the same time", keyDatetime, keyPattern)
	}
	return nil
}

const emf = "json/emf"

func checkFormat(c Config) error {
	format := c.Options[keyFormat]
	if format == "" {
		return nil
	}
	if format != emf {
		return fmt.Errorf("unsupported log format '%s'", format)
	}
	_, datetime := c.Options[keyDatetime]
	if _, pattern := c.Options[keyPattern]; datetime || pattern {
		return fmt.Errorf("you cannot configure log opt '%s' or '%s' when log opt '%s' is set to '%s'", keyDatetime, keyPattern, keyFormat, emf)
	}
	return nil
}
