package trial

import (
	"context"
	"net/url"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

const (
	// askTimeout is of each question to the application: one that answers a health check more slowly is a finding of its own.
	askTimeout = 2 * time.Second
	// mostURLs is how many questions one look takes.
	mostURLs = 60
)

// See looks inside the container and asks the application wherever it may answer: first each port, then the usual paths of those that
// speak HTTP.
func See(ctx context.Context, c Container, f candidate.Facts) (*healthcheck.Look, error) {
	look, err := c.Look(ctx)
	if err != nil {
		return nil, err
	}
	f.Look = look
	paths := f.Paths()
	var first []string
	for _, p := range f.Ports() {
		p.Path = paths[0]
		first = append(first, p.URL())
		p.Scheme = "https"
		first = append(first, p.URL())
	}
	if look.Answers, err = ask(ctx, c, first); err != nil {
		return look, err
	}
	var more []string
	for _, a := range look.Answers {
		u, err := url.Parse(a.URL)
		if err != nil || a.Status == 0 || a.TLS != (u.Scheme == "https") {
			continue
		}
		for _, path := range paths[1:] {
			more = append(more, u.Scheme+"://"+u.Host+path)
		}
		if moved := sameOrigin(u, a.Location); moved != "" {
			more = append(more, moved)
		}
	}
	answers, err := ask(ctx, c, more[:min(len(more), mostURLs)])
	look.Answers = append(look.Answers, answers...)
	return look, err
}

func ask(ctx context.Context, c Container, urls []string) ([]healthcheck.Answer, error) {
	if len(urls) == 0 {
		return nil, nil
	}
	return c.Ask(ctx, urls, askTimeout)
}

// sameOrigin is where a redirection leads, empty where that is another server.
func sameOrigin(from *url.URL, location string) string {
	if location == "" {
		return ""
	}
	to, err := from.Parse(location)
	if err != nil || to.Host != from.Host || to.Scheme != from.Scheme {
		return ""
	}
	return to.String()
}
