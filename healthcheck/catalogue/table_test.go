package catalogue

import (
	"errors"
	"flag"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// together is how many tasks run at the same time, and most how many rows share one.
const (
	together = 2
	most     = 8
)

// driven is a row on its way.
type driven struct {
	row
	name       string
	definition map[string]any
	found      []healthcheck.Diagnosis
	err        error
	again      error // what the repaired definition did wrong
	// first says that no row before it comes to the same end in its chapter of the catalogue: its repair runs as a definition of its own, by
	// the engine. The others' are run once in the living container, where that shows the same.
	first, tried bool
}

// only drives some rows: go test -run TestCauses . -rows 'HC06|HC07', or -rows compound for those with several faults
var only = flag.String("rows", "", "drive only the rows of rules that match this regular expression, or compound")

// rows is the whole table, group by group.
func rows() []row {
	all := slices.Concat(formRows, toolRows, httpRows, portRows, paceRows, userRows, logicRows, serviceRows, compoundRows)
	wanted := regexp.MustCompile(*only)
	if *only == "compound" {
		return slices.Clone(compoundRows)
	}
	return slices.DeleteFunc(all, func(r row) bool { return !wanted.MatchString(r.rule) })
}

// TestCauses drives every row: it runs, is explained, and where a repair is printed, runs repaired.
func TestCauses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs containers")
	}
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatalf("this test needs a Docker engine (skip such tests with -short): %v", err)
	}
	t.Cleanup(func() { engine.Close() })
	var all, byEngine, variants []*driven
	repaired, known, made := map[end]bool{}, map[string]bool{}, map[uintptr]string{}
	for i, r := range rows() {
		if r.until == "" {
			r.until = unhealthy
		}
		if r.mode == "" {
			r.mode = "none"
		}
		d := &driven{row: r, name: fmt.Sprintf("%s-%d", strings.ToLower(r.rule), i), first: r.fixed != "" && !repaired[r.end()]}
		repaired[r.end()] = repaired[r.end()] || d.first
		make := reflect.ValueOf(r.image).Pointer()
		if made[make] == "" {
			made[make] = r.image(t)
		}
		d.definition = r.definition(d.name, made[make], r.check)
		for _, other := range d.beside {
			if other["image"] == "@app" {
				other["image"] = empty(t)
			}
		}
		all = append(all, d)
		if known[r.rule] && d.variant() {
			variants = append(variants, d)
		} else {
			byEngine = append(byEngine, d)
		}
		known[r.rule] = true
	}
	slots := make(chan struct{}, together)
	var running sync.WaitGroup
	running.Go(func() { driveVariants(t, engine, slots, variants) })
	running.Go(func() {
		inTasks(t, engine, slots, byEngine, func(x *task, d *driven) { d.found, d.err = d.drive(t, engine, x) })
	})
	running.Wait()
	var again []*driven
	for _, d := range all {
		if r := d.repair(t); r != nil {
			again = append(again, r)
		}
	}
	inTasks(t, engine, slots, again, func(x *task, d *driven) {
		if d.until != linted {
			d.again = x.wait(d.name, d.until)
			x.end(t, d.name)
		}
	})
	for _, d := range all {
		t.Run(d.name, func(t *testing.T) {
			if i := slices.IndexFunc(again, func(r *driven) bool { return r.name == d.name }); i >= 0 {
				d.again = errors.Join(again[i].again, again[i].err)
			}
			d.judge(t)
		})
	}
}

// TestEveryCauseIsDriven holds the table to the catalogue.
func TestEveryCauseIsDriven(t *testing.T) {
	t.Parallel()
	driven := map[string]bool{}
	for _, r := range rows() {
		driven[r.rule] = true
	}
	for _, rule := range healthcheck.Rules() {
		reason, none := excused[rule.ID]
		switch {
		case !driven[rule.ID] && !none:
			t.Errorf("%s (%s) is not driven, and no reason is given", rule.ID, rule.Title)
		case driven[rule.ID] && none:
			t.Errorf("%s is driven, and excused: %s", rule.ID, reason)
		}
	}
	const least = 85
	if len(driven) < least && *only == "" {
		t.Errorf("%d causes are driven, want %d at least", len(driven), least)
	}
}

// inTasks runs the rows in tasks of several containers, and does something with each once it has been reached.
func inTasks(t *testing.T, engine *dockerengine.Engine, slots chan struct{}, all []*driven, then func(*task, *driven)) {
	var batches [][]*driven
	open := map[string]int{}
	for _, d := range all {
		switch i, ok := open[d.mode]; {
		case d.until == linted:
			then(nil, d)
		case len(d.beside) > 0 || d.until == ended || d.until == killed: // a task of its own
			batches = append(batches, []*driven{d})
		case ok && len(batches[i]) < most:
			batches[i] = append(batches[i], d)
		default:
			open[d.mode] = len(batches)
			batches = append(batches, []*driven{d})
		}
	}
	var running sync.WaitGroup
	for _, batch := range batches {
		slots <- struct{}{}
		running.Go(func() { inTask(t, engine, slots, batch, then) })
	}
	running.Wait()
}

// keeper keeps the task running, whatever becomes of the rows.
func keeper(image string) map[string]any {
	return map[string]any{"name": "keeper", "image": image, "memory": 32, "essential": true, "entryPoint": []string{"/app"}, "command": []string{"wait"}}
}

// inTask runs a batch as one task, and gives its slot back before the task is removed.
func inTask(t *testing.T, engine *dockerengine.Engine, slots chan struct{}, batch []*driven, then func(*task, *driven)) {
	containers := []map[string]any{keeper(fmt.Sprint(batch[0].definition["image"]))}
	for _, d := range batch {
		containers = append(append(containers, d.definition), d.beside...)
	}
	x, err := start(t, engine, batch[0].mode, containers)
	if err != nil {
		<-slots
		for _, d := range batch {
			d.err = err
		}
		return
	}
	var waiting sync.WaitGroup
	for _, d := range batch {
		waiting.Go(func() { then(x, d) })
	}
	waiting.Wait()
	<-slots
	if err := x.stop(); err != nil {
		t.Errorf("stop the task of %s: %v", batch[0].name, err)
	}
}
