import { App, ArnFormat, Aws, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { definitionOf } from './support/definition-of';
import { someAlarm, someExperiment, someFault, someInstances, somePipeline, someStack } from './support/fixtures';
import { resolveIntrinsics } from '../simulator/synthesized';
import {
  ChaosExperiment, ChaosExperimentProps, ConnectivityScope, Experiment, FaultAction, FaultTarget, GateMode, InjectableService, InsufficientData,
  Selection,
} from '../src';

/** A gate with these props, and valid values for the others. */
function gateWith(props: Partial<ChaosExperimentProps>, stack = someStack()): ChaosExperiment {
  return new ChaosExperiment(stack, 'Chaos', {
    experiment: someExperiment(),
    ...props,
    alarms: props.alarms ?? (props.unguarded ? [] : [someAlarm(stack)]),
  });
}

/** The statements of the policies of a role, by the beginning of the role's logical id. */
function statementsOf(stack: Stack, roleIdPrefix: string): any[] {
  const template = Template.fromStack(stack).toJSON();
  const statements = Object.values<any>(template.Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((role: any) => role.Ref?.startsWith(roleIdPrefix)))
    .flatMap(({ Properties }) => resolveIntrinsics(Properties.PolicyDocument.Statement, template));
  expect(statements.length).toBeGreaterThan(0);
  return statements;
}

describe('the experiment template', () => {
  test('has every action with its target, parameters and order', () => {
    const stack = someStack();
    const target = someInstances();
    const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5), delay: Duration.millis(300) });
    const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency], description: 'and again' });
    gateWith({ experiment: Experiment.define({ description: 'withstands it', actions: { latency, reboot } }) }, stack);

    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', {
      Description: 'withstands it',
      Actions: {
        latency: { ActionId: 'aws:ssm:send-command', Targets: { Instances: 'latency' }, StartAfter: Match.absent() },
        reboot: { ActionId: 'aws:ec2:reboot-instances', Targets: { Instances: 'latency' }, StartAfter: ['latency'], Description: 'and again' },
      },
      Targets: {
        latency: { ResourceType: 'aws:ec2:instance', ResourceTags: { Role: 'web' }, SelectionMode: 'PERCENT(50)' },
      },
    });
  });

  test('has two targets for two objects that only look alike', () => {
    const stack = someStack();
    const one = FaultAction.ec2RebootInstances(someInstances());
    const other = FaultAction.ec2RebootInstances(someInstances());
    gateWith({ experiment: Experiment.define({ actions: { one, other } }) }, stack);

    const [template] = Object.values<any>(Template.fromStack(stack).findResources('AWS::FIS::ExperimentTemplate'));
    expect(Object.keys(template.Properties.Targets)).toEqual(['one', 'other']);
  });

  test('has the alarms as stop conditions', () => {
    const stack = someStack();
    gateWith({ alarms: [someAlarm(stack, 'A'), someAlarm(stack, 'B')] }, stack);

    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', {
      StopConditions: [
        { Source: 'aws:cloudwatch:alarm', Value: stack.resolve((stack.node.findChild('A') as cloudwatch.Alarm).alarmArn) },
        { Source: 'aws:cloudwatch:alarm', Value: stack.resolve((stack.node.findChild('B') as cloudwatch.Alarm).alarmArn) },
      ],
    });
  });

  test('fails by default if a target is empty', () => {
    const stack = someStack();
    gateWith({}, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', {
      ExperimentOptions: { EmptyTargetResolutionMode: 'fail', AccountTargeting: 'single-account' },
    });
  });

  test('has log keys as CloudFormation spells them', () => {
    const stack = someStack();
    gateWith({}, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', {
      LogConfiguration: { LogSchemaVersion: 2, CloudWatchLogsConfiguration: { LogGroupArn: Match.anyValue() } },
    });
  });

  test('has the path of the construct as default description', () => {
    const stack = someStack();
    gateWith({}, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', { Description: 'Chaos experiment of Stack/Chaos' });
  });
});

