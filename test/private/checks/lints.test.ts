import { readFileSync } from 'fs';
import { join } from 'path';
import { Annotations, App, CfnParameter, Duration, PhysicalName, Stack, Token } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { ChaosExperiment, ChaosExperimentProps, ChaosExperimentStage, Experiment, FaultAction, FaultTarget, Selection } from '../../../src';
import type { FaultTargetData } from '../../../src/private/fault/data';
import { WARNING_IDS } from '../../../src/private/problems';
import { CATALOGUE, sampleArn } from '../../support/catalogue-samples';
import { someAlarm, someFault, someInstances, somePipeline } from '../../support/fixtures';

type Id = typeof WARNING_IDS[number];
let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

function gateOf(actions: { [name: string]: FaultAction }, props: Partial<ChaosExperimentProps> = {}): ChaosExperiment {
  return new ChaosExperiment(stack, 'Chaos', {
    experiment: Experiment.define({ actions }),
    ...props,
    alarms: props.alarms ?? (props.unguarded ? [] : [someAlarm(stack)]),
  });
}

/** The ids of the warnings of a gate, without the prefix and suffix that the CDK adds. */
function warnings(): string[] {
  return Found.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ entry }) => `${entry.data}`)
    .filter((text) => text.includes('[ack: cdk-chaos-experiment-stage:'))
    .map((text) => text.replace(/^(.*) \[ack: cdk-chaos-experiment-stage:(\w+)\]$/s, '$2: $1'));
}

function ids(): string[] {
  return warnings().map((text) => text.split(':')[0]);
}

function wait(options: { startAfter?: FaultAction[] } = {}): FaultAction {
  return FaultAction.fisWait({ duration: Duration.minutes(5), ...options });
}

/** An action of any kind on targets of any kind. The checks only use what they can see of both. */
function actionOn(actionId: string, resourceType: string, constructs: FaultTargetData['constructs'], parameters: { [name: string]: string } = {}) {
  const target = FaultTarget.arns(resourceType, [sampleArn(resourceType)]);
  Object.assign(target._data, { constructs });
  const known = CATALOGUE.actions.find(({ id }) => id === actionId)?.parameters ?? [];
  const samples = Object.fromEntries(known.filter(({ required, permissionOnly }) => required && !permissionOnly).map(({ name }) => [name, 'PT5M']));
  return FaultAction.custom({
    actionId, target, targetKey: 'Things', parameters: { ...samples, ...parameters }, permissions: [], expectedDuration: Duration.minutes(5),
  });
}

function group(props: Partial<autoscaling.AutoScalingGroupProps> = {}): autoscaling.AutoScalingGroup {
  const vpc = new ec2.Vpc(stack, 'Vpc');
  return new autoscaling.AutoScalingGroup(stack, 'Group', {
    vpc, machineImage: ec2.MachineImage.latestAmazonLinux2023(), instanceType: new ec2.InstanceType('t3.micro'), ...props,
  });
}

test('a gate without risks has no warnings', () => {
  gateOf({ stop: someFault() });
  expect(warnings()).toEqual([]);
});

test('the documentation lists each id', () => {
  const text = readFileSync(join(__dirname, '..', '..', '..', 'src', 'chaos-experiment.ts'), 'utf-8');
  expect([...text.matchAll(/^ \* - `(\w+)`:/gm)].map(([, id]) => id)).toEqual([...WARNING_IDS]);
});

describe('a gate without a guard', () => {
  test('is unguarded, and has no stop condition that an instant fault could miss', () => {
    gateOf({ reboot: FaultAction.ec2RebootInstances(someInstances()) }, { unguarded: true });
    expect(ids()).toEqual(['unguarded']);
  });
});

