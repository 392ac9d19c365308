package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// onSignal is what SIGTERM and SIGINT do.
var onSignal atomic.Value // of func()

// obey takes signals from now on.
func obey() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for s := range signals {
			fmt.Println("received", s)
			if do, ok := onSignal.Load().(func()); ok {
				do()
				continue
			}
			os.Exit(0)
		}
	}()
}

func sigterm(value string) error {
	if value == "ignore" {
		onSignal.Store(func() {})
		return nil
	}
	if code, err := strconv.Atoi(value); err == nil {
		onSignal.Store(func() { os.Exit(code) })
		return nil
	}
	d, err := time.ParseDuration(value)
	onSignal.Store(func() { time.Sleep(d); os.Exit(0) })
	return err
}

// allocate touches every page, so that the memory counts.
func allocate(value string) error {
	megabytes := 1 << 20 // more than any container has
	if value != "all" {
		var err error
		if megabytes, err = strconv.Atoi(value); err != nil {
			return err
		}
	}
	for i := 0; i < megabytes; i++ {
		chunk := make([]byte, 1<<20)
		for at := 0; at < len(chunk); at += 4096 {
			chunk[at] = 1
		}
		memory = append(memory, chunk)
	}
	fmt.Printf("allocated %d MB\n", megabytes)
	return nil
}

var memory [][]byte

func start(count string, steps ...string) error {
	n, err := strconv.Atoi(count)
	for i := 0; i < n && err == nil; i++ {
		child := exec.Command("/proc/self/exe", steps...)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err = child.Start(); err == nil {
			fmt.Println("child", child.Process.Pid)
		}
	}
	return err
}

func children(count string) error { return start(count, "wait") }
func orphans(count string) error  { return start(count, "children=1", "exit=0") }
func zombies(count string) error  { return start(count, "exit=0") }

func stat(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	fmt.Printf("%v uid=%d gid=%d\n", info.Mode(), owner.Uid, owner.Gid)
	return nil
}