describe('the experiment role', () => {
  test('can be assumed only by experiments of this account', () => {
    const stack = someStack();
    gateWith({}, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'fis.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': stack.resolve(stack.formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' })) },
          },
        }],
      },
    });
  });

  test('has the permissions for the fault and the logs, and no others', () => {
    const stack = someStack();
    gateWith({}, stack);
    expect(statementsOf(stack, 'ChaosTemplateRole')).toMatchInlineSnapshot(`
[
  {
    "Action": [
      "ec2:StopInstances",
      "ec2:StartInstances",
    ],
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/Role": "web",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
  },
  {
    "Action": "ec2:DescribeInstances",
    "Effect": "Allow",
    "Resource": "*",
  },
  {
    "Action": "kms:CreateGrant",
    "Condition": {
      "Bool": {
        "kms:GrantIsForAWSResource": "true",
      },
      "StringLike": {
        "kms:ViaService": "ec2.*.amazonaws.com",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:kms:eu-west-1:111122223333:key/*",
  },
  {
    "Action": [
      "logs:CreateLogDelivery",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    "Effect": "Allow",
    "Resource": "*",
    "Sid": "DeliverLogs",
  },
]
`);
  });

  test('gets the permissions if it is passed in', () => {
    const stack = someStack();
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('fis.amazonaws.com') });
    const gate = gateWith({ role }, stack);
    expect(gate.experimentRole).toBe(role);
    expect(statementsOf(stack, 'Own').flatMap(({ Action }) => Action)).toContain('ec2:StopInstances');
    Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', { RoleArn: stack.resolve(role.roleArn) });
  });
});

describe('the gate role', () => {
  test('may only start this template, and only access experiments of this gate', () => {
    const stack = someStack();
    gateWith({}, stack);
    expect(statementsOf(stack, 'ChaosGateRole')).toMatchInlineSnapshot(`
[
  {
    "Action": "fis:StartExperiment",
    "Effect": "Allow",
    "Resource": [
      "arn:aws:fis:eu-west-1:111122223333:experiment-template/EXTChaosTemplateA6BA06BD",
      "arn:aws:fis:eu-west-1:111122223333:experiment/*",
    ],
    "Sid": "StartThisTemplateOnly",
  },
  {
    "Action": "fis:TagResource",
    "Condition": {
      "StringEquals": {
        "aws:RequestTag/cdk-chaos-experiment-stage:gate": "StackChaos61630B86-Gate",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:fis:eu-west-1:111122223333:experiment/*",
    "Sid": "TagOwnExperiments",
  },
  {
    "Action": [
      "fis:GetExperiment",
      "fis:StopExperiment",
    ],
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/cdk-chaos-experiment-stage:gate": "StackChaos61630B86-Gate",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:fis:eu-west-1:111122223333:experiment/*",
    "Sid": "WatchAndStopOwnExperiments",
  },
  {
    "Action": "fis:ListExperiments",
    "Effect": "Allow",
    "Resource": "*",
    "Sid": "FindOwnExperiments",
  },
  {
    "Action": "fis:GetSafetyLever",
    "Effect": "Allow",
    "Resource": "arn:aws:fis:eu-west-1:111122223333:safety-lever/*",
    "Sid": "ReadSafetyLever",
  },
  {
    "Action": "iam:CreateServiceLinkedRole",
    "Condition": {
      "StringEquals": {
        "iam:AWSServiceName": "fis.amazonaws.com",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:iam::111122223333:role/aws-service-role/fis.amazonaws.com/*",
    "Sid": "CreateServiceLinkedRoleOfFis",
  },
  {
    "Action": "states:StartExecution",
    "Effect": "Allow",
    "Resource": "arn:aws:states:eu-west-1:111122223333:stateMachine:StackChaos61630B86-Watchdog",
    "Sid": "StartOwnWatchdog",
  },
  {
    "Action": "cloudwatch:DescribeAlarms",
    "Effect": "Allow",
    "Resource": "*",
    "Sid": "ReadGuards",
  },
  {
    "Action": [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    "Effect": "Allow",
    "Resource": "*",
  },
  {
    "Action": [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ],
    "Effect": "Allow",
    "Resource": "*",
  },
]
`);
  });

  test('can be assumed only by this state machine', () => {
    const stack = someStack();
    const gate = gateWith({}, stack);
    const template = Template.fromStack(stack);
    const [machine] = Object.values<any>(template.findResources('AWS::StepFunctions::StateMachine'));
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Principal: { Service: 'states.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': ['', [
                  'arn:', { Ref: 'AWS::Partition' }, ':states:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' },
                  `:stateMachine:${machine.Properties.StateMachineName}`,
                ]],
              },
            },
          },
        }],
      },
    });
    expect(gate.stateMachine.role).toBeDefined();
  });

  test('may not read alarms if there are none', () => {
    const stack = someStack();
    gateWith({ unguarded: true }, stack);
    expect(JSON.stringify(statementsOf(stack, 'ChaosGateRole'))).not.toContain('cloudwatch:');
  });
});

