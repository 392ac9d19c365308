package dockerengine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/plan"
)

const cgroupMount = "/sys/fs/cgroup"

// cgroupRoots are the hierarchies in which a task's limits are set: one with version 2, one a controller with version 1.
func (e *Engine) cgroupRoots() []string {
	if e.Info.CgroupV2 {
		return []string{cgroupMount}
	}
	return []string{cgroupMount + "/cpu", cgroupMount + "/memory"}
}

// CreateCgroup makes a task's control group and sets its limits (agent: taskresource/cgroup).
func (e *Engine) CreateCgroup(_ context.Context, g plan.Cgroup) error {
	if !e.canWriteCgroups() {
		return errNoCgroups
	}
	for _, root := range e.cgroupRoots() {
		if err := makeGroup(filepath.Join(root, g.Parent)); err != nil {
			return err
		}
	}
	if e.Info.CgroupV2 {
		return limitV2(filepath.Join(cgroupMount, g.Parent), g)
	}
	return limitV1(g)
}

// makeGroup makes a control group and those above it, which the end of another task may remove in between.
func makeGroup(path string) error {
	err := os.MkdirAll(path, 0o755)
	for try := 0; try < 5 && errors.Is(err, fs.ErrNotExist); try++ {
		err = os.MkdirAll(path, 0o755)
	}
	return err
}

func limitV1(g plan.Cgroup) error {
	cpu, memory := filepath.Join(cgroupMount, "cpu", g.Parent), filepath.Join(cgroupMount, "memory", g.Parent)
	var errs []error
	if g.Quota > 0 {
		errs = append(errs, write(cpu, "cpu.cfs_period_us", strconv.FormatUint(g.Period, 10)), write(cpu, "cpu.cfs_quota_us", strconv.FormatInt(g.Quota, 10)))
	}
	if g.Shares > 0 {
		errs = append(errs, write(cpu, "cpu.shares", strconv.FormatUint(g.Shares, 10)))
	}
	if g.Memory > 0 {
		errs = append(errs, write(memory, "memory.limit_in_bytes", strconv.FormatInt(g.Memory, 10)))
	}
	return errors.Join(errs...)
}

func limitV2(group string, g plan.Cgroup) error {
	parent := filepath.Dir(group)
	errs := []error{write(cgroupMount, "cgroup.subtree_control", "+cpu +memory"), write(parent, "cgroup.subtree_control", "+cpu +memory")}
	if g.Quota > 0 {
		errs = append(errs, write(group, "cpu.max", strconv.FormatInt(g.Quota, 10)+" "+strconv.FormatUint(g.Period, 10)))
	}
	if g.Shares > 0 { // 2..262144 to 1..10000, as runc converts
		errs = append(errs, write(group, "cpu.weight", strconv.FormatUint(1+((g.Shares-2)*9999)/262142, 10)))
	}
	if g.Memory > 0 {
		errs = append(errs, write(group, "memory.max", strconv.FormatInt(g.Memory, 10)))
	}
	return errors.Join(errs...)
}

func write(group, file, value string) error {
	return os.WriteFile(filepath.Join(group, file), []byte(value), 0)
}

// removeCgroup removes a task's control group from every hierarchy: runc makes it in all. Control groups that are not there, or are out of
// reach, are no error.
func (e *Engine) removeCgroup(parent string) error {
	if !e.Info.Local || os.Geteuid() != 0 {
		return nil
	}
	groups, _ := filepath.Glob(cgroupMount + "/*" + parent)
	var errs []error
	for _, group := range append(groups, cgroupMount+parent) {
		if err := os.Remove(group); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		_ = os.Remove(filepath.Dir(group)) // the last task's goes with it
	}
	return errors.Join(errs...)
}
