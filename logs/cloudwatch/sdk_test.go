package cloudwatch_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// newSDK is a client of aws-sdk-go-v2 for a handler over a store on disk.
func newSDK(t *testing.T) *cloudwatchlogs.Client {
	t.Helper()
	server := httptest.NewServer(&cloudwatch.Handler{Store: openStore(t)})
	t.Cleanup(server.Close)
	return cloudwatchlogs.New(cloudwatchlogs.Options{BaseEndpoint: aws.String(server.URL), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDANYBODY", "anything", "")}, withoutHostPrefix)
}

// withoutHostPrefix keeps StartLiveTail from asking stream-127.0.0.1.
func withoutHostPrefix(o *cloudwatchlogs.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("withoutHostPrefix",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
			}), middleware.Before)
	})
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// The SDK's paginators find everything and end.
func TestSDKPaginators(t *testing.T) {
	t.Parallel()
	sdk, ctx := newSDK(t), t.Context()
	for g := range 3 {
		name := aws.String(fmt.Sprintf("/sdk/%d", g))
		must[*cloudwatchlogs.CreateLogGroupOutput](t)(sdk.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name}))
	}
	first := aws.String("/sdk/0")
	for s := range 5 {
		name := aws.String(fmt.Sprintf("web/%d", s))
		must[*cloudwatchlogs.CreateLogStreamOutput](t)(sdk.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: first, LogStreamName: name}))
		var events []types.InputLogEvent
		for i := range 10 {
			events = append(events, types.InputLogEvent{Timestamp: aws.Int64(time.Now().UnixMilli() + int64(i)), Message: aws.String(fmt.Sprintf("%d.%d", s, i))})
		}
		must[*cloudwatchlogs.PutLogEventsOutput](t)(sdk.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: first, LogStreamName: name, LogEvents: events}))
	}
	counts := map[string]int{}
	groups := cloudwatchlogs.NewDescribeLogGroupsPaginator(sdk, &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(2)})
	for groups.HasMorePages() {
		counts["groups"] += len(must[*cloudwatchlogs.DescribeLogGroupsOutput](t)(groups.NextPage(ctx)).LogGroups)
	}
	streams := cloudwatchlogs.NewDescribeLogStreamsPaginator(sdk, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: first, OrderBy: types.OrderByLastEventTime, Limit: aws.Int32(2)})
	for streams.HasMorePages() {
		counts["streams"] += len(must[*cloudwatchlogs.DescribeLogStreamsOutput](t)(streams.NextPage(ctx)).LogStreams)
	}
	filtered := cloudwatchlogs.NewFilterLogEventsPaginator(sdk, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: first, FilterPattern: aws.String(`-"3."`), Limit: aws.Int32(9)})
	for filtered.HasMorePages() {
		counts["filtered"] += len(must[*cloudwatchlogs.FilterLogEventsOutput](t)(filtered.NextPage(ctx)).Events)
	}
	var got []string
	events := cloudwatchlogs.NewGetLogEventsPaginator(sdk, &cloudwatchlogs.GetLogEventsInput{LogGroupName: first, LogStreamName: aws.String("web/2"), Limit: aws.Int32(4), StartFromHead: aws.Bool(true)},
		func(o *cloudwatchlogs.GetLogEventsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for events.HasMorePages() {
		for _, event := range must[*cloudwatchlogs.GetLogEventsOutput](t)(events.NextPage(ctx)).Events {
			got = append(got, *event.Message)
		}
	}
	if counts["groups"] != 3 || counts["streams"] != 5 || counts["filtered"] != 40 {
		t.Errorf("%v", counts)
	}
	if len(got) != 10 || got[0] != "2.0" || got[9] != "2.9" {
		t.Errorf("%q", got)
	}
}

// StartLiveTail as the SDK reads it: the session's start, then the events.
func TestSDKLiveTail(t *testing.T) {
	t.Parallel()
	sdk := newSDK(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	name, stream := aws.String("/sdk/live"), aws.String("web/1")
	must[*cloudwatchlogs.CreateLogGroupOutput](t)(sdk.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name}))
	must[*cloudwatchlogs.CreateLogStreamOutput](t)(sdk.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: name, LogStreamName: stream}))
	arn := "arn:aws:logs:us-east-1:000000000000:log-group:/sdk/live"
	out := must[*cloudwatchlogs.StartLiveTailOutput](t)(sdk.StartLiveTail(ctx, &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{arn}, LogEventFilterPattern: aws.String("wanted")}))
	live := out.GetStream()
	defer live.Close()
	must[*cloudwatchlogs.PutLogEventsOutput](t)(sdk.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: name, LogStreamName: stream, LogEvents: []types.InputLogEvent{
		{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("wanted 1")},
		{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("other")},
		{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("wanted 2")}}}))
	var got []string
	for event := range live.Events() {
		switch e := event.(type) {
		case *types.StartLiveTailResponseStreamMemberSessionStart:
			got = append(got, "start "+e.Value.LogGroupIdentifiers[0])
		case *types.StartLiveTailResponseStreamMemberSessionUpdate:
			for _, result := range e.Value.SessionResults {
				got = append(got, *result.Message+" "+*result.LogStreamName)
			}
		}
		if len(got) == 3 {
			break
		}
	}
	if want := []string{"start " + arn, "wanted 1 web/1", "wanted 2 web/1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q (%v)", got, want, live.Err())
	}
}
