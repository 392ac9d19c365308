package diag

import "fmt"

// The words for what packages validate and healthcheck both find about a health check; a container's name goes before them.
const (
	// HealthTooMuch and HealthTooLittle take a member, its number and the limit.
	HealthTooMuch   = "the health check's %s is %d; ECS takes %d at most"
	HealthTooLittle = "the health check's %s is %d; ECS takes %d at least"
	// HealthOverlap takes timeout and interval in seconds.
	HealthOverlap = "the health check's timeout (%d s) is not below its interval (%d s); ECS takes it, and the next probe waits for the one before"
	// HealthUnchecked takes the container that is waited for.
	HealthUnchecked = "waits until %s is HEALTHY, which has no health check in the task definition; ECS does not look at the image's"
)

// HealthFix says what to write for a number of a health check that is beyond a limit.
func HealthFix(member string, value, limit int) string {
	seconds, unit := HealthSeconds(member, value, limit)
	switch {
	case value < limit:
		return fmt.Sprintf("write %d or more", limit)
	case unit != "":
		return fmt.Sprintf("write %d: the number is in seconds, and %d looks like %s", seconds, value, unit)
	}
	return fmt.Sprintf("write %d or less", limit)
}

// HealthSeconds reads a number that is too big for seconds as the milliseconds of other tools, or as the nanoseconds of docker inspect;
// unit is empty where it looks like neither.
func HealthSeconds(member string, value, limit int) (seconds int, unit string) {
	if member == "retries" {
		return value, ""
	}
	for _, u := range []struct {
		size int
		name string
	}{{1e9, "nanoseconds"}, {1e3, "milliseconds"}} {
		if value > limit && value%u.size == 0 && value/u.size <= limit {
			return value / u.size, u.name
		}
	}
	return value, ""
}
