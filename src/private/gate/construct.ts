import { Aws, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { GATE_TAG } from '../constants';
import { gateBound, gateDefinition } from './definition';
import type { GateDefinitionProps } from './props';
import { InsufficientData } from '../../gate-options';
import { createMachine, machineArn, machineName } from '../machine/construct';

/** What the gate needs besides what it finds out itself. */
export interface GateProps extends Omit<GateDefinitionProps, 'gateName' | 'watchdogArn' | 'guards' | 'consoleUrl'> {
  readonly alarms: cloudwatch.IAlarm[];
  readonly watchdogName: string;
}

/** The gate machine with its role and log group. */
export class Gate extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  public readonly gateName: string;
  public readonly experimentTemplateArn: string;
  /** The longest that an execution can take, in seconds. */
  public readonly bound: number;

  constructor(scope: Construct, id: string, props: GateProps) {
    super(scope, id);

    this.gateName = machineName(scope, id);
    this.experimentTemplateArn = Stack.of(this).formatArn({
      service: 'fis', resource: 'experiment-template', resourceName: props.experimentTemplateId,
    });
    // By its ARN and not by a reference: the watchdog refers to the pipeline, and the pipeline to this gate.
    const watchdogArn = machineArn(this, props.watchdogName);
    const definitionProps: GateDefinitionProps = {
      ...props,
      gateName: this.gateName,
      watchdogArn,
      guards: props.alarms.map((alarm) => ({ name: alarm.alarmName, arn: alarm.alarmArn })),
      consoleUrl: `https://console.aws.amazon.com/fis/home?region=${Aws.REGION}#ExperimentDetails;ExperimentId=`,
    };
    this.bound = gateBound(definitionProps);
    this.stateMachine = createMachine(this, {
      name: this.gateName,
      comment: `Chaos gate ${this.node.path}`,
      definition: gateDefinition(definitionProps),
      roleDescription: 'Runs the gate: reads the guard alarms, and starts, watches and stops experiments of one template',
      statements: gateStatements(this, watchdogArn, props),
    });
  }
}

/** What the gate may do. */
function gateStatements(gate: Gate, watchdogArn: string, props: GateProps): iam.PolicyStatement[] {
  const { gateName, experimentTemplateArn } = gate;
  const stack = Stack.of(gate);
  const experiments = stack.formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' });
  return [
    new iam.PolicyStatement({
      sid: 'StartThisTemplateOnly',
      actions: ['fis:StartExperiment'],
      // FIS checks the action on both: the template that is named, and the experiment that comes of it.
      resources: [experimentTemplateArn, experiments],
    }),
    ...(props.experiment ? [] : [new iam.PolicyStatement({
      sid: 'ReadThisTemplate',
      actions: ['fis:GetExperimentTemplate'],
      resources: [experimentTemplateArn],
    })]),
    new iam.PolicyStatement({
      sid: 'TagOwnExperiments',
      actions: ['fis:TagResource'],
      resources: [experiments],
      conditions: { StringEquals: { [`aws:RequestTag/${GATE_TAG}`]: gateName } },
    }),
    new iam.PolicyStatement({
      sid: 'WatchAndStopOwnExperiments',
      actions: ['fis:GetExperiment', 'fis:StopExperiment'],
      resources: [experiments],
      conditions: { StringEquals: { [`aws:ResourceTag/${GATE_TAG}`]: gateName } },
    }),
    new iam.PolicyStatement({
      sid: 'FindOwnExperiments',
      actions: ['fis:ListExperiments'],
      // IAM knows no narrower resource for this action.
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'ReadSafetyLever',
      actions: ['fis:GetSafetyLever'],
      // There is one in an account and Region, and its id in the ARN is not documented.
      resources: [stack.formatArn({ service: 'fis', resource: 'safety-lever', resourceName: '*' })],
    }),
    new iam.PolicyStatement({
      sid: 'CreateServiceLinkedRoleOfFis',
      // The first experiment ever started in an account makes FIS create its service-linked role on behalf of the caller.
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [stack.formatArn({
        service: 'iam', region: '', resource: 'role', resourceName: 'aws-service-role/fis.amazonaws.com/*',
      })],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'fis.amazonaws.com' } },
    }),
    new iam.PolicyStatement({
      sid: 'StartOwnWatchdog',
      actions: ['states:StartExecution'],
      resources: [watchdogArn],
    }),
    ...(props.alarms.length === 0 ? [] : [new iam.PolicyStatement({
      sid: 'ReadGuards',
      actions: [
        'cloudwatch:DescribeAlarms',
        ...(props.insufficientData === InsufficientData.ACCEPT ? ['cloudwatch:DescribeAlarmHistory'] : []),
      ],
      // CloudWatch returns composite alarms only to a caller who may describe all alarms.
      resources: ['*'],
    })]),
  ];
}
