// Package inside is what ecslocal's executable is inside the containers that package selfimage makes images for: the pause
// process of a task's network namespace, the relay of its agent, the demonstration service with a shell and a small curl,
// and the health debugger's eyes.
//
// Which program it is is told by the name it is started under (/bin/sh), or by the first argument of /ecslocal
// (/ecslocal pause). [Main] must be the first call of main: the programs start with nothing else set up.
// Every program is bounded in time and output, except those whose work is to last.
//
// It imports the standard library, package selfimage for the names, and mvdan.cc/sh for the shell.
package inside