describe('the watchdog', () => {
  test('may only read and stop executions of its gate, and stop experiments of its gate', () => {
    const stack = someStack();
    const { staging } = somePipeline(stack);
    staging.addAction(gateWith({}, stack).action({ actionName: 'Chaos' }));
    expect(statementsOf(stack, 'ChaosWatchdogRole')).toMatchInlineSnapshot(`
[
  {
    "Action": [
      "states:DescribeExecution",
      "states:StopExecution",
    ],
    "Effect": "Allow",
    "Resource": "arn:aws:states:eu-west-1:111122223333:execution:StackChaos61630B86-Gate:*",
    "Sid": "WatchAndStopItsGate",
  },
  {
    "Action": "fis:ListExperiments",
    "Effect": "Allow",
    "Resource": "*",
    "Sid": "FindItsExperiments",
  },
  {
    "Action": "fis:StopExperiment",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/cdk-chaos-experiment-stage:gate": "StackChaos61630B86-Gate",
      },
    },
    "Effect": "Allow",
    "Resource": "arn:aws:fis:eu-west-1:111122223333:experiment/*",
    "Sid": "StopItsExperiments",
  },
  {
    "Action": [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    "Effect": "Allow",
    "Resource": "*",
  },
  {
    "Action": [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ],
    "Effect": "Allow",
    "Resource": "*",
  },
  {
    "Action": "codepipeline:GetPipelineExecution",
    "Effect": "Allow",
    "Resource": "arn:aws:codepipeline:eu-west-1:111122223333:PipelineC660917D",
    "Sid": "AskAfterStackPipeline013D2286",
  },
]
`);
  });

  test('checks no pipeline if there is none', () => {
    const stack = someStack();
    gateWith({}, stack);
    expect(JSON.stringify(statementsOf(stack, 'ChaosWatchdogRole'))).not.toContain('codepipeline:');
  });

  test('does not make the stack of the gate depend on that of the pipeline', () => {
    const app = new App();
    const gate = gateWith({}, new Stack(app, 'Gates'));
    const { staging } = somePipeline(new Stack(app, 'Pipelines'));
    staging.addAction(gate.action({ actionName: 'Chaos' }));
    expect(() => app.synth()).not.toThrow();
    expect(JSON.stringify(statementsOf(Stack.of(gate), 'ChaosWatchdogRole'))).not.toContain('codepipeline:');
  });

  test('is started by the gate by name', () => {
    const stack = someStack();
    const gate = gateWith({}, stack);
    const arn = definitionOf(gate.stateMachine).States.StartWatchdog.Arguments.StateMachineArn;
    const [name] = Object.values<any>(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'))
      .map(({ Properties }) => Properties.StateMachineName).filter((candidate) => candidate.endsWith('-Watchdog'));
    expect(arn).toBe(`arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`);
  });

  test('has an alarm on its own failures', () => {
    const stack = someStack();
    const gate = gateWith({}, stack);
    const [alarm] = Object.values<any>(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
      .filter(({ Properties }) => /watchdog/.test(Properties.AlarmDescription ?? ''));
    expect(alarm.Properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    expect(alarm.Properties.Metrics.map(({ MetricStat }: any) => MetricStat?.Metric.MetricName).filter(Boolean).sort())
      .toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
    expect(gate.watchdogAlarm).toBeDefined();
  });

  test('is a valid machine', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const validate = require('asl-validator');
    expect(validate(definitionOf(gateWith({}).watchdog), { checkArn: true })).toMatchObject({ isValid: true, errors: [] });
  });
});

describe('the state machine', () => {
  test('is of type Standard, logs without execution data, and is traced', () => {
    const stack = someStack();
    gateWith({}, stack);
    Template.fromStack(stack).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  test.each<[string, Partial<ChaosExperimentProps>]>([
    ['guarded', {}],
    ['unguarded', { unguarded: true }],
    ['accepting missing data', { insufficientData: InsufficientData.ACCEPT }],
    ['only reporting', { mode: GateMode.REPORT_ONLY }],
  ])(
    'is valid when %s', (_name, props) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const validate = require('asl-validator');
      expect(validate(definitionOf(gateWith(props).stateMachine), { checkArn: true })).toMatchObject({ isValid: true, errors: [] });
    });

  test('has no token and no text of a user in an expression', () => {
    const stack = someStack();
    const alarm = cloudwatch.Alarm.fromAlarmArn(stack, 'Imported', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:"); $danger(');
    const definition = definitionOf(gateWith({
      alarms: [alarm],
      experiment: Experiment.define({ actions: { '"%}-{%-name': someFault() } }),
    }, stack).stateMachine);

    const expressions: string[] = [];
    JSON.stringify(definition, (_key, value) => {
      if (typeof value === 'string' && value.startsWith('{%')) { expressions.push(value); }
      return value;
    });
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.filter((text) => /danger|-name|AWS::|TOKEN|\$\{/.test(text))).toEqual([]);
    expect(JSON.stringify(definition.States.Configure.Assign)).toContain('danger');
  });

  test('by default waits for the critical path plus fifteen minutes', () => {
    const first = someFault();
    const second = someFault([first]);
    const experiment = Experiment.define({ actions: { first, second } });
    expect(experiment.expectedDuration!.toMinutes()).toBe(10);
    const { BeginWatch, Configure } = definitionOf(gateWith({ experiment }).stateMachine).States;
    expect(Configure.Assign.expectedDuration).toBe(10 * 60);
    expect(BeginWatch.Assign.watchDeadline).toContain('+ ($expectedDuration + 900) * 1000');
  });
});

test('two syntheses give the same bytes', () => {
  const bytes = () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    gateWith({}, stack);
    const assembly = app.synth();
    return JSON.stringify(assembly.getStackByName('Stack').template);
  };
  expect(bytes()).toBe(bytes());
});

test('the order of actions and filters makes no difference, because a map in Java has no order', () => {
  const templateOf = (order: (names: string[]) => string[]) => {
    const stack = someStack();
    const ordered = <T>(entries: { [name: string]: T }) => Object.fromEntries(order(Object.keys(entries)).map((name) => [name, entries[name]]));
    const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, {
      selection: Selection.ALL,
      filters: ordered({ 'Placement.AvailabilityZone': ['eu-west-1a'], 'InstanceType': ['t3.micro'] }),
    });
    const slow = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5) });
    const gone = FaultAction.ec2StopInstances(target, { startAfter: [slow] });
    gateWith({ experiment: Experiment.define({ actions: ordered({ slow, gone }) }) }, stack);
    return Template.fromStack(stack).toJSON();
  };
  expect(templateOf((names) => [...names].reverse())).toEqual(templateOf((names) => names));
});

