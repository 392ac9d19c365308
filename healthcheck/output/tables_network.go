package output

import "github.com/ecslocal/ecslocal/healthcheck/cause"

// serverRows are what the clients of databases and other servers say.
var serverRows = []row{
	{rule: "HC046", pattern: re(`(NOAUTH [^\n]*|WRONGPASS[^\n]*|Access denied for user[^\n]*|password authentication failed[^\n]*|requires authentication|Authentication failed|role "[^"]*" does not exist|Unauthorized|no pg_hba\.conf entry[^\n]*)`), message: "the server refuses the check's credentials: %s"},
	{rule: "HC048", pattern: re(`(LOADING [^\n]*|- rejecting connections|the database system is (?:starting up|shutting down)[^\n]*|NOT_SERVING|MASTERDOWN[^\n]*|CLUSTERDOWN[^\n]*|not primary[^\n]*)`), message: "the server itself says that it is not ready: %s"},
	{rule: "HC048", pattern: re(`database "([^"]*)" does not exist|Unknown database '([^']*)'`), message: "the server has no database %s"},
	{rule: "HC060", pattern: re(`(?P<host>[\w./-]*):(?P<port>\d+) - no response`), message: "no server answers at %s"},
	{rule: "HC060", pattern: re(`Could not connect to (?:Redis|Valkey) at (?P<host>[^:\s]+):(?P<port>\d+): Connection refused`), message: "nothing listens where the check asks (%s)"},
	{rule: "HC060", pattern: re(`Can't connect to (?:MySQL|MariaDB|local \S+|local) server[^\n]*['(](?P<host>[\w.-]+):(?P<port>\d+)`), message: "nothing listens where the check asks (%s)"},
	{rule: "HC060", pattern: re(`Can't connect to (?:local )?(?:MySQL|MariaDB|server)[^\n]*through socket '?(?P<name>[^\s']+)`), message: "no server has the socket file %s"},
	{rule: "HC060", pattern: re(`connection to server on socket "(?P<name>[^"]+)" failed`), message: "no server has the socket file %s"},
	{rule: "HC060", pattern: re(`timeout: failed to connect service "?[^"\s]*?(?P<host>[^"\s:]*):(?P<port>\d+)"? within`), message: "no gRPC server answers at the address of the check"},
	{rule: "HC045", pattern: re(`(does not implement the grpc health protocol|code = Unimplemented[^\n]*)`), message: "the server speaks gRPC and has no health service (%s)"},
	{rule: "HC045", pattern: re(`(Primary script unknown|File not found\.)`), message: "the application has no such path (%s)"},
}

// tlsRows are about TLS on either side.
var tlsRows = []row{
	{rule: "HC054", pattern: re(`(?i)(wrong version number|unknown protocol|server gave HTTP response to HTTPS client|does not look like a TLS handshake|unexpected TLS packet|packet length too long|WRONG_VERSION_NUMBER|plaintext connection|not an SSL/TLS record|routines:[^\n]*:http request|got bad TLS record \(len:\d+\) while expecting handshake record)`), message: "the port does not speak TLS (%s)"},
	{rule: "HC055", pattern: re(`(?i)((?:SSL certificate problem|SSL: no alternative certificate|CERTIFICATE_VERIFY_FAILED|x509: |DEPTH_ZERO_SELF_SIGNED_CERT|self[- ]signed certificate|unable to (?:get local issuer|verify)|ERR_TLS_CERT_ALTNAME|PKIX path)[^\n]*|certificate[^\n]*not trusted|doesn't match requested host name|certificate common name[^\n]*|certificate subject name[^\n]*)`), message: "the certificate is refused: %s"},
	{rule: "HC055", pattern: re(`curl: \(77\) ([^\n]*)`), message: "curl finds no certificates of authorities in the image: %s"},
	{rule: "HC055", pattern: re(`curl: \(60\) ([^\n]*)`), message: "the certificate is refused: %s"},
	{rule: "HC053", pattern: re(`(?i)(client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|malformed HTTP response "\\x15\\x03|This combination of host and port requires TLS)`), message: "the port speaks TLS, and the check does not (%s)"},
	{rule: "HC028", pattern: re(`wget: (?:not an http or ftp url: https|note: TLS certificate validation not implemented\nwget: can't execute 'ssl_client'|can't execute 'ssl_client')`), message: "this wget cannot speak TLS", certainty: cause.Likely},
}

