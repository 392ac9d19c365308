package emulatortest

// InsideProgram is for tests that start tasks without Run.
var InsideProgram = insideProgram