test('the logical ids never change', () => {
  const stack = someStack();
  gateWith({ alarms: [someAlarm(stack)] }, stack);
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toMatchInlineSnapshot(`
[
  "Alarm7103F465",
  "ChaosTemplateLogs946FABFA",
  "ChaosTemplateRole8D68D7A0",
  "ChaosTemplateRoleDefaultPolicy22B16C4C",
  "ChaosTemplateA6BA06BD",
  "ChaosGateRole7B433821",
  "ChaosGateRoleDefaultPolicy648E15C6",
  "ChaosGateLogs29330D6F",
  "ChaosGate0BE862C3",
  "ChaosWatchdogRoleBB8D381E",
  "ChaosWatchdogRoleDefaultPolicy213E0183",
  "ChaosWatchdogLogsA97D66C1",
  "ChaosWatchdog59576CE9",
  "ChaosWatchdogAlarm58C45C2C",
]
`);
});

test('its action passes the ids of template and pipeline execution, and fits into the limit of 1,000 characters', () => {
  const stack = someStack();
  const { staging } = somePipeline(stack);
  staging.addAction(gateWith({}, stack).action({ actionName: 'Chaos', runOrder: 2, variablesNamespace: 'chaos' }));

  const template = Template.fromStack(stack);
  const [pipeline] = Object.values<any>(template.findResources('AWS::CodePipeline::Pipeline'));
  const action = pipeline.Properties.Stages.find((stage: any) => stage.Name === 'DeployStaging').Actions[1];
  expect(action).toMatchObject({
    Name: 'Chaos',
    RunOrder: 2,
    Namespace: 'chaos',
    ActionTypeId: { Category: 'Invoke', Owner: 'AWS', Provider: 'StepFunctions', Version: '1' },
  });
  const input = resolveIntrinsics(action.Configuration.Input, template.toJSON());
  expect(JSON.parse(input)).toEqual({
    experimentTemplateId: expect.stringMatching(/^EXTChaosTemplate/),
    pipeline: expect.stringMatching(/^StackPipeline/),
    pipelineExecutionId: '#{codepipeline.PipelineExecutionId}',
  });
  expect(input.length).toBeLessThan(1000);
});

