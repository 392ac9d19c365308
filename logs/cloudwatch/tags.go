package cloudwatch

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxTags is how many tags a log group may have.
const maxTags = 50

// checkTags holds tags against the rules for keys and values.
func checkTags(tags map[string]string) error {
	for key, text := range tags {
		switch n := utf8.RuneCountInString(key); {
		case n < 1 || n > 128:
			return invalidParameter("The tag key %.200q must have 1 to 128 characters", key)
		case utf8.RuneCountInString(text) > 256:
			return invalidParameter("The value of tag %q must have at most 256 characters", key)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return invalidParameter("The tag key %q is reserved: keys must not start with aws:", key)
		}
	}
	return nil
}

// tagGroup adds tags to a group, up to the limit.
func (h *Handler) tagGroup(group string, tags map[string]string) (*void, error) {
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	g, err := h.Store.Group(group)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(tags)
	maps.Copy(all, g.Tags)
	if len(all) > maxTags {
		return nil, &apiError{http.StatusBadRequest, "TooManyTagsException", "A log group can have at most 50 tags"}
	}
	return nil, h.Store.Tag(group, tags, nil)
}

type tagsOutput struct {
	Tags map[string]string `json:"tags"`
}

func (h *Handler) tagsOf(group string) (*tagsOutput, error) {
	g, err := h.Store.Group(group)
	if err != nil {
		return nil, err
	}
	if g.Tags == nil {
		g.Tags = map[string]string{}
	}
	return &tagsOutput{g.Tags}, nil
}

type tagResourceInput struct {
	ResourceARN *string           `json:"resourceArn" required:"true" length:"1,1011" pattern:"resource"`
	Tags        map[string]string `json:"tags" required:"true" length:"1,50"`
}

func (h *Handler) tagResource(_ context.Context, in *tagResourceInput) (*void, error) {
	group, err := groupName(nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return h.tagGroup(group, in.Tags)
}

type untagResourceInput struct {
	ResourceARN *string  `json:"resourceArn" required:"true" length:"1,1011" pattern:"resource"`
	TagKeys     []string `json:"tagKeys" required:"true" length:"0,50"`
}

func (h *Handler) untagResource(_ context.Context, in *untagResourceInput) (*void, error) {
	group, err := groupName(nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return nil, h.Store.Tag(group, nil, in.TagKeys)
}

type listTagsForResourceInput struct {
	ResourceARN *string `json:"resourceArn" required:"true" length:"1,1011" pattern:"resource"`
}

func (h *Handler) listTagsForResource(_ context.Context, in *listTagsForResourceInput) (*tagsOutput, error) {
	group, err := groupName(nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return h.tagsOf(group)
}

type tagLogGroupInput struct {
	LogGroupName *string           `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	Tags         map[string]string `json:"tags" required:"true" length:"1,50"`
}

func (h *Handler) tagLogGroup(_ context.Context, in *tagLogGroupInput) (*void, error) {
	return h.tagGroup(*in.LogGroupName, in.Tags)
}

type untagLogGroupInput struct {
	LogGroupName *string  `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	Tags         []string `json:"tags" required:"true" length:"1,"`
}

func (h *Handler) untagLogGroup(_ context.Context, in *untagLogGroupInput) (*void, error) {
	return nil, h.Store.Tag(*in.LogGroupName, nil, in.Tags)
}

func (h *Handler) listTagsLogGroup(_ context.Context, in *groupInput) (*tagsOutput, error) {
	return h.tagsOf(*in.LogGroupName)
}
