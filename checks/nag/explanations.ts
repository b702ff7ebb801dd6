/*
 * Every finding of cdk-nag in the sample apps, and why it is accepted. An explanation only applies to the resources and findings that it lists,
 * and must be changed when one of them disappears.
 */

export interface Explanation {
  /** Paths of the resources. */
  readonly at: readonly string[];
  /** The findings at each of them. */
  readonly findings: readonly string[];
  readonly reason: string;
}

const solution = (rule: string) => `AwsSolutions-${rule}`;
const wildcardActions = (...actions: string[]) => actions.map((action) => solution(`IAM5[Action::${action}]`));
const wildcardResource = (resource: string) => solution(`IAM5[Resource::${resource}]`);
const managedPolicy = (name: string) => solution(`IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`);
const arnAnywhere = (service: string, resource: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}`;
/** The same in a stack with an account and Region of its own. */
const arnIn = (account: string) => (service: string, resource: string) => `arn:<AWS::Partition>:${service}:eu-west-1:${account}:${resource}`;
const policy = (role: string) => `${role}/DefaultPolicy/Resource`;

/** In roles of the library, each action on a wildcard resource is a separate finding, with its condition. */
const on = (resource: string, ...permissions: string[]) => permissions.map((permission) => `${wildcardResource(resource)} ${permission}`);

/** The findings in every gate. `name` is the name of its state machine. */
function gate(path: string, name: string, account = '<AWS::AccountId>', arn = arnAnywhere): Explanation[] {
  const role = (part: string) => policy(`${path}/${part}/Role`);
  const ownExperiments = 'if StringEquals aws:ResourceTag/cdk-chaos-experiment-stage:gate';
  return [
    {
      at: [role('Gate'), role('Watchdog')],
      findings: on('*',
        'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
        'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
        'xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'),
      reason: 'The CDK adds them to the role of a machine with a log and traces. IAM offers no narrower resource for any of them.',
    },
    {
      at: [role('Gate'), role('Watchdog')],
      findings: on('*', 'fis:ListExperiments'),
      reason: 'IAM offers no narrower resource for it.',
    },
    {
      at: [role('Gate')],
      findings: on('*', 'cloudwatch:DescribeAlarms'),
      reason: 'CloudWatch returns composite alarms only to a caller who may describe all alarms.',
    },
    {
      at: [role('Gate')],
      findings: on(arn('fis', 'experiment/*'), 'fis:StartExperiment'),
      reason: 'FIS chooses the id of an experiment when it starts. The other resource of this action is the one template.',
    },
    {
      at: [role('Gate')],
      findings: on(arn('fis', 'experiment/*'), 'fis:TagResource if StringEquals aws:RequestTag/cdk-chaos-experiment-stage:gate'),
      reason: 'FIS chooses the id of an experiment when it starts. Only the tag of this very gate can be set.',
    },
    {
      at: [role('Gate')],
      findings: on(arn('fis', 'experiment/*'), `fis:GetExperiment ${ownExperiments}`),
      reason: 'FIS chooses the id of an experiment when it starts. Only experiments with the tag of this gate can be read.',
    },
    {
      at: [role('Gate'), role('Watchdog')],
      findings: on(arn('fis', 'experiment/*'), `fis:StopExperiment ${ownExperiments}`),
      reason: 'FIS chooses the id of an experiment when it starts. Only experiments with the tag of this gate can be stopped.',
    },
    {
      at: [role('Gate')],
      findings: on(arn('fis', 'safety-lever/*'), 'fis:GetSafetyLever'),
      reason: 'There is one lever in each account and Region, and AWS does not document its id in the ARN.',
    },
    {
      at: [role('Gate')],
      findings: on(`arn:<AWS::Partition>:iam::${account}:role/aws-service-role/fis.amazonaws.com/*`,
        'iam:CreateServiceLinkedRole if StringEquals iam:AWSServiceName'),
      reason: 'FIS chooses the name of its service-linked role. No other service can create one with this permission.',
    },
    {
      at: [role('Watchdog')],
      findings: on(arn('states', `execution:${name}:*`), 'states:DescribeExecution', 'states:StopExecution'),
      reason: 'The executions of this gate only: each has its own name.',
    },
    {
      at: [role('Template')],
      findings: on('*', 'logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'),
      reason: 'FIS documents them for an experiment with a log. IAM offers no narrower resource for any of them.',
    },
    {
      at: [role('Template')],
      findings: on('*', 'ec2:DescribeInstances'),
      reason: 'FIS documents it for faults on instances. IAM offers no narrower resource for it.',
    },
  ];
}

/** The role of the pipeline action that runs a gate, created by the CDK. `machine` is the logical id of the gate. */
function gateAction(path: string, machine: string): Explanation {
  const part = (index: number) => `{"Fn::Select":[${index},{"Fn::Split":[":",{"Ref":"${machine}"}]}]}`;
  return {
    at: [policy(`${path}/CodePipelineActionRole`)],
    findings: [wildcardResource(`arn:${part(1)}:states:${part(3)}:${part(4)}:execution:${part(6)}:*`)],
    reason: 'The executions of this gate only: each has its own name.',
  };
}

