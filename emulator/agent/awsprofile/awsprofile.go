// Package awsprofile gives a task real AWS credentials: those that the AWS SDK finds for a profile on this machine (static keys,
// SSO, credential_process, assumed roles, …), or those of the task's own role, assumed with them.
//
// It is apart from package agent because it imports the AWS SDK; it imports nothing else of the project.
package awsprofile

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecslocal/ecslocal/emulator/agent"
)

// Source is an agent.CredentialsSource. The zero value finds what the SDK finds by default. It must not be copied after first use.
type Source struct {
	// Profile is a name in ~/.aws/config; it wins over keys in the environment. Empty is the SDK's default chain.
	Profile string
	// Region is that of STS where the profile has none.
	Region string
	// AssumeRole exchanges the profile's credentials for those of the role that is asked for.
	AssumeRole bool
	// SessionName is that of assumed roles; ECS takes the task's id.
	SessionName string
	// Options are applied last.
	Options []func(*config.LoadOptions) error

	mu     sync.Mutex
	loaded *aws.Config
	roles  map[string]aws.CredentialsProvider
}

const (
	// assumedFor is how long an assumed role is asked for: the longest that AWS allows one role to assume another.
	assumedFor = time.Hour
	// renewBefore is how long before its end an assumed role is assumed anew; botocore asks 15 minutes before.
	renewBefore = 20 * time.Minute
	// unknownExpiration is how long keys that never expire are said to be valid: a client asks again that often.
	unknownExpiration = time.Hour
)

// Keys are the profile's or, with AssumeRole, the role's.
func (s *Source) Keys(ctx context.Context, roleARN string) (agent.Keys, error) {
	provider, err := s.provider(ctx, roleARN)
	if err != nil {
		return agent.Keys{}, fmt.Errorf("load %s: %w", s.name(), err)
	}
	found, err := provider.Retrieve(ctx)
	switch {
	case err != nil && s.AssumeRole:
		return agent.Keys{}, fmt.Errorf("assume role %s with %s: %w", roleARN, s.name(), err)
	case err != nil:
		return agent.Keys{}, fmt.Errorf("find credentials of %s: %w", s.name(), err)
	}
	keys := agent.Keys{
		AccessKeyID: found.AccessKeyID, SecretAccessKey: found.SecretAccessKey, SessionToken: found.SessionToken, Expiration: found.Expires,
	}
	if !found.CanExpire {
		keys.Expiration = time.Now().Add(unknownExpiration)
	}
	return keys, nil
}

func (s *Source) name() string {
	if s.Profile == "" {
		return "the default AWS configuration"
	}
	return fmt.Sprintf("AWS profile %q", s.Profile)
}

// provider is where the keys for a role come from. It caches them until they have to be renewed.
func (s *Source) provider(ctx context.Context, roleARN string) (aws.CredentialsProvider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded == nil {
		loaded, err := config.LoadDefaultConfig(ctx, s.options()...)
		if err != nil {
			return nil, err
		}
		s.loaded, s.roles = &loaded, map[string]aws.CredentialsProvider{}
	}
	if !s.AssumeRole {
		return s.loaded.Credentials, nil
	}
	if s.roles[roleARN] == nil {
		assume := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(*s.loaded), roleARN, func(o *stscreds.AssumeRoleOptions) {
			o.Duration, o.RoleSessionName = assumedFor, s.SessionName
		})
		s.roles[roleARN] = aws.NewCredentialsCache(assume, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = renewBefore })
	}
	return s.roles[roleARN], nil
}

func (s *Source) options() []func(*config.LoadOptions) error {
	var options []func(*config.LoadOptions) error
	if s.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(s.Profile))
	}
	if s.Region != "" {
		options = append(options, config.WithDefaultRegion(s.Region))
	}
	return append(options, s.Options...)
}
