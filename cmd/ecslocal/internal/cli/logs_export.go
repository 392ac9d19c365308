package cli

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// export writes each container's output to a file of its own below a folder, which is made, and says which.
func (v *logView) export(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("export the logs: %w", err)
	}
	files := map[string]*exportFile{}
	for _, container := range slices.Sorted(maps.Keys(v.streams())) {
		f, err := newExportFile(folder, container, v.flags.format)
		if err != nil {
			return fmt.Errorf("export the logs: %w", err)
		}
		files[container] = f
	}
	var failed error
	for e, err := range v.events() {
		if failed = err; failed == nil {
			failed = v.lineTo(files[e.container], e)
		}
		if failed != nil {
			break
		}
	}
	for _, container := range slices.Sorted(maps.Keys(files)) {
		failed = errors.Join(failed, files[container].close())
		fmt.Fprintln(v.out, files[container].Name())
	}
	if failed != nil {
		return fmt.Errorf("export the logs: %w", failed)
	}
	return nil
}

// exportFile is the file of one container.
type exportFile struct {
	*os.File
	*bufio.Writer
}

// newExportFile makes CONTAINER.log, or .jsonl. What came by way of a log router is called firelens:CONTAINER, which not every system
// takes for a file's name.
func newExportFile(folder, container, format string) (*exportFile, error) {
	suffix := ".log"
	if format == "json" {
		suffix = ".jsonl"
	}
	f, err := os.Create(filepath.Join(folder, strings.ReplaceAll(container, ":", ".")+suffix))
	if err != nil {
		return nil, err
	}
	return &exportFile{f, bufio.NewWriterSize(f, 64<<10)}, nil
}

// Write is buffered.
func (f *exportFile) Write(b []byte) (int, error) { return f.Writer.Write(b) }

func (f *exportFile) close() error { return errors.Join(f.Flush(), f.File.Close()) }