/** What the CDK grants to roles that read or write the artifacts of a pipeline. */
function artifacts(bucket: string, readers: string[], writers: string[]): Explanation[] {
  return [
    {
      at: [...readers, ...writers].map(policy),
      findings: [...wildcardActions('s3:GetObject*', 's3:GetBucket*', 's3:List*'), wildcardResource(`<${bucket}.Arn>/*`)],
      reason: 'The CDK grants read access by families of actions, on the bucket of this pipeline, which has the artifacts of each run.',
    },
    {
      at: writers.map(policy),
      findings: wildcardActions('s3:DeleteObject*', 's3:Abort*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'),
      reason: 'The CDK grants write access by families of actions, on the bucket and key of this pipeline.',
    },
  ];
}

const MINIMAL: readonly Explanation[] = [
  ...gate('ChaosMinimal/Resilience/Experiment', 'ChaosMinimalResilienceExperiment23DC0580-Gate'),
  gateAction('ChaosMinimal/Pipeline/Resilience/ChaosExperiment', 'ResilienceExperimentGateE4E3D002'),
  {
    at: [policy('ChaosMinimal/Resilience/Experiment/Template/Role')],
    findings: on(arnAnywhere('ec2', 'instance/*'), 'ec2:StopInstances if StringEquals aws:ResourceTag/aws:autoscaling:groupName'),
    reason: 'The group chooses the ids of its instances. Only those of this group can be stopped.',
  },
  ...artifacts('PipelineArtifactsBucket22248F97',
    ['ChaosMinimal/Role', 'ChaosMinimal/Pipeline/Deploy/Deploy/CodePipelineActionRole'],
    ['ChaosMinimal/Pipeline/Role', 'ChaosMinimal/Pipeline/Source/Source/CodePipelineActionRole']),
  {
    at: ['ChaosMinimal/Deployment/Role/Resource'],
    findings: [managedPolicy('service-role/AWSCodeDeployRole')],
    reason: 'AWS maintains this policy for the role of CodeDeploy.',
  },
  {
    at: ['ChaosMinimal/Vpc/Resource'],
    findings: [solution('VPC7')],
    reason: 'The smallest sample shows the gate and what it needs. The larger sample has flow logs.',
  },
  {
    at: ['ChaosMinimal/Pipeline/ArtifactsBucket/Resource'],
    findings: [solution('S1')],
    reason: 'The bucket that a pipeline creates by default. The larger sample has access logs.',
  },
  {
    at: ['ChaosMinimal/Pipeline/ArtifactsBucketEncryptionKey/Resource'],
    findings: [solution('KMS5')],
    reason: 'The key that a pipeline creates by default. The larger sample rotates its key.',
  },
  {
    at: ['ChaosMinimal/Web/ASG'],
    findings: [solution('EC26')],
    reason: 'The disks only contain the operating system and a public page. The larger sample encrypts them.',
  },
  {
    at: ['ChaosMinimal/Web/ASG'],
    findings: [solution('AS3')],
    reason: 'Nobody is on call for a sample, so nobody needs to be notified of scaling.',
  },
];

