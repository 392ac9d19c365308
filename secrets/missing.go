package secrets

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MissingError names every reference that has no value, so that all can be added at once.
type MissingError struct {
	// Region is the task's.
	Region  string
	Missing []Missing
}

// Missing is one reference without a value.
type Missing struct {
	Reference Reference
	cause     error
}

// Why a reference has no value.
const (
	errNotFound awsText = "Secrets Manager can't find the specified secret."
	errNoMember awsText = "retrieved secret from Secrets Manager did not contain json key"
)

// versionError is a secret without the version that was asked for.
type versionError string

func (e versionError) Error() string {
	return "Secrets Manager can't find the specified secret value for " + string(e)
}

// notJSONError is encoding/json's text about a secret that is no JSON object, without what it quotes of the secret.
type notJSONError string

func (e notJSONError) Error() string { return string(e) }

// Unwrap gives access to [ErrSecretARN] and its kin for references that could not be parsed.
func (m Missing) Unwrap() error { return m.cause }

// Error says in our own words what is missing.
func (m Missing) Error() string {
	id, kind := m.Reference.ID(), "secret"
	if m.Reference.Kind == SSM {
		kind = "parameter"
	}
	var version versionError
	var notJSON notJSONError
	switch {
	case errors.Is(m.cause, errNotFound):
		return fmt.Sprintf("the %s %s is in no secrets file", kind, id)
	case errors.Is(m.cause, errNoMember):
		return fmt.Sprintf("the secret %s has no JSON key %s", id, m.Reference.JSONKey)
	case errors.As(m.cause, &version):
		return fmt.Sprintf("the %s %s has no version with the %s", kind, id, string(version))
	case errors.As(m.cause, &notJSON):
		return fmt.Sprintf("the secret %s is no JSON object, so it has no key %s (%s)", id, m.Reference.JSONKey, notJSON)
	}
	return m.cause.Error()
}

// Error says in our own words what is missing.
func (e *MissingError) Error() string {
	texts := make([]string, len(e.Missing))
	for i, m := range e.Missing {
		texts[i] = m.Error()
	}
	return "resolve secrets: " + strings.Join(texts, "; ")
}

// Unwrap gives the single ones.
func (e *MissingError) Unwrap() []error {
	errs := make([]error, len(e.Missing))
	for i, m := range e.Missing {
		errs[i] = m
	}
	return errs
}

// EC2 is the task's stoppedReason on an EC2 container instance, in the words of agent/taskresource and agent/asm (1.105.1).
// The agent itself stops at the first failing service and batch of ten parameters; here all are named, as it joins those of
// Secrets Manager. The request id that AWS would add is left out.
func (e *MissingError) EC2() string {
	var texts []string
	for region, names := range e.parameters() {
		texts = append(texts, fmt.Sprintf("fetching secret data from SSM Parameter Store in %s: invalid parameters: %s", region, strings.Join(names, ",")))
	}
	slices.Sort(texts)
	for _, m := range e.Missing {
		if text := m.agentText(); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	text := strings.Join(texts, ";")
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Fargate is the task's stoppedReason on Fargate, in the words that its users have reported.
func (e *MissingError) Fargate() string {
	const retried = "service call has been retried 1 time(s): "
	var texts []string
	for _, names := range e.parameters() {
		texts = append(texts, "unable to retrieve secrets from ssm: "+retried+"invalid ssm parameters: "+strings.Join(names, ","))
	}
	slices.Sort(texts)
	for _, m := range e.Missing {
		text := m.fargateText()
		switch {
		case text == "":
			continue
		case m.Reference.Registry:
			text = "unable to get registry auth from asm: " + retried + text
		default:
			text = "unable to retrieve secret from asm: " + retried + text
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
		strings.Join(texts, ";")
}

// parameters are the names of missing SSM parameters by region, each once, as written in the definition.
func (e *MissingError) parameters() map[string][]string {
	byRegion := map[string][]string{}
	for _, m := range e.Missing {
		if m.Reference.Kind != SSM {
			continue
		}
		region := m.Reference.Region
		if region == "" {
			region = e.Region
		}
		if id := m.Reference.ID(); !slices.Contains(byRegion[region], id) {
			byRegion[region] = append(byRegion[region], id)
		}
	}
	return byRegion
}

// agentText is the EC2 agent's text about one secret of Secrets Manager; empty for a parameter.
func (m Missing) agentText() string {
	id := m.Reference.ID()
	service := "ResourceNotFoundException: " + m.cause.Error()
	var version versionError
	switch {
	case m.Reference.Kind == SSM:
		return ""
	case !errors.Is(m.cause, errNotFound) && !errors.As(m.cause, &version):
		return m.otherText()
	case m.Reference.Registry:
		return fmt.Sprintf("asm fetching secret from the service for %s: %s", id, service)
	}
	return fmt.Sprintf("ResourceNotFoundException: The task can't retrieve the secret with ARN '%s' from AWS Secrets Manager. "+
		"Check whether the secret exists in the specified Region: %s", id, service)
}

// fargateText is Fargate's text about one secret of Secrets Manager; empty for a parameter.
func (m Missing) fargateText() string {
	id := m.Reference.ID()
	var version versionError
	switch {
	case m.Reference.Registry:
		return m.agentText()
	case m.Reference.Kind == SSM:
		return ""
	case errors.Is(m.cause, errNotFound), errors.As(m.cause, &version):
		return fmt.Sprintf("failed to fetch secret %s from secrets manager: ResourceNotFoundException: %s", id, m.cause)
	}
	return m.otherText()
}

// otherText is the text about a secret that was found and is not what it should be, or that could not be asked for.
func (m Missing) otherText() string {
	if errors.Is(m.cause, errNoMember) {
		return fmt.Sprintf("%s %s", m.cause, m.Reference.JSONKey)
	}
	return m.cause.Error()
}
