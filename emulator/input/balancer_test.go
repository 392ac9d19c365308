package input

import (
	"slices"
	"testing"
)

// TestTargetGroups reads the checks of load balancers from services around a task definition.
func TestTargetGroups(t *testing.T) {
	t.Parallel()
	const template = `
Parameters:
  Port: {Type: Number, Default: 8080}
Resources:
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {Family: shop, ContainerDefinitions: [{Name: web, Image: web}]}}
  Other: {Type: AWS::ECS::TaskDefinition, Properties: {Family: other, ContainerDefinitions: [{Name: web, Image: web}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LoadBalancers:
        - {ContainerName: web, ContainerPort: !Ref Port, TargetGroupArn: !Ref Web}
        - {ContainerName: admin, ContainerPort: 9000, TargetGroupArn: {Ref: Admin}}
        - {ContainerName: calls, ContainerPort: 9001, TargetGroupArn: !Ref Calls}
        - {ContainerName: wire, ContainerPort: 9002, TargetGroupArn: !Ref Wire}
        - {ContainerName: elsewhere, ContainerPort: 9003, TargetGroupArn: !ImportValue Group}
        - {ContainerName: lost, ContainerPort: 9004, TargetGroupArn: !Ref Nowhere}
        - {ContainerName: unsaid, ContainerPort: 9005, TargetGroupArn: !Ref Unsaid}
        - 7
  OtherService: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !GetAtt Other.TaskDefinitionArn, LoadBalancers: [{ContainerName: web, ContainerPort: 1, TargetGroupArn: !Ref Web}]}}
  Broken: {Type: AWS::ECS::Service, Properties: 7}
  Web: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTPS, HealthCheckPath: /up, Matcher: {HttpCode: 200-204}}}
  Admin: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {HealthCheckPort: "9999", HealthCheckProtocol: HTTPS}}
  Calls: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {ProtocolVersion: GRPC}}
  Unsaid: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {HealthCheckPath: !ImportValue Path}}
  Wire: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: TCP, HealthCheckPath: !Frobnicate x}}
`
	found, findings := Read("template.yaml", []byte(template), Options{Resource: "Task"})
	want := []TargetGroup{{"web", 8080, "HTTP", 8080, "/up", "200-204"}, {"admin", 9000, "HTTPS", 9999, "/", "200"}, {"wire", 9002, "TCP", 9002, "", "200"}}
	if len(found) != 1 || len(findings) > 0 || !slices.Equal(found[0].TargetGroups, want) {
		t.Errorf("got %+v\n%v\nwant %+v", found, findings, want)
	}
}
