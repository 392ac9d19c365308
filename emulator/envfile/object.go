package envfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// maxBytes is the size up to which an environment file is read. ECS names no limit; its variables have to fit a process.
const maxBytes = 8 << 20

// Object is a file in S3.
type Object struct {
	Bucket, Key string
}

// objectARN is the agent's pattern (agent/s3/s3.go), which is not anchored.
var objectARN = lazyregexp.New(`arn:([^:]+):s3:::([^/]+)/(.+)`)

// ParseARN reads the value of an environment file: the ARN of an S3 object, arn:aws:s3:::bucket/key, of any partition.
func ParseARN(arn string) (Object, error) {
	match := objectARN().FindStringSubmatch(arn)
	if match == nil {
		return Object{}, fmt.Errorf("unable to parse bucket and key from s3 ARN specified in environmentFile %s, error: invalid s3 arn: %s", arn, arn)
	}
	return Object{Bucket: match[2], Key: match[3]}, nil
}

// Error is a failure to get an environment file, which stops the task before any of its containers is created.
type Error struct {
	ARN string
	// Problem and Fix say in our own words what is wrong here and what to do.
	Problem, Fix string
	agent        string // what the EC2 agent says
	cause        error
}

func (e *Error) Error() string { return fmt.Sprintf("read environment file %s: %s", e.ARN, e.Problem) }

// Unwrap gives the operating system's error, where there is one.
func (e *Error) Unwrap() error { return e.cause }

// EC2 is the task's stoppedReason on an EC2 container instance (agent/taskresource/envFiles/envfile.go). The agent makes the
// first letter a capital.
func (e *Error) EC2() string {
	first, size := utf8.DecodeRuneInString(e.agent)
	return string(unicode.ToUpper(first)) + e.agent[size:]
}

// Fargate is the task's stoppedReason on Fargate, after the one that its users report for objects that they may not read.
func (e *Error) Fargate() string {
	if e.cause == nil {
		return "ResourceInitializationError: failed to download env files: " + e.agent
	}
	return "ResourceInitializationError: failed to download env files: service call has been retried 1 time(s): " +
		"operation error S3: HeadObject, https response error StatusCode: 404, api error NotFound: Not Found"
}

// Load reads an environment file from the folder that stands for its bucket. Folders are given by bucket name. It never
// leaves the folder, neither by dots in the key nor by symbolic links. The error is an [*Error].
func Load(arn string, folders map[string]string) (file string, data []byte, err error) {
	object, err := ParseARN(arn)
	if err != nil {
		return "", nil, &Error{ARN: arn, Problem: "it is not the ARN of an S3 object", Fix: "write arn:aws:s3:::BUCKET/KEY", agent: err.Error()}
	}
	if !filepath.IsLocal(filepath.Join(object.Bucket, object.Key)) {
		return "", nil, &Error{ARN: arn, Problem: "the key leads out of the bucket's folder", Fix: "remove .. from the key",
			agent: fmt.Sprintf("unable to initialize envfile resource directory, error: invalid path: bucket %q key %q escapes envfile resource directory", object.Bucket, object.Key)}
	}
	folder, ok := folders[object.Bucket]
	if !ok {
		return "", nil, object.missing(arn, fmt.Sprintf("no folder stands for the bucket %s", object.Bucket),
			fmt.Sprintf("add the folder that has %s to ecslocal.yaml: s3: {%s: FOLDER}", object.Key, object.Bucket), fs.ErrNotExist)
	}
	file = filepath.Join(folder, filepath.FromSlash(object.Key))
	data, err = read(folder, object.Key)
	if err != nil {
		return file, nil, object.missing(arn, err.Error(), "create "+file, err)
	}
	return file, data, nil
}

func (o Object) missing(arn, problem, fix string, cause error) *Error {
	return &Error{ARN: arn, Problem: problem, Fix: fix, cause: cause,
		agent: fmt.Sprintf("unable to download env file with key %s from bucket %s, error: NoSuchKey: The specified key does not exist.", o.Key, o.Bucket)}
}

// read reads a file below a folder.
func read(folder, key string) ([]byte, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name := filepath.FromSlash(key)
	if info, err := root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() { // opening a pipe could wait for ever
		return nil, fmt.Errorf("%s is not a regular file", key)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = errors.New("the file is larger than 8 MiB")
	}
	return data, err
}