describe('an instant fault', () => {
  const reboot = (startAfter: FaultAction[] = []) => FaultAction.ec2RebootInstances(someInstances(), { startAfter });

  test('that is the only action', () => {
    gateOf({ reboot: reboot() });
    expect(warnings()).toMatchInlineSnapshot(`
[
  "instantFault: action 'reboot' ends at once and no action runs after it: the experiment is over before its consequences can trigger a stop condition; add FaultAction.fisWait({ duration: …, startAfter: [reboot] })",
]
`);
  });

  test('at the end', () => {
    const first = wait();
    gateOf({ first, reboot: reboot([first]) });
    expect(ids()).toEqual(['instantFault']);
  });

  test('is accepted with a wait after it', () => {
    const fault = reboot();
    gateOf({ fault, after: wait({ startAfter: [fault] }) });
    expect(ids()).toEqual([]);
  });

  test('is accepted with a longer action at the same time', () => {
    gateOf({ reboot: reboot(), beside: wait() });
    expect(ids()).toEqual([]);
  });

  test('is accepted if the duration of an action is not known', () => {
    const duration = Duration.minutes(Token.asNumber({ Ref: 'Minutes' }));
    gateOf({ reboot: reboot(), beside: FaultAction.fisWait({ duration }) });
    expect(ids()).toEqual([]);
  });

  test('is not an instant action that is no fault', () => {
    const fault = someFault();
    const alarms = [someAlarm(stack)];
    const look = FaultAction.cloudwatchAssertAlarmState({ alarms, alarmStates: [cloudwatch.AlarmState.OK], startAfter: [fault] });
    gateOf({ fault, look }, { alarms });
    expect(ids()).toEqual([]);
  });
});

