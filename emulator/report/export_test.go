package report

// Update is the flag of the package's tests that rewrites what they compare with.
var Update = update
