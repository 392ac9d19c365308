package cloudwatch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

func TestTagLimits(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		tags := map[string]string{}
		for i := range 50 {
			tags[fmt.Sprint("key", i)] = strings.Repeat("é", 256)
		}
		c.call("CreateLogGroup", object{"logGroupName": group, "tags": tags})
		c.call("TagLogGroup", object{"logGroupName": group, "tags": object{"key0": strings.Repeat("k", 256)}}) // replaces one
		for _, refused := range []struct {
			tags object
			kind string
		}{
			{object{"one more": ""}, "TooManyTagsException"},
			{object{"key1": strings.Repeat("v", 257)}, "InvalidParameterException"},
			{object{strings.Repeat("k", 129): ""}, "InvalidParameterException"},
			{object{"": "x"}, "InvalidParameterException"},
			{object{}, "InvalidParameterException"},
		} {
			if kind, message := c.refuse("TagLogGroup", object{"logGroupName": group, "tags": refused.tags}); kind != refused.kind {
				t.Errorf("%v: %s: %s", refused.tags, kind, message)
			}
		}
		if got := c.call("ListTagsLogGroup", object{"logGroupName": group})["tags"].(object); len(got) != 50 || got["key0"] != strings.Repeat("k", 256) {
			t.Errorf("%d tags, key0 %.20v", len(got), got["key0"])
		}
	})
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"":              "arn:aws:logs:us-east-1:000000000000:log-group:" + group,
		"eu-west-3":     "arn:aws:logs:eu-west-3:000000000000:log-group:" + group,
		"cn-north-1":    "arn:aws-cn:logs:cn-north-1:000000000000:log-group:" + group,
		"us-gov-west-1": "arn:aws-us-gov:logs:us-gov-west-1:000000000000:log-group:" + group,
	} {
		c := client{t, &cloudwatch.Handler{Store: &memory{}, Region: region}}
		c.call("CreateLogGroup", object{"logGroupName": group})
		got := c.call("DescribeLogGroups", object{})["logGroups"].([]any)[0].(object)["logGroupArn"]
		if got != want {
			t.Errorf("%q: %v, want %s", region, got, want)
		}
	}
}