describe('a guard', () => {
  const alarm = (props: Partial<cloudwatch.AlarmProps>, period = Duration.minutes(5), statistic = 'Sum') => new cloudwatch.Alarm(stack, 'Guard', {
    metric: new cloudwatch.Metric({ namespace: 'Test', metricName: 'Errors', period, statistic }), threshold: 1, evaluationPeriods: 1, ...props,
  });
  const guarded = (guard: cloudwatch.IAlarm, observation?: Duration) =>
    gateOf({ stop: someFault() }, { alarms: [guard], observationTime: observation });

  test('that needs more time than there is', () => {
    guarded(alarm({ evaluationPeriods: 4 }), Duration.minutes(10));
    expect(warnings()).toMatchInlineSnapshot(`
[
  "guardCannotFire: alarm 'Stack/Guard' must breach in 4 periods of 300 seconds, the experiment and its observation take 900 seconds together: the faults alone cannot make it fire; give it fewer or shorter periods, or the experiment more time",
]
`);
  });

  test('that just has enough time', () => {
    guarded(alarm({ evaluationPeriods: 4 }), Duration.minutes(10).plus(Duration.seconds(1)));
    expect(ids()).toEqual([]);
  });

  test('fires by its datapoints, not by all of its periods', () => {
    guarded(alarm({ evaluationPeriods: 12, datapointsToAlarm: 2 }), Duration.minutes(10));
    expect(ids()).toEqual([]);
  });

  test('is by default observed for at most an hour', () => {
    guarded(alarm({ evaluationPeriods: 14 }));
    expect(ids()).toEqual(['guardCannotFire']);
  });

  test('is by default observed as long as it needs', () => {
    guarded(alarm({ evaluationPeriods: 13 }));
    expect(ids()).toEqual([]);
  });

  test('on an expression has the periods of its metrics', () => {
    const metric = (metricName: string, period: Duration) => new cloudwatch.Metric({ namespace: 'Test', metricName, period });
    const expression = new cloudwatch.MathExpression({
      expression: 'a / b', usingMetrics: { a: metric('A', Duration.hours(1)), b: metric('B', Duration.hours(1)) }, period: Duration.hours(1),
    });
    guarded(alarm({ metric: expression, evaluationPeriods: 3 }), Duration.minutes(10));
    expect(ids()).toEqual(['guardCannotFire']);
  });

  test('is accepted if its periods are not known', () => {
    const guard = alarm({});
    const number = Token.asNumber({ Ref: 'Number' });
    (guard.node.defaultChild as cloudwatch.CfnAlarm).evaluationPeriods = number;
    guarded(guard, Duration.seconds(0));
    expect(ids()).toEqual([]);
  });

  test('is accepted if it is imported or composite', () => {
    const composite = new cloudwatch.CompositeAlarm(stack, 'Both', {
      alarmRule: cloudwatch.AlarmRule.fromAlarm(alarm({ evaluationPeriods: 100 }), cloudwatch.AlarmState.ALARM),
    });
    const imported = cloudwatch.Alarm.fromAlarmArn(stack, 'Imported', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:x');
    gateOf({ stop: someFault() }, { alarms: [composite, imported], observationTime: Duration.seconds(0) });
    expect(ids()).toEqual([]);
  });

  const { LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD, GREATER_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
  const { BREACHING, NOT_BREACHING, IGNORE, MISSING } = cloudwatch.TreatMissingData;
  test.each([
    [LESS_THAN_THRESHOLD, 1, NOT_BREACHING, 'SampleCount', true],
    [LESS_THAN_THRESHOLD, 1, IGNORE, 'SampleCount', true],
    [LESS_THAN_THRESHOLD, 1, MISSING, 'SampleCount', true],
    [LESS_THAN_THRESHOLD, 1, undefined, 'SampleCount', true],
    [LESS_THAN_THRESHOLD, 1, BREACHING, 'SampleCount', false],
    [LESS_THAN_THRESHOLD, 2, NOT_BREACHING, 'SampleCount', false],
    [LESS_THAN_OR_EQUAL_TO_THRESHOLD, 0, NOT_BREACHING, 'SampleCount', true],
    [LESS_THAN_OR_EQUAL_TO_THRESHOLD, 1, NOT_BREACHING, 'SampleCount', false],
    [GREATER_THAN_THRESHOLD, 0, NOT_BREACHING, 'SampleCount', false],
    [LESS_THAN_THRESHOLD, 1, NOT_BREACHING, 'Sum', false],
  ])('with %s %s, missing data %s and statistic %s cannot fire: %#', (comparisonOperator, threshold, treatMissingData, statistic, cannot) => {
    guarded(alarm({ comparisonOperator, threshold, treatMissingData }, Duration.minutes(1), statistic));
    expect(ids()).toEqual(cannot ? ['guardCannotFire'] : []);
  });

  test('on missing data says what to do', () => {
    guarded(alarm({ comparisonOperator: LESS_THAN_THRESHOLD, treatMissingData: NOT_BREACHING }, Duration.minutes(1), 'SampleCount'));
    expect(warnings()).toMatchInlineSnapshot(`
[
  "guardCannotFire: alarm 'Stack/Guard' asks for fewer samples than one, which is missing data, and treats missing data as 'notBreaching': it can never fire; set 'treatMissingData: TreatMissingData.BREACHING'",
]
`);
  });
});

describe('terminating', () => {
  const terminated = (target: FaultTarget) => {
    const terminate = FaultAction.ec2TerminateInstances(target);
    gateOf({ terminate, watch: wait({ startAfter: [terminate] }) });
    return ids();
  };
  const tagged = (selection: Selection) => FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection });

  test('all that match', () => {
    terminated(tagged(Selection.ALL));
    expect(warnings()).toMatchInlineSnapshot(`
[
  "terminatesAll: action 'terminate' terminates all instances that its target matches, for good; choose some with Selection.count or Selection.percent",
]
`);
  });
  test('all of a percentage', () => expect(terminated(tagged(Selection.percent(100)))).toEqual(['terminatesAll']));
  test('some of them is accepted', () => expect(terminated(tagged(Selection.percent(99)))).toEqual([]));
  test('listed ones is accepted', () => {
    expect(terminated(FaultTarget.arns('aws:ec2:instance', ['arn:aws:ec2:eu-west-1:111122223333:instance/i-1']))).toEqual([]);
  });
  test('is not rebooting', () => {
    const reboot = FaultAction.ec2RebootInstances(tagged(Selection.ALL));
    gateOf({ reboot, watch: wait({ startAfter: [reboot] }) });
    expect(ids()).toEqual([]);
  });
});

