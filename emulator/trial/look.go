package trial

import (
	"context"
	"net/url"
	"slices"
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

// Glance looks inside the container and asks the application where the check asks, and at each port that listens; hosts are other names to
// call it by where it refuses the one of the URL. Where the application has no such path, or one that leads on, the usual ones are asked.
func Glance(ctx context.Context, c Container, f candidate.Facts, timeout time.Duration, hosts ...string) (*healthcheck.Look, error) {
	look, err := glance(ctx, c, f, timeout, hosts...)
	if err == nil && slices.ContainsFunc(look.Answers, leadsElsewhere) {
		err = usual(ctx, c, f, look)
	}
	return look, err
}

// leadsElsewhere says that another path of the application may answer better.
func leadsElsewhere(a healthcheck.Answer) bool {
	return a.Status >= 300 && a.Status <= 404 && a.Status != 400 || a.Status == 410
}

func glance(ctx context.Context, c Container, f candidate.Facts, timeout time.Duration, hosts ...string) (*healthcheck.Look, error) {
	look, err := c.Look(ctx)
	if err != nil {
		return nil, err
	}
	f.Look = look
	urls := f.Declared()
	if balanced := f.Balanced(); balanced != "" && !slices.Contains(urls, balanced) {
		urls = append(urls, balanced)
	}
	for _, p := range f.Ports() {
		p.Path = f.Paths()[0]
		for _, p.Scheme = range []string{"http", "https"} {
			if !slices.Contains(urls, p.URL()) {
				urls = append(urls, p.URL())
			}
		}
	}
	if look.Answers, err = ask(ctx, c, Questions{URLs: urls, Timeout: timeout}); err != nil {
		return look, err
	}
	refused := refusals(look.Answers)
	for _, host := range hosts {
		answers, err := ask(ctx, c, Questions{URLs: refused, Host: host, Timeout: askTimeout})
		if err != nil {
			return look, err
		}
		look.Answers = append(look.Answers, answers...)
	}
	return look, nil
}

// refusals are the URLs that were answered as an application does that does not know the Host header.
func refusals(answers []healthcheck.Answer) []string {
	var urls []string
	for _, a := range answers {
		if a.Status == 400 && !a.TLS || a.Status == 403 || a.Status == 404 || a.Status == 421 {
			urls = append(urls, a.URL)
		}
	}
	return urls
}

// See looks inside the container and asks the application wherever it may answer: first as Glance does, then the usual paths of the ports
// that speak HTTP.
func See(ctx context.Context, c Container, f candidate.Facts) (*healthcheck.Look, error) {
	look, err := glance(ctx, c, f, askTimeout)
	if err != nil {
		return look, err
	}
	return look, usual(ctx, c, f, look)
}

// usual asks the usual paths of the ports that speak HTTP, and where redirections within the application lead.
func usual(ctx context.Context, c Container, f candidate.Facts, look *healthcheck.Look) error {
	f.Look = look
	var more []string
	add := func(url string) { // the declared URL and a port's may be the same place
		if url != "" && !slices.Contains(more, url) {
			more = append(more, url)
		}
	}
	for _, a := range look.Answers {
		u, err := url.Parse(a.URL)
		if err != nil || a.Status == 0 || !slices.ContainsFunc(f.Ports(), func(p candidate.Place) bool { return p.Host == u.Hostname() }) || a.TLS != (u.Scheme == "https") {
			continue
		}
		for _, path := range f.Paths()[1:] {
			add(u.Scheme + "://" + u.Host + path)
		}
		add(sameOrigin(u, a.Location))
	}
	answers, err := ask(ctx, c, Questions{URLs: more[:min(len(more), mostURLs)], Timeout: askTimeout})
	look.Answers = append(look.Answers, answers...)
	return err
}

func ask(ctx context.Context, c Container, q Questions) ([]healthcheck.Answer, error) {
	if len(q.URLs) == 0 {
		return nil, nil
	}
	return c.Ask(ctx, q)
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
