package diag

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