describe('stopping', () => {
  const stopped = (target: FaultTarget, options: Parameters<typeof FaultAction.ec2StopInstances>[1] = {}) => {
    const stop = FaultAction.ec2StopInstances(target, options);
    gateOf({ stop, watch: wait({ startAfter: [stop] }) });
    return stop._data.parameters;
  };
  const inGroup = () => FaultTarget.instancesOf(
    autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Asg', 'web'), { selection: Selection.count(1) });
  const startInstancesAfterDuration = Duration.minutes(5);

  test('without starting again', () => {
    stopped(someInstances());
    expect(warnings()).toMatchInlineSnapshot(`
[
  "instancesStayStopped: action 'stop' stops instances and nothing starts them again; set 'startInstancesAfterDuration'",
]
`);
  });

  test('for a while is accepted', () => {
    expect(stopped(someInstances(), { startInstancesAfterDuration })).toEqual({ startInstancesAfterDuration: 'PT5M' });
    expect(ids()).toEqual([]);
  });

  test('in a group is accepted, because the group replaces them', () => {
    expect(stopped(inGroup())).toEqual({});
    expect(ids()).toEqual([]);
  });

  test('for a while in a group by default completes if the group has terminated them', () => {
    expect(stopped(inGroup(), { startInstancesAfterDuration, completeIfInstancesTerminated: undefined }))
      .toEqual({ startInstancesAfterDuration: 'PT5M', completeIfInstancesTerminated: 'true' });
    expect(ids()).toEqual([]);
  });

  test('for a while in a group, failing if the group has terminated them', () => {
    expect(stopped(inGroup(), { startInstancesAfterDuration, completeIfInstancesTerminated: false }))
      .toEqual({ startInstancesAfterDuration: 'PT5M', completeIfInstancesTerminated: 'false' });
    expect(warnings()).toMatchInlineSnapshot(`
[
  "stoppedInstancesReplaced: action 'stop' starts its instances again, but their Auto Scaling group replaces and terminates stopped instances: the action then fails; leave out 'completeIfInstancesTerminated', which is true for instances of a group",
]
`);
  });
});

describe('an ECS task', () => {
  const NETWORK = 'aws:ecs:task-network-latency';
  const KILL = 'aws:ecs:task-kill-process';
  const ENDPOINTS = { useEcsFaultInjectionEndpoints: 'true' };

  const service = (definition: ecs.TaskDefinition) => {
    definition.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app'), memoryLimitMiB: 128 });
    const cluster = new ecs.Cluster(stack, 'Cluster');
    return definition.isFargateCompatible
      ? new ecs.FargateService(stack, 'Service', { cluster, taskDefinition: definition })
      : new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition: definition });
  };
  const onFargate = (props: ecs.FargateTaskDefinitionProps & { enableFaultInjection?: boolean } = {}) => {
    const definition = new ecs.FargateTaskDefinition(stack, 'Tasks', {
      runtimePlatform: { operatingSystemFamily: ecs.OperatingSystemFamily.LINUX }, ...props,
    });
    return service(definition);
  };
  const onEc2 = (props: ecs.Ec2TaskDefinitionProps = {}) => {
    const definition = new ecs.Ec2TaskDefinition(stack, 'Tasks', props);
    const found = service(definition);
    (found.cluster as ecs.Cluster).addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.micro') });
    return found;
  };
  const withFault = (actionId: string, target: ecs.BaseService, parameters = {}) => {
    gateOf({ fault: actionOn(actionId, 'aws:ecs:task', [target], parameters) });
    return ids();
  };

  test('on Fargate needs the endpoints', () => {
    withFault(NETWORK, onFargate());
    expect(warnings()).toMatchInlineSnapshot(`
[
  "ecsNotPrepared: action 'fault' cannot disturb the network of tasks on Fargate without the fault injection endpoints of ECS; set 'useEcsFaultInjectionEndpoints: true'",
]
`);
  });

  test('needs the endpoints to be enabled', () => {
    withFault(NETWORK, onFargate(), ENDPOINTS);
    expect(warnings()).toMatchInlineSnapshot(`
[
  "ecsNotPrepared: action 'fault' uses the fault injection endpoints of ECS, which the task definition 'Stack/Tasks' does not open; set 'enableFaultInjection: true' there",
]
`);
  });

  test('is accepted if the endpoints are enabled', () => {
    const target = onFargate();
    gateOf({ fault: actionOn(NETWORK, 'aws:ecs:task', [target], ENDPOINTS) });
    (target.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).enableFaultInjection = true;
    expect(ids()).toEqual([]);
  });

  test('on EC2 needs a shared process namespace', () => {
    withFault(NETWORK, onEc2());
    expect(warnings()).toMatchInlineSnapshot(`
[
  "ecsNotPrepared: action 'fault' reaches into other containers of a task, which the task definition 'Stack/Tasks' does not allow; set 'pidMode: PidMode.TASK' there",
]
`);
  });

  test('on EC2 is accepted with a shared process namespace', () => expect(withFault(NETWORK, onEc2({ pidMode: ecs.PidMode.TASK }))).toEqual([]));
  test('needs a shared process namespace to kill a process', () => expect(withFault(KILL, onFargate())).toEqual(['ecsNotPrepared']));
  test('is accepted with a shared process namespace to kill a process', () => expect(withFault(KILL, onFargate({ pidMode: ecs.PidMode.TASK }))).toEqual([]));
  test('needs neither for other faults', () => expect(withFault('aws:ecs:task-cpu-stress', onFargate())).toEqual([]));

  test('is accepted if it is imported', () => {
    const cluster = new ecs.Cluster(stack, 'Cluster');
    const imported = ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', { cluster, serviceName: 'web' });
    gateOf({ fault: actionOn(NETWORK, 'aws:ecs:task', [imported]) });
    expect(ids()).toEqual([]);
  });
});

