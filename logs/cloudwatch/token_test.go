package cloudwatch_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// A token is good for its own stream only, and not for a new stream of the same name.
func TestForeignTokens(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		c.makeStream(group, stream)
		c.makeStream(group, "other")
		token := c.call("GetLogEvents", object{"logGroupName": group, "logStreamName": stream})["nextForwardToken"]
		c.call("DeleteLogStream", object{"logGroupName": group, "logStreamName": stream})
		c.makeStream(group, stream)
		for _, in := range []object{
			{"logStreamName": "other", "nextToken": token},
			{"logStreamName": stream, "nextToken": token},
			{"logStreamName": stream, "nextToken": "x/" + strings.Repeat("1", 56) + "/s"},
			{"logStreamName": stream, "nextToken": "f/" + strings.Repeat("9", 56) + "/s"},
			{"logStreamName": stream, "nextToken": "f/36" + strings.Repeat("x", 54) + "/s"},
			{"logStreamName": stream, "nextToken": "next"},
		} {
			in["logGroupName"] = group
			if kind, message := c.refuse("GetLogEvents", in); kind != "InvalidParameterException" || message != "The specified nextToken is invalid." {
				t.Errorf("%v: %s: %s", in, kind, message)
			}
		}
	})
}

// A token of another operation or another group would begin a list again, and a client that follows it would never come to an end.
func TestTokensOfOtherLists(t *testing.T) {
	t.Parallel()
	c := newClient(t, &memory{})
	for _, name := range []string{"/a", "/b"} {
		for _, stream := range []string{"1", "2"} {
			c.makeStream(name, stream)
			c.put(name, stream, time.Now().UnixMilli(), "x", "y")
		}
	}
	lists := []struct {
		operation string
		in        object
	}{
		{"FilterLogEvents", object{"logGroupName": "/a", "limit": 1}},
		{"FilterLogEvents", object{"logGroupName": "/b", "limit": 1}},
		{"DescribeLogStreams", object{"logGroupName": "/a", "limit": 1}},
		{"DescribeLogStreams", object{"logGroupName": "/b", "limit": 1}},
		{"DescribeLogGroups", object{"limit": 1}},
		{"ListLogGroups", object{"limit": 1}},
	}
	for i, from := range lists {
		token := c.call(from.operation, from.in)["nextToken"]
		for j, to := range lists {
			in := maps.Clone(to.in)
			in["nextToken"] = token
			if i == j {
				c.call(to.operation, in)
			} else if _, message := c.refuse(to.operation, in); message != "The specified nextToken is invalid." {
				t.Errorf("%s %v of %s %v: %s", to.operation, to.in, from.operation, from.in, message)
			}
		}
	}
}

// The tokens of any answer are good, also those of a range that no event can be in.
func TestTokensOfRangesWithoutEvents(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		c.makeStream(group, stream)
		c.put(group, stream, time.Now().UnixMilli(), "x")
		for _, start := range []int64{1e14 - 1, 1e14, 1<<63 - 1} {
			in := object{"logGroupName": group, "logStreamName": stream, "startTime": start}
			out := c.call("GetLogEvents", in)
			for _, token := range []string{"nextForwardToken", "nextBackwardToken"} {
				in["nextToken"] = out[token]
				if again := c.call("GetLogEvents", in); len(messages(again)) != 0 || again[token] != out[token] {
					t.Errorf("from %d, %s %v: %v", start, token, out[token], again)
				}
			}
		}
	})
}