test('warns about a gate without a guard', () => {
  const stack = someStack();
  gateWith({ unguarded: true }, stack);
  Annotations.fromStack(stack).hasWarning('/Stack/Chaos', Match.stringLikeRegexp('no alarm guards the experiment.*cdk-chaos-experiment-stage:unguarded'));
  Template.fromStack(stack).hasResourceProperties('AWS::FIS::ExperimentTemplate', { StopConditions: [{ Source: 'none' }] });
});

test('fails if the experiment is too large for Step Functions to read', () => {
  const tags = (nth: number) => Object.fromEntries([...Array(50).keys()].map((index) => [`${nth}-${index}-${'k'.repeat(100)}`, 'v'.repeat(200)]));
  const fault = (nth: number) => FaultAction.ec2RebootInstances(FaultTarget.taggedWith('aws:ec2:instance', tags(nth), { selection: Selection.count(1) }));
  const withFaults = (count: number) => () => gateWith({
    experiment: Experiment.define({ actions: Object.fromEntries([...Array(count).keys()].map((nth) => [`fault${nth}`, fault(nth)])) }),
  });
  expect(withFaults(9)).not.toThrow();
  expect(withFaults(10)).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: the actions and targets of the experiment have 155915 bytes together, Step Functions can read at most 150000; choose targets by fewer tags, or split the experiment"
`);
});

describe('problems', () => {
  const problemsOf = (props: Partial<ChaosExperimentProps>, stack = someStack()) => () => gateWith(props, stack);
  const experimentOf = (actions: { [name: string]: FaultAction }) => ({ experiment: Experiment.define({ actions }) });
  const manyFaults = (count: number) => experimentOf(Object.fromEntries([...Array(count).keys()].map((index) => [`fault${index}`, someFault()])));

  test('fails with all problems at once, before anything is created', () => {
    const stack = someStack();
    const wrong = FaultAction.rdsFailoverDbCluster(FaultTarget.taggedWith('aws:ec2:instance', { a: 'b' }, { selection: Selection.percent(0) }));
    expect(problemsOf({
      ...experimentOf({ 'wrong name': wrong, 'late': someFault([someFault()]) }),
      alarms: [],
      timeout: Duration.seconds(5),
    }, stack)).toThrowErrorMatchingInlineSnapshot(`
"6 problems with Stack/Chaos:
  - Stack/Chaos: action 'late': 'startAfter' names an action (aws:ec2:stop-instances) that is not in 'actions'; add it there
  - Stack/Chaos: action 'wrong name': its name must have 1 to 64 characters and no white space, got 'wrong name'; rename it
  - Stack/Chaos: action 'wrong name': expects a target of type aws:rds:cluster, got aws:ec2:instance; use FaultTarget.databaseCluster, FaultTarget.taggedWith or FaultTarget.arns
  - Stack/Chaos: action 'wrong name': target: 'percent' must be a whole number from 1 to 100, got 0
  - Stack/Chaos: 'alarms' is empty, needs at least one alarm to show whether the system withstands the faults; set 'unguarded: true' to do without
  - Stack/Chaos: 'timeout' must be whole seconds from 10 minutes to 13 hours, got 5 seconds; give the experiment the time that its actions take, or leave it out"
`);
    expect(stack.node.tryFindChild('Chaos')?.node.children).toEqual([]);
  });

  test('fails without actions', () => expect(problemsOf(experimentOf({}))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: the experiment has no actions, needs at least one; name them in 'actions'"
`));

  test('fails without a fault', () => expect(problemsOf(experimentOf({
    wait: FaultAction.fisWait({ duration: Duration.minutes(5) }),
  }))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: the experiment has no action that injects a fault, so it would prove nothing; add one"
`));

  test('fails with more than 20 actions', () => {
    expect(problemsOf(manyFaults(20))).not.toThrow();
    expect(problemsOf(manyFaults(21))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: the experiment has 21 actions, FIS allows at most 20; split it into several experiments"
`);
  });

  test('fails with the same object under two names', () => {
    const fault = someFault();
    expect(problemsOf(experimentOf({ one: fault, two: fault }))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: action 'two': is the same object as action 'one'; make a FaultAction for each"
`);
  });

  test('fails if the experiment takes longer than FIS allows', () => {
    const long = (startAfter: FaultAction[] = []) => FaultAction.fisWait({ duration: Duration.hours(7), startAfter });
    const first = long();
    expect(problemsOf(experimentOf({ first, second: long([first]), fault: someFault() }))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: the experiment takes 14 hours, FIS ends every experiment after 12 hours; shorten its longest chain of actions"
`);
  });

  test('fails without alarms', () => expect(problemsOf({ alarms: [] })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'alarms' is empty, needs at least one alarm to show whether the system withstands the faults; set 'unguarded: true' to do without"
`));

  test('fails with alarms if `unguarded` is true', () => {
    const stack = someStack();
    expect(problemsOf({ unguarded: true, alarms: [someAlarm(stack)] }, stack)).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'unguarded' is true, but 'alarms' has 1; leave out one or the other"
`);
  });

  test('fails with more than five stop conditions', () => {
    const stack = someStack();
    const alarms = [...Array(6).keys()].map((index) => someAlarm(stack, `Alarm${index}`));
    expect(problemsOf({ alarms }, stack)).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'alarms' has 6 alarms, FIS allows at most 5 stop conditions; join them in a CompositeAlarm"
`);
  });

  test('fails with an alarm twice', () => {
    const stack = someStack();
    const alarm = someAlarm(stack);
    expect(problemsOf({ alarms: [alarm, alarm] }, stack)).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'alarms' has the same alarm twice; leave out one"
`);
  });

  test('fails with alarms in another account or Region', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const there = someAlarm(new Stack(app, 'There', { env: { account: '111122223333', region: 'us-east-1' } }));
    const imported = cloudwatch.Alarm.fromAlarmArn(stack, 'Imported', 'arn:aws:cloudwatch:eu-west-1:444455556666:alarm:x');
    expect(problemsOf({ alarms: [there, imported] }, stack)).toThrowErrorMatchingInlineSnapshot(`
"2 problems with Stack/Chaos:
  - Stack/Chaos: alarm 'There/Alarm': is in Region us-east-1, the gate in eu-west-1; FIS and the gate read the alarms of their own Region, use one of there
  - Stack/Chaos: alarm 'Stack/Imported': is in account 444455556666, the gate in 111122223333; FIS and the gate read the alarms of their own account, use one of there"
`);
  });

  describe('the account and Region of targets', () => {
    const gateOn = (subnets: string[]) => {
      const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
      const duration = Duration.minutes(1);
      const cut = FaultAction.networkDisruptConnectivity(FaultTarget.arns('aws:ec2:subnet', subnets), { duration, scope: ConnectivityScope.ALL });
      const roles = FaultTarget.arns('aws:iam:role', ['arn:aws:iam::111122223333:role/x']);
      const fail = FaultAction.fisInjectApiThrottleError(roles, { duration, service: InjectableService.EC2, percentage: 1, operations: ['RunInstances'] });
      return problemsOf(experimentOf({ cut, fail }), stack);
    };

    test('fails with another account or Region', () => {
      expect(gateOn(['arn:aws:ec2:us-east-1:111122223333:subnet/1', 'arn:aws:ec2:eu-west-1:444455556666:subnet/2'])).toThrowErrorMatchingInlineSnapshot(`
"2 problems with Stack/Chaos:
  - Stack/Chaos: action 'cut': target: arn:aws:ec2:us-east-1:111122223333:subnet/1 is in Region us-east-1, the gate in eu-west-1; FIS finds resources in its own Region only, make the gate there
  - Stack/Chaos: action 'cut': target: arn:aws:ec2:eu-west-1:444455556666:subnet/2 is in account 444455556666, the gate in 111122223333; FIS finds resources in its own account only, make the gate there"
`);
    });

    test('fails with another Region in an ARN that contains a token', () => {
      expect(gateOn([`arn:${Aws.PARTITION}:ec2:us-east-1:${Aws.ACCOUNT_ID}:subnet/1`])).toThrow('is in Region us-east-1, the gate in eu-west-1');
    });

    test('may be those of the gate, or unknown', () => {
      expect(gateOn(['arn:aws:ec2:eu-west-1:111122223333:subnet/1', `arn:aws:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:subnet/2`])).not.toThrow();
    });
  });

  test('accepts alarms whose account and Region are unknown, or those of the gate', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const alarms = [
      someAlarm(stack),
      cloudwatch.Alarm.fromAlarmArn(stack, 'Same', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:x'),
      cloudwatch.Alarm.fromAlarmArn(stack, 'Token', stack.formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName: 'y', arnFormat: ArnFormat.COLON_RESOURCE_NAME })),
      cloudwatch.Alarm.fromAlarmName(stack, 'Name', 'z'),
    ];
    expect(problemsOf({ alarms }, stack)).not.toThrow();
    const anywhere = someStack();
    const known = cloudwatch.Alarm.fromAlarmArn(anywhere, 'Known', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:x');
    expect(problemsOf({ alarms: [known] }, anywhere)).not.toThrow();
  });

  test('fails with a name that Step Functions would evaluate', () => {
    const stack = someStack();
    const alarm = cloudwatch.Alarm.fromAlarmArn(stack, 'Imported', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{% $x %}');
    expect(problemsOf({ ...experimentOf({ '{%x%}': someFault() }), alarms: [alarm] }, stack)).toThrowErrorMatchingInlineSnapshot(`
"2 problems with Stack/Chaos:
  - Stack/Chaos: action '{%x%}': its name must not begin with '{%', which Step Functions would evaluate, got '{%x%}'; choose another
  - Stack/Chaos: alarm 'Stack/Imported': its name must not begin with '{%', which Step Functions would evaluate, got '{% $x %}'; choose another"
`);
  });

  test('fails with a description that is too long', () => expect(problemsOf({
    experiment: Experiment.define({ description: 'x'.repeat(513), actions: { stop: FaultAction.ec2RebootInstances(someInstances(), { description: 'y'.repeat(513) }) } }),
  })).toThrowErrorMatchingInlineSnapshot(`
"2 problems with Stack/Chaos:
  - Stack/Chaos: 'description' must have 1 to 512 characters, got 513; shorten it, or leave it out
  - Stack/Chaos: action 'stop': 'description' must have 1 to 512 characters, got 513; shorten it, or leave it out"
`));

  test.each([
    ['steadyStateTimeout', Duration.seconds(0), Duration.millis(1)],
    ['steadyStateTimeout', Duration.hours(1), Duration.minutes(61)],
    ['observationTime', Duration.hours(6), Duration.hours(7)],
    ['recoveryTimeout', Duration.seconds(0), Duration.millis(500)],
    ['timeout', Duration.minutes(5), Duration.seconds(299)],
    ['timeout', Duration.hours(13), Duration.hours(14)],
  ])('fails with \'%s\' beyond %s', (option, good, bad) => {
    expect(problemsOf({ [option]: good })).not.toThrow();
    expect(problemsOf({ [option]: bad })).toThrow(`'${option}' must be`);
    expect(problemsOf({ [option]: bad })).toThrow(`got ${bad.toHumanString()}`);
  });

  test('fails with a duration that is a token', () => {
    const token = Duration.seconds(Token.asNumber(Lazy.number({ produce: () => 5 })));
    expect(problemsOf({ timeout: token })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'timeout' must be known at synthesis, got a token; write it as a number"
`);
  });
});