describe('a function', () => {
  const someFunction = (props: Partial<lambda.FunctionProps> = {}) => new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromInline('//'), ...props,
  });
  const layer = () => lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:eu-west-1:111122223333:layer:fis:1');
  const environment = { AWS_FIS_CONFIGURATION_LOCATION: 'arn:aws:s3:::bucket/prefix/' };
  const withFault = (target: lambda.IFunction, actionId = 'aws:lambda:invocation-add-delay') =>
    gateOf({ fault: actionOn(actionId, 'aws:lambda:function', [target]) });

  test('without the extension and its configuration', () => {
    withFault(someFunction());
    expect(warnings()).toMatchInlineSnapshot(`
[
  "lambdaNotPrepared: action 'fault' needs the FIS extension in the function 'Stack/Function', which has no layer; add the layer that AWS provides",
  "lambdaNotPrepared: action 'fault' needs the environment variable AWS_FIS_CONFIGURATION_LOCATION in the function 'Stack/Function', which does not have it; set it to the ARN of a bucket and a prefix",
]
`);
  });

  test('without the extension', () => {
    withFault(someFunction({ environment }));
    expect(ids()).toEqual(['lambdaNotPrepared']);
  });

  test('without the configuration', () => {
    withFault(someFunction({ layers: [layer()], environment: { OTHER: 'x' } }));
    expect(ids()).toEqual(['lambdaNotPrepared']);
  });

  test('with both is accepted, even if they are added later', () => {
    const target = someFunction();
    withFault(target);
    target.addLayers(layer());
    target.addEnvironment('AWS_FIS_CONFIGURATION_LOCATION', 'arn:aws:s3:::bucket/prefix/');
    expect(ids()).toEqual([]);
  });

  test('is accepted if its environment is not known', () => {
    const target = someFunction({ layers: [layer()] });
    withFault(target);
    (target.node.defaultChild as lambda.CfnFunction).environment = Token.asAny({ 'Fn::Transform': {} });
    expect(ids()).toEqual([]);
  });

  test('is accepted if it is imported', () => {
    withFault(lambda.Function.fromFunctionName(stack, 'Imported', 'web'));
    expect(ids()).toEqual([]);
  });

  test('needs neither for other faults', () => {
    withFault(someFunction(), 'aws:lambda:other');
    expect(ids()).toEqual([]);
  });
});

