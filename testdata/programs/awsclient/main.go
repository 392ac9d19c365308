// Command awsclient shows that an application on the AWS SDK gets credentials in a task with no code of its own. It finds them by the
// SDK's default chain and prints what may be seen of them, as one line of JSON. Test images are built from it.
//
//	awsclient                                    what credentials there are
//	awsclient put ENDPOINT GROUP STREAM TEXT…    put log events, and print those of the group; ENDPOINT may be empty
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
)

// found is what may be seen of credentials.
type found struct {
	// Provider is the SDK's name of where they are from, such as CredentialsEndpointProvider.
	Provider string `json:"provider"`
	// KeyPrefix is the first four characters of the access key: ASIA for those of a role.
	KeyPrefix string `json:"keyPrefix"`
	HasToken  bool   `json:"hasToken"`
	CanExpire bool   `json:"canExpire"`
	// Expires is RFC 3339.
	Expires time.Time `json:"expires"`
	Region  string    `json:"region"`
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "awsclient:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 4 && args[0] == "put" {
		return put(ctx, args[1], args[2], args[3], args[4:])
	}
	result, err := find(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func find(ctx context.Context) (found, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return found{}, fmt.Errorf("load configuration: %w", err)
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return found{}, fmt.Errorf("retrieve credentials: %w", err)
	}
	return found{
		Provider: keys.Source, KeyPrefix: keys.AccessKeyID[:min(4, len(keys.AccessKeyID))], HasToken: keys.SessionToken != "",
		CanExpire: keys.CanExpire, Expires: keys.Expires, Region: cfg.Region,
	}, nil
}
