package spec

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Selection chooses some of the cases of specs.
type Selection struct {
	// Name has to match a case's name; nil matches all.
	Name *regexp.Regexp
	// Shard is which of Shards parts is wanted, 1 to Shards; Shards 0 wants all.
	Shard, Shards int
}

// ParseShard reads I/N, such as 2/3; an empty text is all.
func ParseShard(text string) (shard, shards int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	i, n, ok := strings.Cut(text, "/")
	shard, errI := strconv.Atoi(i)
	shards, errN := strconv.Atoi(n)
	if !ok || errI != nil || errN != nil || shard < 1 || shard > shards {
		return 0, 0, fmt.Errorf("%q is no part; write I/N with I from 1 to N, such as 2/3", text)
	}
	return shard, shards, nil
}

// Of are the chosen cases, in their order. The part that a case belongs to depends on its name alone: other cases that come or go move none.
func (s Selection) Of(cases []Case) []Case {
	var chosen []Case
	for _, c := range cases {
		if (s.Name == nil || s.Name.MatchString(c.Name)) && (s.Shards == 0 || partOf(c.Name, s.Shards) == s.Shard) {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

func partOf(name string, parts int) int {
	sum := sha256.Sum256([]byte(name))
	return int(binary.BigEndian.Uint64(sum[:])%uint64(parts)) + 1
}
