package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// put makes a log group and a stream, puts the texts into it, and prints what CloudWatch Logs then has.
func put(ctx context.Context, endpoint, group, stream string, texts []string) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load configuration: %w", err)
	}
	client := cloudwatchlogs.NewFromConfig(cfg, func(o *cloudwatchlogs.Options) {
		if endpoint != "" {
			o.BaseEndpoint = &endpoint
		}
	})
	if _, err := client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group}); err != nil {
		return err
	}
	if _, err := client.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}); err != nil {
		return err
	}
	events := make([]types.InputLogEvent, len(texts))
	for i, text := range texts {
		events[i] = types.InputLogEvent{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: &text}
	}
	if _, err := client.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream, LogEvents: events}); err != nil {
		return err
	}
	stored, err := client.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
	if err != nil {
		return err
	}
	for event := range slices.Values(stored.Events) {
		fmt.Println(*event.LogStreamName, *event.Message)
	}
	return nil
}
