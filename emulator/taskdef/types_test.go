package taskdef

import (
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/google/go-cmp/cmp"
)

// TestTypesInTheWordsOfTheCLI compares what AWS would say of wrong types with what the AWS CLI 1.45.11 said of this file.
func TestTypesInTheWordsOfTheCLI(t *testing.T) {
	t.Parallel()
	const file = `{"family":"a","ipcMode":null,"tags":null,"runtimePlatform":null,"enableFaultInjection":null,"containerDefinitions":[null,
		{"name":"a","image":"b","cpu":null,"essential":null,"environment":[null],"command":[null],"dockerLabels":{"a":null},"portMappings":{"a":1},
		"restartPolicy":{"ignoredExitCodes":[null,"1"]},"ulimits":"x","privileged":1,"user":["x"],"workingDirectory":{},"healthCheck":["x"],"stopTimeout":1.5}]}`
	want := strings.Split(`ipcMode, value: None, type: <class 'NoneType'>, valid types: <class 'str'>
tags, value: None, type: <class 'NoneType'>, valid types: <class 'list'>, <class 'tuple'>
runtimePlatform, value: None, type: <class 'NoneType'>, valid types: <class 'dict'>
enableFaultInjection, value: None, type: <class 'NoneType'>, valid types: <class 'bool'>
containerDefinitions[0], value: None, type: <class 'NoneType'>, valid types: <class 'dict'>
containerDefinitions[1].cpu, value: None, type: <class 'NoneType'>, valid types: <class 'int'>
containerDefinitions[1].essential, value: None, type: <class 'NoneType'>, valid types: <class 'bool'>
containerDefinitions[1].environment[0], value: None, type: <class 'NoneType'>, valid types: <class 'dict'>
containerDefinitions[1].command[0], value: None, type: <class 'NoneType'>, valid types: <class 'str'>
containerDefinitions[1].dockerLabels.a, value: None, type: <class 'NoneType'>, valid types: <class 'str'>
containerDefinitions[1].portMappings, value: {'a': 1}, type: <class 'dict'>, valid types: <class 'list'>, <class 'tuple'>
containerDefinitions[1].restartPolicy.ignoredExitCodes[0], value: None, type: <class 'NoneType'>, valid types: <class 'int'>
containerDefinitions[1].restartPolicy.ignoredExitCodes[1], value: 1, type: <class 'str'>, valid types: <class 'int'>
containerDefinitions[1].ulimits, value: x, type: <class 'str'>, valid types: <class 'list'>, <class 'tuple'>
containerDefinitions[1].privileged, value: 1, type: <class 'int'>, valid types: <class 'bool'>
containerDefinitions[1].user, value: ['x'], type: <class 'list'>, valid types: <class 'str'>
containerDefinitions[1].workingDirectory, value: {}, type: <class 'dict'>, valid types: <class 'str'>
containerDefinitions[1].healthCheck, value: ['x'], type: <class 'list'>, valid types: <class 'dict'>
containerDefinitions[1].stopTimeout, value: 1.5, type: <class 'float'>, valid types: <class 'int'>`, "\n")
	_, findings := Load("f", []byte(file))
	diag.Sort(findings)
	var got []string
	for _, f := range findings {
		if text, isType := strings.CutPrefix(f.AWS, "Invalid type for parameter "); isType {
			got = append(got, text)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-CLI +here:\n%s", diff)
	}
}