const SAMPLE: readonly Explanation[] = [
  ...gate('ChaosSample/Delivery/Resilience/Experiment', 'ChaosSampleDeliveryResilienceExperiment848C3ADC-Gate'),
  gateAction('ChaosSample/Delivery/Pipeline/ChaosExperiment/ChaosExperiment', 'DeliveryResilienceExperimentGateF56CD9E3'),
  {
    at: [policy('ChaosSample/Delivery/Resilience/Experiment/Template/Role')],
    findings: [
      ...on(arnAnywhere('ec2', 'instance/*'), 'ec2:RebootInstances if StringEquals aws:ResourceTag/aws:autoscaling:groupName'),
      ...on(arnAnywhere('ec2', 'instance/*'), 'ssm:SendCommand if StringEquals ssm:resourceTag/aws:autoscaling:groupName'),
    ],
    reason: 'The group chooses the ids of its instances. Only those of this group can be rebooted or sent a fault.',
  },
  {
    at: [policy('ChaosSample/Delivery/Resilience/Experiment/Template/Role')],
    findings: on('*', 'ssm:ListCommands', 'ssm:CancelCommand'),
    reason: 'FIS documents them for faults inside instances. IAM offers no narrower resource for either of them.',
  },
  {
    at: [policy('ChaosSample/Delivery/Resilience/Experiment/Template/Role')],
    findings: on(arnAnywhere('rds', 'db:*'), 'rds:DescribeDBInstances'),
    reason: 'FIS documents it for faults on databases, and describes them all to find its targets. Only the target can be rebooted.',
  },
  ...artifacts('DeliveryArtifactsAC79D864',
    [
      'ChaosSample/Staging/WebRole',
      'ChaosSample/Production/WebRole',
      'ChaosSample/Delivery/Pipeline/DeployStaging/Deploy/CodePipelineActionRole',
      'ChaosSample/Delivery/Pipeline/DeployProduction/Deploy/CodePipelineActionRole',
    ],
    [
      'ChaosSample/Delivery/Build/Role',
      'ChaosSample/Delivery/Pipeline/Role',
      'ChaosSample/Delivery/Pipeline/Source/Source/CodePipelineActionRole',
    ]),
  {
    at: [policy('ChaosSample/Delivery/Build/Role')],
    findings: [
      wildcardResource(arnAnywhere('logs', 'log-group:/aws/codebuild/<DeliveryBuildD765F282>:*')),
      wildcardResource(arnAnywhere('codebuild', 'report-group/<DeliveryBuildD765F282>-*')),
    ],
    reason: 'The log streams and reports of this build project only: each run has its own.',
  },
  {
    at: ['ChaosSample/Delivery/Staging/Role/Resource', 'ChaosSample/Delivery/Production/Role/Resource'],
    findings: [managedPolicy('service-role/AWSCodeDeployRole')],
    reason: 'AWS maintains this policy for the role of CodeDeploy.',
  },
  {
    at: ['ChaosSample/Staging/WebRole/Resource', 'ChaosSample/Production/WebRole/Resource'],
    findings: [managedPolicy('AmazonSSMManagedInstanceCore')],
    reason: 'AWS maintains this policy for instances with the SSM agent, which FIS uses to inject faults on the instance.',
  },
  {
    at: ['ChaosSample/Staging/Web/ASG', 'ChaosSample/Production/Web/ASG', 'ChaosSample/Load/Group/ASG'],
    findings: [solution('AS3')],
    reason: 'Nobody is on call for a sample, so nobody needs to be notified of scaling.',
  },
  {
    at: ['ChaosSample/Staging/Database/Secret/Resource', 'ChaosSample/Production/Database/Secret/Resource'],
    findings: [solution('SMG4')],
    reason: 'Nobody uses the password: the web servers only ask whether the port of the database answers. The database is empty.',
  },
  {
    at: ['ChaosSample/Staging/Database/Resource', 'ChaosSample/Production/Database/Resource'],
    findings: [solution('RDS10')],
    reason: 'A sample must be deleted with its stack. The database is empty.',
  },
  {
    at: ['ChaosSample/Staging/Database/Resource', 'ChaosSample/Production/Database/Resource'],
    findings: [solution('RDS11')],
    reason: 'Another port would not protect the database: only the web servers can reach it, in an isolated subnet.',
  },
  {
    at: ['ChaosSample/Production/Database/Resource'],
    findings: [solution('RDS3')],
    reason: 'Experiments run on staging, which has a standby. The production of the sample has none, to reduce the cost.',
  },
];

/** A stage of the sample with CDK Pipelines. */
function webStage(path: string, name: string, account: string): Explanation[] {
  return [
    ...gate(`${path}/Web/Gate`, name, account, arnIn(account)),
    {
      at: [policy(`${path}/Web/Gate/Template/Role`)],
      findings: on(arnIn(account)('ec2', 'instance/*'), 'ec2:StopInstances if StringEquals aws:ResourceTag/aws:autoscaling:groupName'),
      reason: 'The group chooses the ids of its instances. Only those of this group can be stopped.',
    },
    {
      at: [`${path}/Web/Vpc/Resource`],
      findings: [solution('VPC7')],
      reason: 'The sample shows the gate and what it needs. The larger sample has flow logs.',
    },
    {
      at: [`${path}/Web/Web/ASG`],
      findings: [solution('EC26')],
      reason: 'The disks only contain the operating system. The larger sample encrypts them.',
    },
    {
      at: [`${path}/Web/Web/ASG`],
      findings: [solution('AS3')],
      reason: 'Nobody is on call for a sample, so nobody needs to be notified of scaling.',
    },
  ];
}