describe('instances', () => {
  const latency = (target: autoscaling.AutoScalingGroup) => gateOf({
    latency: FaultAction.ssmNetworkLatency(FaultTarget.instancesOf(target, { selection: Selection.count(1) }), { duration: Duration.minutes(5) }),
  });
  const role = (props: Partial<iam.RoleProps> = {}) => new iam.Role(stack, 'InstanceRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'), ...props });
  const awsManaged = (name: string) => [iam.ManagedPolicy.fromAwsManagedPolicyName(name)];
  const statement = (...actions: string[]) => new iam.PolicyStatement({ actions, resources: ['*'] });

  test('that Systems Manager cannot manage', () => {
    latency(group());
    expect(warnings()).toMatchInlineSnapshot(`
[
  "instancesNotManaged: action 'latency' reaches its instances through Systems Manager, which the role of 'Stack/Group' does not allow; add the managed policy AmazonSSMManagedInstanceCore, or acknowledge this if Default Host Management Configuration is on in the account",
]
`);
  });

  test.each<[string, string[]]>([
    ['CloudWatchAgentServerPolicy', ['instancesNotManaged']],
    ['AmazonSSMManagedInstanceCore', []],
    ['service-role/AmazonEC2RoleforSSM', []],
    ['AdministratorAccess', []],
  ])('with the policy %s', (policy, expected) => {
    latency(group({ role: role({ managedPolicies: awsManaged(policy) }) }));
    expect(ids()).toEqual(expected);
  });

  test.each<[string[], string[]]>([
    [['s3:GetObject'], ['instancesNotManaged']],
    [['s3:GetObject', 'ssm:UpdateInstanceInformation'], []],
    [['*'], []],
  ])('whose own policy allows %s', (actions, expected) => {
    const target = group();
    latency(target);
    target.addToRolePolicy(statement(...actions));
    expect(ids()).toEqual(expected);
  });

  test('are accepted with a managed policy of the app, wherever it is attached', () => {
    const own = role();
    latency(group({ role: own }));
    new iam.ManagedPolicy(stack, 'Policy', { roles: [own], statements: [statement('ssm:*')] });
    expect(ids()).toEqual([]);
  });

  test('are accepted with a policy that cannot be read', () => {
    latency(group({ role: role({ managedPolicies: [iam.ManagedPolicy.fromManagedPolicyName(stack, 'Policy', 'own')] }) }));
    expect(ids()).toEqual([]);
  });

  test('are accepted if their role is not known', () => {
    const parameter = new CfnParameter(stack, 'Role');
    latency(group({ role: iam.Role.fromRoleName(stack, 'InstanceRole', parameter.valueAsString) }));
    expect(ids()).toEqual([]);
  });

  test.each<[string, string | undefined]>([
    ['', undefined],
    [' with an optional name', PhysicalName.GENERATE_IF_NEEDED],
  ])('do not use resources in other environments, such as a role%s', (_name, roleName) => {
    const other = new Stack(stack.node.root as App, 'Other', { env: { account: '444455556666', region: 'eu-west-1' } });
    const otherRole = new iam.Role(other, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'), roleName });
    otherRole.addToPolicy(statement('ssm:*'));
    latency(group());
    expect(ids()).toEqual(['instancesNotManaged']);
    expect(other.resolve((otherRole.node.defaultChild as iam.CfnRole).roleName)).toBeUndefined();
  });

  test('need no Systems Manager for a reboot', () => {
    const reboot = FaultAction.ec2RebootInstances(FaultTarget.instancesOf(group(), { selection: Selection.count(1) }));
    gateOf({ reboot, watch: wait({ startAfter: [reboot] }) });
    expect(ids()).toEqual([]);
  });
});

