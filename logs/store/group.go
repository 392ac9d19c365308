package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

const groupFile = ".group.json"

// meta reads what is stored about a group; the error is logs.ErrNoGroup where there is none.
func (s *Store) meta(name string) (logs.Group, error) {
	if err := logs.CheckGroupName(name); err != nil {
		return logs.Group{}, err
	}
	group, err := readGroup(s.groupPath(name))
	if err != nil {
		return group, err
	}
	if group.Name != name {
		return group, fmt.Errorf("%s belongs to log group %q, not to %q", s.groupPath(name), group.Name, name)
	}
	return group, nil
}

func readGroup(dir string) (group logs.Group, err error) {
	b, err := os.ReadFile(filepath.Join(dir, groupFile))
	if errors.Is(err, fs.ErrNotExist) {
		return group, logs.ErrNoGroup
	}
	if err == nil {
		err = json.Unmarshal(b, &group)
	}
	if err != nil {
		return group, fmt.Errorf("read log group: %w", err)
	}
	return group, nil
}

// CreateGroup makes a log group; the error is logs.ErrGroupExists where it exists.
func (s *Store) CreateGroup(name string, tags map[string]string) error {
	if err := logs.CheckGroupName(name); err != nil {
		return err
	}
	return s.lockGroup(name, true, func() error {
		if _, err := s.meta(name); !errors.Is(err, logs.ErrNoGroup) {
			if err == nil {
				err = logs.ErrGroupExists
			}
			return err
		}
		return s.writeGroup(logs.Group{Name: name, Created: time.Now().UnixMilli(), Tags: tags})
	})
}

// SetRetention sets after how many days events of a group go; 0 keeps them for ever.
func (s *Store) SetRetention(name string, days int) error {
	return s.changeGroup(name, func(group *logs.Group) { group.RetentionDays = days })
}

// Tag sets tags of a group and removes others.
func (s *Store) Tag(name string, set map[string]string, unset []string) error {
	return s.changeGroup(name, func(group *logs.Group) {
		if group.Tags == nil {
			group.Tags = map[string]string{}
		}
		maps.Copy(group.Tags, set)
		for _, key := range unset {
			delete(group.Tags, key)
		}
	})
}

func (s *Store) changeGroup(name string, change func(*logs.Group)) error {
	if _, err := s.meta(name); err != nil {
		return err
	}
	return s.lockGroup(name, false, func() error {
		group, err := s.meta(name)
		if err != nil {
			return err
		}
		change(&group)
		return s.writeGroup(group)
	})
}

// lockGroup calls do while no other process changes the group's file.
func (s *Store) lockGroup(name string, create bool, do func() error) error {
	dir := s.groupPath(name)
	if create {
		if err := os.MkdirAll(dir, dirMode); err != nil {
			return fmt.Errorf("create log group: %w", err)
		}
	}
	lock, err := acquire(place{dir, "%"}, 5*time.Second) // no stream has that name
	if err != nil {
		return fmt.Errorf("lock log group %s: %w", name, err)
	}
	defer lock.Close()
	return do()
}

// writeGroup replaces the group's file at once.
func (s *Store) writeGroup(group logs.Group) error {
	b, err := json.MarshalIndent(group, "", "  ")
	if err != nil {
		return fmt.Errorf("write log group: %w", err)
	}
	dir := s.groupPath(group.Name)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("write log group: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, groupFile))
	}
	if err != nil {
		return fmt.Errorf("write log group: %w", errors.Join(err, remove(f.Name())))
	}
	return nil
}

// DeleteGroup removes a log group with all its streams; the error is logs.ErrNoGroup where there is none.
func (s *Store) DeleteGroup(name string) error {
	if _, err := s.meta(name); err != nil {
		return err
	}
	gone := filepath.Join(s.dir, fmt.Sprintf(".deleted-%d", time.Now().UnixNano()))
	if err := os.Rename(s.groupPath(name), gone); err != nil {
		return fmt.Errorf("delete log group: %w", err)
	}
	if err := os.RemoveAll(gone); err != nil {
		return fmt.Errorf("delete log group: %w", err)
	}
	return nil
}

// Group describes one group, without its Bytes, which Groups counts by looking at every stream; the error is logs.ErrNoGroup where
// there is none.
func (s *Store) Group(name string) (logs.Group, error) { return s.meta(name) }

func (s *Store) countBytes(group *logs.Group) error {
	streams, err := s.Streams(group.Name, "")
	for _, stream := range streams {
		group.Bytes += stream.Bytes
	}
	return err
}

// Groups lists the groups whose name starts with prefix, by name.
func (s *Store) Groups(prefix string) ([]logs.Group, error) {
	dirs, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list log groups: %w", err)
	}
	var groups []logs.Group
	for _, dir := range dirs {
		if !dir.IsDir() || strings.HasPrefix(dir.Name(), ".") {
			continue
		}
		group, err := readGroup(filepath.Join(s.dir, dir.Name()))
		if err != nil || !strings.HasPrefix(group.Name, prefix) {
			continue // half made or half removed
		}
		if err := s.countBytes(&group); err != nil && !errors.Is(err, logs.ErrNoGroup) {
			return nil, err
		}
		groups = append(groups, group)
	}
	slices.SortFunc(groups, func(a, b logs.Group) int { return strings.Compare(a.Name, b.Name) })
	return groups, nil
}