const TOOLS = '111122223333';
const PRODUCTION = '444455556666';
const STAGING_GATE = 'StagingWebGateDDEB4D1F-Gate';
const PRODUCTION_GATE = 'ProductionWebGate9EF3292C-Gate';
const SYNTH = 'ChaosPipelines/Delivery/Pipeline/Build/Synth/CdkBuildProject/Role';
const SELF_MUTATION = 'ChaosPipelines/Delivery/UpdatePipeline/SelfMutation/Role';

const PIPELINES: readonly Explanation[] = [
  ...webStage('ChaosPipelines/Staging', STAGING_GATE, TOOLS),
  ...webStage('ChaosPipelines/Production', PRODUCTION_GATE, PRODUCTION),
  {
    at: [policy('ChaosPipelines/Delivery/Pipeline/Staging/Staging-Resilience/CodePipelineActionRole')],
    findings: [wildcardResource(arnIn(TOOLS)('states', `execution:${STAGING_GATE}:*`))],
    reason: 'The executions of this gate only: each has its own name.',
  },
  {
    at: [`cross-account-support-stack-${PRODUCTION}/ChaosPipelinesDeliveryPipeline72EF2C78-Production-Production-Resilience-ActionRole/DefaultPolicy/Resource`],
    findings: [wildcardResource(arnIn(PRODUCTION)('states', `execution:${PRODUCTION_GATE}:*`))],
    reason: 'The executions of this gate only: each has its own name.',
  },
  ...artifacts('DeliveryPipelineArtifactsBucket36390225',
    [],
    [
      'ChaosPipelines/Delivery/Pipeline/Role',
      'ChaosPipelines/Delivery/Pipeline/Source/cdk-chaos_cdk-chaos-experiment-stage/CodePipelineActionRole',
      SYNTH,
    ]),
  {
    at: [policy(SELF_MUTATION)],
    findings: [
      ...wildcardActions('s3:GetObject*', 's3:GetBucket*', 's3:List*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'),
      wildcardResource('<DeliveryPipelineArtifactsBucket36390225.Arn>/*'),
    ],
    reason: 'The CDK grants access by families of actions, on the bucket and key of this pipeline.',
  },
  {
    at: [policy(SYNTH)],
    findings: [
      wildcardResource(arnIn(TOOLS)('logs', 'log-group:/aws/codebuild/<DeliveryPipelineBuildSynthCdkBuildProjectE0D2F5AB>:*')),
      wildcardResource(arnIn(TOOLS)('codebuild', 'report-group/<DeliveryPipelineBuildSynthCdkBuildProjectE0D2F5AB>-*')),
    ],
    reason: 'The log streams and reports of this build project only: each run has its own.',
  },
  {
    at: [policy(SELF_MUTATION)],
    findings: [
      wildcardResource(arnIn(TOOLS)('logs', 'log-group:/aws/codebuild/<DeliveryUpdatePipelineSelfMutationD68CED1B>:*')),
      wildcardResource(arnIn(TOOLS)('codebuild', 'report-group/<DeliveryUpdatePipelineSelfMutationD68CED1B>-*')),
    ],
    reason: 'The log streams and reports of this build project only: each run has its own.',
  },
  {
    at: [policy(SELF_MUTATION)],
    findings: [wildcardResource('*'), wildcardResource(`arn:*:iam::${TOOLS}:role/*`)],
    reason: 'CDK Pipelines grants it for the self-mutation: to describe stacks, and to assume only the deployment roles of the bootstrap stack.',
  },
  {
    at: [policy(SELF_MUTATION)],
    findings: [wildcardResource(`arn:aws:iam::${PRODUCTION}:role/*`)],
    reason: 'The same in the production account, which has the role of the action: only roles with the tag of the bootstrap stack.',
  },
  {
    at: ['ChaosPipelines/Delivery/Pipeline/ArtifactsBucket/Resource'],
    findings: [solution('S1')],
    reason: 'The bucket that a pipeline creates by default. The larger sample has access logs.',
  },
];

export const EXPLANATIONS: readonly Explanation[] = [...MINIMAL, ...SAMPLE, ...PIPELINES];
