// Package shell is the /bin/sh of ecslocal's demonstration image: mvdan.cc/sh's interpreter with the command line, the exit
// codes and the error texts of dash, so that a command or a health check reads there as it does on Debian.
//
// It is dash's behaviour as far as task definitions and entry point scripts need it: options, $0, traps on signals,
// exec and the last command of -c in place of the shell (so that SIGTERM reaches them), 126, 127 and 128+n, collecting orphans
// as process 1. It is not a full shell: file descriptors above 2, job control and most of ulimit are missing, and a
// failed redirection gives 1 instead of 2.
//
// It imports the standard library, golang.org/x/sys and mvdan.cc/sh, and exists on Linux only.
package shell
