// Command otelecs shows that OpenTelemetry's ECS resource detector recognizes a task. It prints the attributes that it detects as one
// JSON object. Test images are built from it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/contrib/detectors/aws/ecs"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	attributes, err := detect(ctx)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(attributes)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "otelecs:", err)
		os.Exit(1)
	}
}

// detect has an empty object where the detector finds no ECS.
func detect(ctx context.Context) (map[string]any, error) {
	resource, err := ecs.NewResourceDetector().Detect(ctx)
	if err != nil {
		return nil, fmt.Errorf("detect the ECS resource: %w", err)
	}
	attributes := map[string]any{}
	for _, attribute := range resource.Attributes() {
		attributes[string(attribute.Key)] = attribute.Value.AsInterface()
	}
	return attributes, nil
}
