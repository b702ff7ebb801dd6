import { ArnFormat, Aws, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { GATE_TAG } from './constants';
import { ExperimentTemplate } from './experiment-template';
import { gateDefinition } from './gate-definition';

export interface GateProps {
  readonly template: ExperimentTemplate;
  readonly alarms: cloudwatch.IAlarm[];
  /** Names of the actions that inject a fault. */
  readonly faultNames: string[];
  /** All in seconds. */
  readonly steadyStateTimeout: number;
  readonly expectedDuration: number;
  readonly timeout: number;
}

/** The gate machine with its role and log group. */
export class Gate extends Construct {
  public readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: GateProps) {
    super(scope, id);

    const stack = Stack.of(this);
    // A name of its own, so that the ARN can be written before the machine exists: in its role's trust, and wherever it is called from.
    const name = Names.uniqueResourceName(this, { maxLength: 80 });
    const role = new iam.Role(this, 'Role', {
      description: 'Runs the gate: reads the guard alarms, and starts, watches and stops experiments of one template',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': stack.formatArn({
              service: 'states', resource: 'stateMachine', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    });
    gateStatements(stack, name, props).forEach((statement) => role.addToPolicy(statement));

    this.stateMachine = new sfn.StateMachine(this, 'Resource', {
      stateMachineName: name,
      stateMachineType: sfn.StateMachineType.STANDARD,
      comment: `Chaos gate ${this.node.path}`,
      definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(gateDefinition({
        gateName: name,
        experimentTemplateId: props.template.templateId,
        guardNames: props.alarms.map((alarm) => alarm.alarmName),
        faultNames: props.faultNames,
        consoleUrl: `https://console.aws.amazon.com/fis/home?region=${Aws.REGION}#ExperimentDetails;ExperimentId=`,
        steadyStateTimeout: props.steadyStateTimeout,
        expectedDuration: props.expectedDuration,
        timeout: props.timeout,
      }))),
      role,
      tracingEnabled: true,
      logs: {
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
        destination: new logs.LogGroup(this, 'Logs', {
          // CloudWatch Logs recommends this prefix for delivered logs: it keeps its resource policy from growing with each log group.
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: logs.RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
  }
}

/** What the gate may do. Logging and tracing are added by the state machine itself. */
function gateStatements(stack: Stack, gateName: string, props: GateProps): iam.PolicyStatement[] {
  const experiments = stack.formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' });
  return [
    new iam.PolicyStatement({
      sid: 'StartThisTemplateOnly',
      actions: ['fis:StartExperiment'],
      // FIS checks the action on both: the template that is named, and the experiment that comes of it.
      resources: [props.template.templateArn, experiments],
    }),
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
      sid: 'CreateServiceLinkedRoleOfFis',
      // The first experiment ever started in an account makes FIS create its service-linked role on behalf of the caller.
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [stack.formatArn({
        service: 'iam', region: '', resource: 'role', resourceName: 'aws-service-role/fis.amazonaws.com/*',
      })],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'fis.amazonaws.com' } },
    }),
    ...(props.alarms.length === 0 ? [] : [new iam.PolicyStatement({
      sid: 'ReadGuards',
      actions: ['cloudwatch:DescribeAlarms'],
      // CloudWatch returns composite alarms only to a caller who may describe all alarms.
      resources: ['*'],
    })]),
  ];
}
