package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// putLogEvent sends a record as the output cloudwatch_logs does, to the endpoint that its options name.
func putLogEvent(output section, tag string, at eventTime, record map[string]any) error {
	var message any = record
	if key := output["log_key"]; key != "" {
		message = record[key]
	}
	text, ok := message.(string)
	if !ok {
		data, err := json.Marshal(message)
		if err != nil {
			return err
		}
		text = string(data)
	}
	stream := map[string]any{"logGroupName": output["log_group_name"], "logStreamName": output["log_stream_prefix"] + tag}
	if output["auto_create_group"] == "true" {
		if err := call(output, "CreateLogGroup", map[string]any{"logGroupName": output["log_group_name"]}); err != nil {
			return err
		}
	}
	if err := call(output, "CreateLogStream", stream); err != nil {
		return err
	}
	stream["logEvents"] = []any{map[string]any{"timestamp": at.UnixMilli(), "message": text}}
	return call(output, "PutLogEvents", stream)
}

// call makes a call of the API. What exists already is no error.
func call(output section, operation string, body map[string]any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	scheme := map[bool]string{true: "http", false: "https"}[output["tls"] == "off"]
	request, err := http.NewRequest("POST", fmt.Sprintf("%s://%s:%s/", scheme, output["endpoint"], output["port"]), bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if response.StatusCode != http.StatusOK && !strings.Contains(string(answer), "ResourceAlreadyExistsException") {
		return fmt.Errorf("%s: %s: %s", operation, response.Status, answer)
	}
	return nil
}
