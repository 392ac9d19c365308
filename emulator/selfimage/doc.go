// Package selfimage makes a container image out of ecslocal's own executable, FROM scratch, so that the containers which
// every task needs beside its own (pause, agent) and the demonstration service are there on any engine, offline.
//
// It only describes the image and streams it as an archive for Docker's POST /images/load: package dockerengine sends it.
// The archive form was chosen over POST /images/create?fromSrc=-: the image id depends on nothing but the content, so two
// ecslocal that load the same image at once make one image and no dangling one; both names are given in the same
// call, and the configuration can say everything an image may. It costs about a quarter more time than the import
// (engine 20.10, 36 MB), once for each build of ecslocal.
//
// It imports the standard library only. What the executable is inside a container is told by package inside.
package selfimage
