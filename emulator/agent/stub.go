package agent

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"sync"
	"time"
)

// Stub makes keys up. They look like those of a role, expire, and are replaced in time, so that a client's caching and refreshing are
// exercised, and AWS refuses them. The zero value is ready; it must not be copied after first use.
type Stub struct {
	// Lifetime of keys; 0 is 6 hours, what ECS gives.
	Lifetime time.Duration

	mu   sync.Mutex
	made map[string]Keys // by role
}

// Keys gives the same keys for a role until a quarter of their life is left, then new ones. SDKs ask again before keys expire
// (botocore 15 minutes, aws-sdk-go-v2 5), which must not be in vain.
func (s *Stub) Keys(_ context.Context, roleARN string) (Keys, error) {
	life := s.Lifetime
	if life <= 0 {
		life = 6 * time.Hour
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if keys, ok := s.made[roleARN]; ok && time.Until(keys.Expiration) > life/4 {
		return keys, nil
	}
	if s.made == nil {
		s.made = map[string]Keys{}
	}
	s.made[roleARN] = madeUp(time.Now().Add(life))
	return s.made[roleARN], nil
}

// madeUp has the prefix, alphabets and lengths of temporary keys
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids). The token says what it is.
func madeUp(expiration time.Time) Keys {
	random := make([]byte, 10+30+48)
	_, _ = rand.Read(random) // never fails
	return Keys{
		AccessKeyID:     "ASIA" + base32.StdEncoding.EncodeToString(random[:10]),
		SecretAccessKey: base64.StdEncoding.EncodeToString(random[10:40]),
		SessionToken:    base64.StdEncoding.EncodeToString(append([]byte("made up by ecslocal; no key of AWS: "), random[40:]...)),
		Expiration:      expiration.Truncate(time.Second),
	}
}