// connectRows are about names, addresses and connections.
var connectRows = []row{
	{rule: "HC056", pattern: re(`(?i)(Could not resolve proxy:? ?[^\n]*|Received HTTP code \d+ from proxy|CONNECT tunnel failed[^\n]*|proxyconnect [^\n]*|Proxy (?:request|tunneling) [^\n]*failed[^\n]*)`), message: "a proxy of the environment is asked: %s"},
	{rule: "HC065", pattern: re(`(?:Could not resolve host: |bad address '|unable to resolve host address ['‘]|could not translate host name "|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) |UnknownHostException: |lookup )(?P<host>[^'’"\s:]+)`), message: "the name %s does not resolve in the container"},
	{rule: "HC065", pattern: re(`(?i)(Name or service not known|Temporary failure in name resolution|nodename nor servname provided|Name does not resolve|no such host|could not be resolved)`), message: "the name that the check asks does not resolve in the container (%s)"},
	{rule: "HC063", pattern: re(`Connecting to localhost[^\n]*\(\[::1\]:(?P<port>\d+)\)`), message: "localhost is ::1 here, and port %s is not open there", certainty: cause.Likely},
	{rule: "HC063", pattern: re(`(?:ECONNREFUSED ::1:|dial tcp \[::1\]:|\[localhost/0:0:0:0:0:0:0:1\][:]?)(?P<port>\d+)`), message: "localhost is ::1 here, and port %s is not open there", certainty: cause.Likely},
	{rule: "HC060", pattern: re(`Failed to connect to (?P<host>\S+) port (?P<port>\d+)(?: after \d+ ms)?(?:: (?:Connection refused|Couldn't connect|Could not connect)|$|\n)`), message: "nothing listens on the port that the check asks (%s)"},
	{rule: "HC060", pattern: re(`(?:connect to|ECONNREFUSED|dial tcp|connect to remote host|Connecting to \S+ \([^)]*\)\|?|connection to server at)[^\n]*?[ |("\[]?(?P<host>\d+\.\d+\.\d+\.\d+|localhost|\[?::1?\]?)[)|"\]]*(?:,? port |:| )(?P<port>\d+)[^\n]*(?:refused|ECONNREFUSED)`), message: "nothing listens where the check asks (%s)"},
	{rule: "HC060", pattern: re(`ECONNREFUSED (?P<host>\S+):(?P<port>\d+)`), message: "nothing listens where the check asks (%s)"},
	{rule: "HC060", pattern: re(`can't connect to remote host(?: \((?P<host>[^)]+)\))?: Connection refused`), message: "nothing listens where the check asks"},
	{rule: "HC060", pattern: re(`(?i)(connection refused|ECONNREFUSED|actively refused|Connection to \S+ \d+ port \[[^\]]*\] failed|\(UNKNOWN\) \[[^\]]*\] \d+ [^\n]*: )`), message: "nothing listens where the check asks (%s)"},
	{rule: "HC060", pattern: re(`(?i)(network is unreachable|no route to host|Cannot assign requested address|ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH)`), message: "the address of the check cannot be reached from the container (%s)"},
	{rule: "HC057", pattern: re(`(Received HTTP/0\.9 when not allowed|malformed HTTP response[^\n]*|BadStatusLine[^\n]*|HPE_INVALID_CONSTANT|Parse Error: Expected HTTP/|Unsupported HTTP version|Failed reading HTTP response[^\n]*|(?m)^wget: got no response|Weird server reply)`), message: "the port does not speak HTTP (%s)"},
	{rule: "HC058", pattern: re(`(?i)(Empty reply from server|Connection reset by peer|socket hang up|ECONNRESET|Remote end closed connection|RemoteDisconnected|error getting response|unexpected EOF|": EOF|Broken pipe|server closed the connection unexpectedly|Connection closed by (?:foreign )?host|No data received)`), message: "the application closes the connection (%s)"},
	{rule: "HC068", pattern: re(`(?:curl: \(28\) )?Operation timed out after (?P<name>\d+) milliseconds with 0`), message: "the connection was made and no answer came within %s ms", certainty: cause.Likely},
	{rule: "HC072", pattern: re(`curl: \(28\) ([^\n]*)`), message: "the client's own limit passed: %s", certainty: cause.Likely},
	{rule: "HC068", pattern: re(`(?i)(download timed out|Read timed out|read timeout|Client\.Timeout exceeded[^\n]*|context deadline exceeded|(?m)^(?:TimeoutError|socket\.timeout)[^\n]*|SocketTimeoutException[^\n]*|HTTP request sent, awaiting response\.\.\. $|operation timed out)`), message: "no answer came within the client's own limit (%s)", certainty: cause.Likely},
}

// httpRows are statuses and the faults of URLs.
var httpRows = []row{
	{rule: "HC046", pattern: re(status + `(?P<status>40[137])\b`), message: "the application answers %s: the check has no credentials"},
	{rule: "HC045", pattern: re(status + `(?P<status>404|410)\b`), message: "the application answers %s: it has no such path"},
	{rule: "HC052", pattern: re(status + `(?P<status>405|501)\b`), message: "the application answers %s: not to this method"},
	{rule: "HC047", pattern: re(status + `(?P<status>400|421)\b`), message: "the application answers %s: it may want another Host header, or TLS"},
	{rule: "HC048", pattern: re(status + `(?P<status>5\d\d|429)\b`), message: "the application itself answers %s"},
	{rule: "HC045", pattern: re(`(broken link!!!)`), message: "the path does not exist, or not for HEAD (%s)", certainty: cause.Likely},
	{rule: "HC051", pattern: re(`(?i)Maximum \((\d+)\) redirects|(too many redirect\w*)|(\d+) redirections exceeded|stopped after (\d+) redirects`), message: "the redirects do not end (%s)"},
	{rule: "HC067", pattern: re(`curl: \(3\) ([^\n]*)|(?i)curl: \(1\) (Protocol [^\n]*)|(bad port [^\n]*|Invalid URL[^\n]*|invalid port[^\n]*|unsupported scheme[^\n]*|not an http or ftp url[^\n]*|unknown url type[^\n]*|bad/illegal format[^\n]*)`), message: "the URL is malformed: %s"},
}

// status is what stands before an HTTP status in the words of curl, both wgets, Python, Node, Java and others.
const status = `(?i)(?:returned error: |HTTP/\S+ |ERROR:? |HTTP Error |response\.\.\. |status(?: code)?[:=]? ?|HTTP (?:response )?code:? (?:is )?|response code:? |code \(|answered |failed with )`
