package input

// kind says what names the resources of one type have.
type kind struct {
	name       string            // the property that names it
	lower      bool              // names have no capitals
	ref        string            // pattern of what Ref gives
	attributes map[string]string // patterns of attributes; =Property is the value of a property
}

// kinds are the types that task definitions commonly refer to (return values in the CloudFormation template reference).
var kinds = map[string]kind{
	"AWS::Logs::LogGroup": {name: "LogGroupName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"}},
	"AWS::IAM::Role":      {name: "RoleName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:iam::{account}:role{path}{name}", "RoleId": "AROA{hex17}"}},
	"AWS::ECR::Repository": {name: "RepositoryName", lower: true, ref: "{name}", attributes: map[string]string{
		"Arn": "arn:{partition}:ecr:{region}:{account}:repository/{name}", "RepositoryUri": "{account}.dkr.ecr.{region}.{suffix}/{name}"}},
	"AWS::ECS::Cluster": {name: "ClusterName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:ecs:{region}:{account}:cluster/{name}"}},
	"AWS::SecretsManager::Secret": {name: "Name", ref: "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{hex6}", attributes: map[string]string{
		"Id": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{hex6}"}},
	"AWS::SSM::Parameter": {name: "Name", ref: "{name}", attributes: map[string]string{"Type": "=Type", "Value": "=Value"}},
	"AWS::S3::Bucket": {name: "BucketName", lower: true, ref: "{name}", attributes: map[string]string{
		"Arn": "arn:{partition}:s3:::{name}", "DomainName": "{name}.s3.{suffix}", "RegionalDomainName": "{name}.s3.{region}.{suffix}"}},
	"AWS::DynamoDB::Table": {name: "TableName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}"}},
	"AWS::SQS::Queue": {name: "QueueName", ref: "https://sqs.{region}.{suffix}/{account}/{name}", attributes: map[string]string{
		"Arn": "arn:{partition}:sqs:{region}:{account}:{name}", "QueueName": "{name}", "QueueUrl": "https://sqs.{region}.{suffix}/{account}/{name}"}},
	"AWS::SNS::Topic": {name: "TopicName", ref: "arn:{partition}:sns:{region}:{account}:{name}", attributes: map[string]string{
		"TopicArn": "arn:{partition}:sns:{region}:{account}:{name}", "TopicName": "{name}"}},
	"AWS::Kinesis::Stream":                 {name: "Name", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:kinesis:{region}:{account}:stream/{name}"}},
	"AWS::KinesisFirehose::DeliveryStream": {name: "DeliveryStreamName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}"}},
	"AWS::Lambda::Function":                {name: "FunctionName", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:lambda:{region}:{account}:function:{name}"}},
	"AWS::Events::EventBus":                {name: "Name", ref: "{name}", attributes: map[string]string{"Arn": "arn:{partition}:events:{region}:{account}:event-bus/{name}", "Name": "{name}"}},
	"AWS::EFS::FileSystem": {ref: "fs-{hex17}", attributes: map[string]string{"FileSystemId": "fs-{hex17}",
		"Arn": "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/fs-{hex17}"}},
	"AWS::EFS::AccessPoint": {ref: "fsap-{hex17}", attributes: map[string]string{"AccessPointId": "fsap-{hex17}",
		"Arn": "arn:{partition}:elasticfilesystem:{region}:{account}:access-point/fsap-{hex17}"}},
	"AWS::RDS::DBInstance": {name: "DBInstanceIdentifier", lower: true, ref: "{name}", attributes: map[string]string{
		"Endpoint.Address": "{name}.{hex12}.{region}.rds.{suffix}", "Endpoint.Port": "=Port"}},
	"AWS::RDS::DBCluster": {name: "DBClusterIdentifier", lower: true, ref: "{name}", attributes: map[string]string{
		"Endpoint.Address": "{name}.cluster-{hex12}.{region}.rds.{suffix}", "ReadEndpoint.Address": "{name}.cluster-ro-{hex12}.{region}.rds.{suffix}", "Endpoint.Port": "=Port"}},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {name: "Name", ref: "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex12}",
		attributes: map[string]string{"DNSName": "{name}-{hex12}.{region}.elb.{suffix}", "LoadBalancerName": "{name}"}},
	"AWS::EC2::VPC":           {ref: "vpc-{hex17}", attributes: map[string]string{"VpcId": "vpc-{hex17}", "CidrBlock": "=CidrBlock"}},
	"AWS::EC2::Subnet":        {ref: "subnet-{hex17}", attributes: map[string]string{"SubnetId": "subnet-{hex17}"}},
	"AWS::EC2::SecurityGroup": {ref: "sg-{hex17}", attributes: map[string]string{"GroupId": "sg-{hex17}"}},
}
