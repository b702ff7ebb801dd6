import { Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ExperimentDefinition } from '../experiment';
import { FaultAction } from '../fault-action.generated';
import { FaultTarget } from '../fault-target';
import { faultPermissions } from './permissions';

export interface ExperimentTemplateProps {
  readonly definition: ExperimentDefinition;
  readonly alarms: cloudwatch.IAlarm[];
  readonly role?: iam.IRole;
}

/** The FIS experiment template with its role and log group. */
export class ExperimentTemplate extends Construct {
  public readonly resource: fis.CfnExperimentTemplate;
  public readonly role: iam.IRole;
  public readonly logGroup: logs.LogGroup;
  public readonly templateId: string;

  constructor(scope: Construct, id: string, props: ExperimentTemplateProps) {
    super(scope, id);

    const stack = Stack.of(this);
    const { actions, description } = props.definition;

    this.logGroup = new logs.LogGroup(this, 'Logs', {
      // CloudWatch Logs recommends this prefix for delivered logs: it keeps its resource policy from growing with each log group.
      logGroupName: `/aws/vendedlogs/fis/${Names.uniqueResourceName(this, { maxLength: 80 })}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.role = props.role ?? new iam.Role(this, 'Role', {
      description: 'Lets AWS FIS inject the faults of one experiment template',
      assumedBy: new iam.ServicePrincipal('fis.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' }) },
        },
      }),
    });
    for (const action of Object.values(actions)) {
      faultPermissions(this, action._data).forEach((statement) => this.role.addToPrincipalPolicy(statement));
    }
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      sid: 'DeliverLogs',
      actions: ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
      // Log delivery is set up through actions for which IAM knows no narrower resource.
      resources: ['*'],
    }));

    const targets = targetNames(actions);
    this.resource = new fis.CfnExperimentTemplate(this, 'Resource', {
      description: description ?? `Chaos experiment of ${scope.node.path}`.substring(0, 512),
      roleArn: this.role.roleArn,
      actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, renderAction(action, actions, targets)])),
      targets: Object.fromEntries([...targets].map(([target, name]) => [name, renderTarget(target)])),
      stopConditions: props.alarms.length === 0
        ? [{ source: 'none' }]
        : props.alarms.map((alarm) => ({ source: 'aws:cloudwatch:alarm', value: alarm.alarmArn })),
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      logConfiguration: {
        logSchemaVersion: 2,
        // The L1 passes this on verbatim, so the key must be spelt as CloudFormation wants it.
        cloudWatchLogsConfiguration: { LogGroupArn: this.logGroup.logGroupArn },
      },
      tags: {},
    });
    // The role's policy is complete before an experiment can be started.
    this.resource.node.addDependency(this.role);

    this.templateId = this.resource.attrId;
  }
}

/** One FIS target for each target object, so that actions which share the object hit the same resources. Named after the first action with it. */
function targetNames(actions: { [name: string]: FaultAction }): Map<FaultTarget, string> {
  const names = new Map<FaultTarget, string>();
  for (const [name, { _data: { target } }] of Object.entries(actions)) {
    if (target && !names.has(target)) { names.set(target, name); }
  }
  return names;
}

function renderAction(
  action: FaultAction, actions: { [name: string]: FaultAction }, targets: Map<FaultTarget, string>,
): fis.CfnExperimentTemplate.ExperimentTemplateActionProperty {
  const { actionId, description, parameters, target, targetKey, startAfter } = action._data;
  return {
    actionId,
    description,
    parameters: Object.keys(parameters).length > 0 ? parameters : undefined,
    targets: target && targetKey ? { [targetKey]: targets.get(target)! } : undefined,
    startAfter: startAfter.length > 0
      ? startAfter.map((earlier) => Object.keys(actions).find((name) => actions[name] === earlier)!)
      : undefined,
  };
}

function renderTarget(target: FaultTarget): fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty {
  const { resourceType, arns, tags, filters, parameters, selectionMode } = target._data;
  return {
    resourceType,
    selectionMode,
    resourceArns: arns,
    resourceTags: tags,
    filters: filters && Object.entries(filters).map(([path, values]) => ({ path, values })),
    parameters,
  };
}
