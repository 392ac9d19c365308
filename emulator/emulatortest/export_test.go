package emulatortest

// InsideProgram is for the floor of benchmarks.
var InsideProgram = insideProgram