describe('every warning can be acknowledged', () => {
  const RISKY: { [id in Id]: () => IConstruct } = {
    unguarded: () => gateOf({ stop: someFault() }, { unguarded: true }),
    instantFault: () => gateOf({ reboot: FaultAction.ec2RebootInstances(someInstances()) }),
    guardCannotFire: () => {
      const alarm = someAlarm(stack);
      (alarm.node.defaultChild as cloudwatch.CfnAlarm).evaluationPeriods = 1000;
      return gateOf({ stop: someFault() }, { alarms: [alarm] });
    },
    terminatesAll: () => gateOf({
      wait: wait(), terminate: FaultAction.ec2TerminateInstances(FaultTarget.taggedWith('aws:ec2:instance', { a: 'b' }, { selection: Selection.ALL })),
    }),
    instancesStayStopped: () => gateOf({ wait: wait(), stop: FaultAction.ec2StopInstances(someInstances()) }),
    stoppedInstancesReplaced: () => gateOf({
      stop: FaultAction.ec2StopInstances(
        FaultTarget.taggedWith('aws:ec2:instance', { 'aws:autoscaling:groupName': 'web' }, { selection: Selection.count(1) }),
        { startInstancesAfterDuration: Duration.minutes(5), completeIfInstancesTerminated: false },
      ),
    }),
    ecsNotPrepared: () => {
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Tasks');
      taskDefinition.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app') });
      const service = new ecs.FargateService(stack, 'Service', { cluster: new ecs.Cluster(stack, 'Cluster'), taskDefinition });
      return gateOf({ fault: actionOn('aws:ecs:task-kill-process', 'aws:ecs:task', [service]) });
    },
    lambdaNotPrepared: () => gateOf({
      fault: actionOn('aws:lambda:invocation-error', 'aws:lambda:function', [new lambda.Function(stack, 'Function', {
        runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromInline('//'),
      })]),
    }),
    instancesNotManaged: () => gateOf({
      latency: FaultAction.ssmNetworkLatency(FaultTarget.instancesOf(group(), { selection: Selection.count(1) }), { duration: Duration.minutes(5) }),
    }),
    roleNotChanged: () => gateOf({ stop: someFault() }, {
      role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/own', { mutable: false }),
    }),
    unknownParameter: () => gateOf({
      wait: FaultAction.fisWait({ duration: Duration.minutes(1) }),
      stop: FaultAction.custom({
        actionId: 'aws:ec2:stop-instances', target: someInstances(), parameters: { startInstancesAfterDuration: 'PT5M', startThem: 'true' },
      }),
    }),
    parallelPipeline: () => {
      const { pipeline } = somePipeline(stack, { executionMode: codepipeline.ExecutionMode.PARALLEL });
      return new ChaosExperimentStage(stack, 'Chaos', { pipeline, experiment: Experiment.define({ actions: { stop: someFault() } }), alarms: [someAlarm(stack)] });
    },
    otherPipeline: () => {
      const gate = gateOf({ stop: someFault() }, { pipelineName: 'Another' });
      stack = new Stack(stack.node.root as App, 'Other');
      const { pipeline } = somePipeline(stack);
      pipeline.addStage({ stageName: 'Chaos', actions: [gate.action({ actionName: 'Chaos' })] });
      return pipeline;
    },
  };

  test.each(WARNING_IDS)('%s', (id) => {
    RISKY[id]();
    expect(new Set(ids())).toEqual(new Set([id]));

    stack = new Stack(new App(), 'Stack');
    Annotations.of(RISKY[id]()).acknowledgeWarning(`cdk-chaos-experiment-stage:${id}`);
    expect(ids()).toEqual([]);
  });
});
