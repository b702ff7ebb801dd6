import { ArnFormat, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface MachineProps {
  readonly name: string;
  readonly comment: string;
  readonly definition: object;
  /** What its role is for. */
  readonly roleDescription: string;
  /** What it may do. Logging and tracing are added. */
  readonly statements: iam.PolicyStatement[];
}

/** The physical name of a machine: known before it exists, so that its ARN can be written wherever it is trusted or called from. */
export function machineName(scope: Construct, child: string): string {
  const longest = 80 - child.length - 1;
  return `${Names.uniqueResourceName(scope, { maxLength: longest })}-${child}`;
}

export function machineArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({ service: 'states', resource: 'stateMachine', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** The ARNs of all executions of a machine. */
export function executionArns(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({ service: 'states', resource: 'execution', resourceName: `${name}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** Makes a machine of type Standard under `scope`, with a role that only it can assume, and a log without execution data. */
export function createMachine(scope: Construct, props: MachineProps): sfn.StateMachine {
  const stack = Stack.of(scope);
  const role = new iam.Role(scope, 'Role', {
    description: props.roleDescription,
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': machineArn(scope, props.name) },
      },
    }),
  });
  props.statements.forEach((statement) => role.addToPolicy(statement));

  return new sfn.StateMachine(scope, 'Resource', {
    stateMachineName: props.name,
    stateMachineType: sfn.StateMachineType.STANDARD,
    comment: props.comment,
    definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(props.definition)),
    role,
    tracingEnabled: true,
    logs: {
      level: sfn.LogLevel.ALL,
      includeExecutionData: false,
      destination: new logs.LogGroup(scope, 'Logs', {
        // CloudWatch Logs recommends this prefix for delivered logs: it keeps its resource policy from growing with each log group.
        logGroupName: `/aws/vendedlogs/states/${props.name}`,
        retention: logs.RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    },
  });
}
