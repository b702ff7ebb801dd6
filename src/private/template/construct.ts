import { Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ActionsByName, ReportData, TemplateData } from './data';
import { faultPermissions } from './permissions';
import { joinStatements, limitTags } from './policy-size';
import type { FaultActionData, FaultTargetData } from '../fault/data';
import { isoText } from '../fault/parameters';
import { LONGEST_DESCRIPTION, LONGEST_LOG_GROUP_ID } from '../limits';

export interface ExperimentTemplateProps {
  readonly template: TemplateData;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly role?: iam.IRole;
}

/** The FIS experiment template with its role and log group. */
export class ExperimentTemplate extends Construct {
  public readonly resource: fis.CfnExperimentTemplate;
  public readonly role: iam.IRole;
  /** What FIS must be allowed to do, whether or not it could be added to the role. */
  public readonly statements: iam.PolicyStatement[];
  /** Nothing if the experiment logs to a bucket. */
  public readonly logGroup?: logs.ILogGroup;
  public readonly templateId: string;

  constructor(scope: Construct, id: string, props: ExperimentTemplateProps) {
    super(scope, id);

    const stack = Stack.of(this);
    const { actions, description, emptyTargetResolutionMode, logging, report, tags } = props.template;
    const { bucket, prefix, logGroup, retention } = logging;

    this.logGroup = bucket ? undefined : logGroup ?? new logs.LogGroup(this, 'Logs', {
      // CloudWatch Logs recommends this prefix for delivered logs: it keeps its resource policy from growing with each log group.
      logGroupName: `/aws/vendedlogs/fis/${Names.uniqueResourceName(this, { maxLength: LONGEST_LOG_GROUP_ID })}`,
      retention: retention ?? logs.RetentionDays.THREE_MONTHS,
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
    this.statements = [
      ...joinStatements(Object.values(actions).flatMap((fault) => [
        ...faultPermissions(this, { ...fault, statements: [] }).map(limitTags),
        ...fault.statements.map((statement) => statement.copy()),
      ])),
      ...logPermissions(bucket),
      ...(report ? reportPermissions(report) : []),
    ];
    this.statements.forEach((statement) => this.role.addToPrincipalPolicy(statement));

    const targets = targetNames(actions);
    this.resource = new fis.CfnExperimentTemplate(this, 'Resource', {
      description: description ?? `Chaos experiment of ${scope.node.path}`.substring(0, LONGEST_DESCRIPTION),
      roleArn: this.role.roleArn,
      actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, renderAction(action, actions, targets)])),
      targets: Object.fromEntries([...targets].map(([target, name]) => [name, renderTarget(target)])),
      stopConditions: props.alarms.length === 0
        ? [{ source: 'none' }]
        : props.alarms.map((alarm) => ({ source: 'aws:cloudwatch:alarm', value: alarm.alarmArn })),
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode,
      },
      logConfiguration: {
        logSchemaVersion: 2,
        // The L1 passes these on verbatim, so the keys must be spelt as CloudFormation wants them.
        ...(this.logGroup
          ? { cloudWatchLogsConfiguration: { LogGroupArn: this.logGroup.logGroupArn } }
          : { s3Configuration: { BucketName: bucket!.bucketName, ...(prefix ? { Prefix: prefix } : {}) } }),
      },
      experimentReportConfiguration: report && renderReport(report),
      tags: tags ?? {},
    });
    // The role's policy is complete before an experiment can be started.
    this.resource.node.addDependency(this.role);

    this.templateId = this.resource.attrId;
  }
}

/** What FIS needs to have its logs delivered. @see https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html */
function logPermissions(bucket?: s3.IBucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'DeliverLogs',
      actions: [
        'logs:CreateLogDelivery',
        ...(bucket ? [] : ['logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups']),
      ],
      // Log delivery is set up through actions for which IAM knows no narrower resource.
      resources: ['*'],
    }),
    ...(bucket ? [new iam.PolicyStatement({
      sid: 'LetLogsIntoBucket',
      actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'],
      resources: [bucket.bucketArn],
    })] : []),
  ];
}

/** What FIS needs to write a report. @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html */
function reportPermissions({ bucket, prefix, dashboards }: ReportData): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'WriteReport',
      actions: ['s3:PutObject', 's3:GetObject'],
      // Where FIS puts the report below the prefix is not documented.
      resources: [bucket.arnForObjects(prefix ? `${prefix}*` : '*')],
    }),
    ...(bucket.encryptionKey ? [new iam.PolicyStatement({
      sid: 'EncryptReport',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [bucket.encryptionKey.keyArn],
    })] : []),
    ...(dashboards?.length ? [
      new iam.PolicyStatement({
        sid: 'ReadDashboards',
        actions: ['cloudwatch:GetDashboard'],
        resources: dashboards.map(({ dashboardArn }) => dashboardArn),
      }),
      new iam.PolicyStatement({
        sid: 'DrawDashboards',
        actions: ['cloudwatch:GetMetricWidgetImage'],
        // IAM knows no narrower resource for this action.
        resources: ['*'],
      }),
    ] : []),
  ];
}

function renderReport(
  { bucket, prefix, dashboards, preExperimentDuration, postExperimentDuration }: ReportData,
): fis.CfnExperimentTemplate.ExperimentTemplateExperimentReportConfigurationProperty {
  return {
    // CloudFormation's name for what the API calls s3Configuration.
    outputs: { experimentReportS3Configuration: { bucketName: bucket.bucketName, prefix } },
    dataSources: dashboards?.length
      ? { cloudWatchDashboards: dashboards.map(({ dashboardArn }) => ({ dashboardIdentifier: dashboardArn })) } : undefined,
    preExperimentDuration: preExperimentDuration && isoText(preExperimentDuration),
    postExperimentDuration: postExperimentDuration && isoText(postExperimentDuration),
  };
}

/** One FIS target for each target object, so that actions which share the object hit the same resources. Named after the first action with it. */
function targetNames(actions: ActionsByName): Map<FaultTargetData, string> {
  const names = new Map<FaultTargetData, string>();
  for (const [name, { target }] of Object.entries(actions)) {
    if (target && !names.has(target)) { names.set(target, name); }
  }
  return names;
}

function renderAction(
  action: FaultActionData, actions: ActionsByName, targets: Map<FaultTargetData, string>,
): fis.CfnExperimentTemplate.ExperimentTemplateActionProperty {
  const { actionId, description, parameters, target, targetKey, startAfter } = action;
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

function renderTarget(target: FaultTargetData): fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty {
  const { resourceType, arns, tags, filters, parameters, selectionMode } = target;
  return {
    resourceType,
    selectionMode,
    resourceArns: arns,
    resourceTags: tags,
    filters: filters && Object.entries(filters).map(([path, values]) => ({ path, values })),
    parameters,
  };
}
