// Package cloudwatch answers the CloudWatch Logs API from a local store, so that the aws CLI, the AWS SDKs, log shippers inside
// a task and the engine's own awslogs driver work against it as they do against AWS.
//
// [Handler] is an http.Handler over a [Store], an interface that logs/store satisfies. A request names its operation in the header
// X-Amz-Target (protocol AWS JSON 1.1); signatures are not checked. Each operation is one function from a request struct, whose
// tags are the constraints of the API model, to a response struct. Shapes, texts and limits are those of the service, as its API
// model (botocore 1.43), its documentation and recorded answers have them; places that had to be guessed say so.
//
// Left out: Logs Insights queries, metric and subscription filters, exports, policies, encryption. Such an operation is refused
// with an error that names it.
//
// It imports logs and logs/filter, the event stream encoding of aws-sdk-go-v2, and the standard library.
package cloudwatch
