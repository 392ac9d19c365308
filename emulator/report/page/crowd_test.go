package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/report/reporttest"
)

// crowd is a run of many containers with long names, images, outputs and lines, of which one becomes UNHEALTHY, one fails and some are killed.
func crowd(t testing.TB, n, probes int) *report.Run {
	r := reporttest.Load(t, "checkout")
	began := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return began.Add(time.Duration(s * float64(time.Second))) }
	hc := r.Containers[1].HealthCheck
	r.Family = "crowd"
	r.Containers, r.Events, r.Explanations = nil, nil, map[string][]report.Explanation{}
	var cs []event.Container
	one := 1
	for i := range n {
		name := fmt.Sprintf("service-%02d", i)
		if i == 7 {
			name = "a-very-long-container-name-that-somebody-gave-to-the-payment-reconciliation-worker"
		}
		c := report.Container{Name: name, Image: "012345678901.dkr.ecr.us-east-2.amazonaws.com/team/" + name + ":2026-03-01.1234567890abcdef", Essential: i%3 != 0, StopTimeout: 30}
		if i%2 == 1 {
			c.HealthCheck = hc
		}
		if i > 0 && i%5 != 0 {
			c.DependsOn = []report.Dependency{{Container: r.Containers[i-1].Name, Condition: []string{"START", "HEALTHY", "COMPLETE", "SUCCESS"}[i%4]}}
		}
		r.Containers = append(r.Containers, c)
		cs = append(cs, event.Container{Name: name, Essential: c.Essential, LastStatus: "PENDING", HasHealthCheck: c.HealthCheck != nil, HealthStatus: "UNKNOWN"})
	}
	add := func(s float64, e event.Event) {
		e.Time, e.Seq = at(s), len(r.Events)+1
		r.Events = append(r.Events, e)
	}
	add(0, event.Event{Kind: event.TaskCreated, Task: &event.Task{TaskARN: "arn:aws:ecs:us-east-2:012345678901:task/default/0123456789abcdef0123456789abcdef", Group: "family:crowd", Containers: cs, LaunchType: "EC2"}})
	add(0.01, event.Event{Kind: event.TaskStatus, Status: "PROVISIONING"})
	add(0.1, event.Event{Kind: event.TaskStatus, Status: "PENDING"})
	for i, c := range cs {
		s := 0.2 + float64(i%5)*1.3
		add(s, event.Event{Kind: event.ImagePulling, Container: c.Name, Message: "image"})
		add(s+1, event.Event{Kind: event.ImagePulled, Container: c.Name})
		add(s+1.1, event.Event{Kind: event.ContainerCreated, Container: c.Name})
		add(s+1.2, event.Event{Kind: event.ContainerStarted, Container: c.Name})
	}
	add(9, event.Event{Kind: event.TaskStatus, Status: "RUNNING"})
	for i, c := range cs {
		if !c.HasHealthCheck {
			continue
		}
		for p := range probes {
			s := 9.5 + float64(p)*5
			code, out := 0, "ok"
			if i == 3 && p > probes/2 || p < 3 {
				code, out = 7, "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server "+strings.Repeat("x", 300)
			}
			add(s, event.Event{Kind: event.ContainerProbe, Container: c.Name, Probe: &event.Probe{Start: at(s - 0.2), Duration: 200 * time.Millisecond, ExitCode: code, Output: out, Source: "engine", Status: "healthy"}})
			if p == 3 {
				add(s+0.01, event.Event{Kind: event.ContainerHealth, Container: c.Name, Health: event.Healthy})
			}
			if i == 3 && p == probes/2+3 {
				add(s+0.01, event.Event{Kind: event.ContainerHealth, Container: c.Name, Health: event.Unhealthy})
			}
		}
	}
	end := 10 + float64(probes)*5
	add(end, event.Event{Kind: event.ContainerStopped, Container: cs[4].Name, ExitCode: &one})
	add(end+0.01, event.Event{Kind: event.TaskStopping, Reason: "Essential container in task exited", StopCode: "EssentialContainerExited"})
	for i, c := range cs {
		if i != 4 {
			code := []int{0, 143, 137}[i%3]
			add(end+0.02, event.Event{Kind: event.ContainerStopping, Container: c.Name})
			add(end+0.5+float64(i%3), event.Event{Kind: event.ContainerStopped, Container: c.Name, ExitCode: &code, Killed: i%3 == 2})
		}
	}
	add(end+4, event.Event{Kind: event.TaskStatus, Status: "STOPPED"})
	r.Task = event.Fold(r.Events)
	r.Lines = func(yield func(report.Line, error) bool) {
		for i, c := range cs {
			for k := range 3 {
				text := fmt.Sprintf("line %d of %s", k, c.Name)
				if k == 1 && i%10 == 0 {
					text = `{"level":"error","stack":"` + strings.Repeat("at com.example.Long.method(Long.java:42) ", 60) + strings.Repeat("nobreak", 200) + `"}`
				}
				if !yield(report.Line{Time: at(3 + float64(k)), Container: c.Name, Stderr: k == 1, Text: text}, nil) {
					return
				}
			}
		}
	}
	return r
}

// crowded: however many containers and probes there are and however long their names, nothing is wider than its place.
func crowded(t *testing.T, b *browser) {
	for _, look := range []struct{ containers, probes, width int }{{50, 12, 1280}, {8, 150, 400}} {
		name := fmt.Sprintf("crowd-%d", look.width)
		p := b.open(saved(t, crowd(t, look.containers, look.probes)), "light", look.width, 900)
		if look.containers < 10 {
			p.screenshot(t, name)
		}
		for expression, want := range map[string]string{
			"document.documentElement.scrollWidth - innerWidth":                                                                           "0",
			"[...document.querySelectorAll('.node svg')].filter(s => s.firstElementChild.getBBox().width > s.width.baseVal.value).length": "0",
			"[...document.querySelectorAll('.who')].filter(w => w.offsetHeight > 45).length":                                              "0",
			"[...document.querySelectorAll('td .badge')].filter(b => b.offsetHeight > 30).length":                                         "0",
		} {
			if got := p.eval(expression); got != want {
				t.Errorf("%s: %s is %s, want %s", name, expression, got, want)
			}
		}
		for _, c := range p.complaints() {
			t.Errorf("%s: %s", name, c)
		}
	}
}
