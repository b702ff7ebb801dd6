import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import type { GateData } from './data';
import { findDocumentRunner } from '../catalogue/lookup';
import { endsOf } from '../fault/critical-path';
import type { FaultActionData } from '../fault/data';
import { GROUP_TAG } from '../fault/targets';
import { LONGEST_DEFAULT_OBSERVATION } from '../limits';
import type { Warning } from '../problems';
import type { ExperimentData } from '../template/data';

/** All that is risky about a gate, as far as its props tell. */
export function lint(props: GateData): Warning[] {
  const actions = actionsOf(props.experiment);
  return [
    ...lintUnguarded(props.alarms),
    ...(props.alarms.length > 0 ? lintInstantFaults(actions) : []),
    ...props.alarms.flatMap((alarm) => lintGuard(alarm, props)),
    ...actions.flatMap(([name, action]) => [
      ...action.warnings.map(({ id, text }) => ({ id, text: `action '${name}': ${text}` })),
      ...lintTermination(name, action),
      ...lintStop(name, action),
    ]),
  ];
}

/** What the constructs lack that faults hit, as far as it can be seen. To be asked when the app is complete: constructs change until then. */
export function lintTargets(experiment: ExperimentData): Warning[] {
  return actionsOf(experiment).flatMap(([name, action]) => {
    const constructs = action.target?.constructs ?? [];
    return constructs.flatMap((construct) => [
      ...lintEcsTasks(name, action, construct),
      ...lintFunction(name, action, construct),
      ...lintInstances(name, action, construct),
    ]);
  });
}

/** The actions by name; nothing is known of those of a template that exists already. */
function actionsOf({ template }: ExperimentData): [name: string, action: FaultActionData][] {
  return Object.entries(template?.actions ?? {});
}

/** A role that takes no permissions: an imported one that is immutable, or in another account. */
export function lintRole(role: iam.IRole, statements: iam.PolicyStatement[]): Warning[] {
  const changed = role.node.findAll().some((child) => isResource(child, 'AWS::IAM::Policy'));
  const wanted = [...new Set(statements.flatMap(({ actions }) => actions))].sort();
  return when(!changed, 'roleNotChanged', () => `the role '${role.node.path}' cannot be changed from here, so that nothing was added to it: `
    + `see that it trusts fis.amazonaws.com and allows ${wanted.join(', ')} on what the experiment touches`);
}

function lintUnguarded(alarms: readonly cloudwatch.IAlarm[]): Warning[] {
  return when(alarms.length === 0, 'unguarded', () => 'no alarm guards the experiment: nothing stops it when it harms the system, '
    + 'and a release passes whether the system withstood the faults or not');
}

/** FIS watches stop conditions while an action runs. */
function lintInstantFaults(actions: [name: string, action: FaultActionData][]): Warning[] {
  const ends = endsOf(actions.map(([, action]) => action));
  const last = Math.max(...ends.values());
  return actions.flatMap(([name, action]) => {
    const { injects, expectedDuration } = action;
    return when(injects && expectedDuration?.toSeconds({ integral: false }) === 0 && ends.get(action) === last && last < Infinity, 'instantFault',
      () => `action '${name}' ends at once and no action runs after it: the experiment is over before its consequences can trigger a stop condition; `
        + `add FaultAction.fisWait({ duration: …, startAfter: [${name}] })`);
  });
}

/** An alarm that the experiment cannot bring into ALARM, whatever it does. Of imported and composite alarms nothing is known. */
function lintGuard(alarm: cloudwatch.IAlarm, props: GateData): Warning[] {
  const resource = alarm.node.defaultChild;
  return isResource(resource, 'AWS::CloudWatch::Alarm')
    ? [...lintGuardTime(alarm, resource as cloudwatch.CfnAlarm, props), ...lintGuardData(alarm, resource as cloudwatch.CfnAlarm)] : [];
}

/**
 * CloudWatch moves the periods on with time, so the first period that breaches may have begun long before the faults; each other one needs its
 * full length between the first fault and the end of the observation.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation
 */
function lintGuardTime(alarm: cloudwatch.IAlarm, resource: cloudwatch.CfnAlarm, props: GateData): Warning[] {
  const period = shortestPeriod(resource);
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods } = resource;
  const { experiment: { expectedDuration }, observationTime } = props;
  if (period === undefined || expectedDuration === undefined || datapointsToAlarm === undefined) { return []; }
  if (Token.isUnresolved(evaluationPeriods) || Token.isUnresolved(datapointsToAlarm)) { return []; }

  const needed = (datapointsToAlarm - 1) * period;
  const there = expectedDuration.toSeconds() + (observationTime?.toSeconds() ?? LONGEST_DEFAULT_OBSERVATION);
  return when(needed >= there, 'guardCannotFire',
    () => `alarm '${alarm.node.path}' must breach in ${datapointsToAlarm} periods of ${period} seconds, the experiment and its observation take ${there} `
      + 'seconds together: the faults alone cannot make it fire; give it fewer or shorter periods, or the experiment more time');
}

/** No sample at all is the only way to have fewer than one, and this alarm takes no sample for no alarm. */
function lintGuardData(alarm: cloudwatch.IAlarm, resource: cloudwatch.CfnAlarm): Warning[] {
  const { statistic, comparisonOperator, threshold, treatMissingData = 'missing' } = resource;
  const known = [statistic, comparisonOperator, threshold, treatMissingData].every((value) => value !== undefined && !Token.isUnresolved(value));
  const onlyMissing = (comparisonOperator === 'LessThanThreshold' && threshold! <= 1)
    || (comparisonOperator === 'LessThanOrEqualToThreshold' && threshold! < 1);
  return when(known && statistic === 'SampleCount' && onlyMissing && treatMissingData !== 'breaching', 'guardCannotFire',
    () => `alarm '${alarm.node.path}' asks for fewer samples than one, which is missing data, and treats missing data as '${treatMissingData}': `
      + 'it can never fire; set \'treatMissingData: TreatMissingData.BREACHING\'');
}

/** In seconds; undefined if it cannot be seen. */
function shortestPeriod({ period, metrics }: cloudwatch.CfnAlarm): number | undefined {
  if (metrics === undefined) { return Token.isUnresolved(period) ? undefined : period; }
  if (!Array.isArray(metrics)) { return undefined; }
  const periods = metrics.flatMap((metric: any) => [metric.period, metric.metricStat?.period]).filter((value) => value !== undefined);
  return periods.length === 0 || periods.some((value) => typeof value !== 'number' || Token.isUnresolved(value)) ? undefined : Math.min(...periods);
}

/** All that match a tag or belong to a group. Listed instances are all meant. */
function lintTermination(name: string, { actionId, target }: FaultActionData): Warning[] {
  const all = target?.selectionMode === 'ALL' || target?.selectionMode === 'PERCENT(100)';
  return when(actionId === 'aws:ec2:terminate-instances' && all && target?.arns === undefined, 'terminatesAll',
    () => `action '${name}' terminates all instances that its target matches, for good; choose some with Selection.count or Selection.percent`);
}

function lintStop(name: string, { actionId, parameters, target }: FaultActionData): Warning[] {
  if (actionId !== 'aws:ec2:stop-instances') { return []; }
  const inGroup = target?.tags?.[GROUP_TAG] !== undefined;
  const starts = parameters.startInstancesAfterDuration !== undefined;
  return [
    ...when(!starts && !inGroup, 'instancesStayStopped',
      () => `action '${name}' stops instances and nothing starts them again; set 'startInstancesAfterDuration'`),
    ...when(starts && inGroup && parameters.completeIfInstancesTerminated === 'false', 'stoppedInstancesReplaced',
      () => `action '${name}' starts its instances again, but their Auto Scaling group replaces and terminates stopped instances: the action then fails; `
        + 'leave out \'completeIfInstancesTerminated\', which is true for instances of a group'),
  ];
}

/** @see https://docs.aws.amazon.com/fis/latest/userguide/ecs-task-actions.html */
function lintEcsTasks(name: string, { actionId, parameters }: FaultActionData, target: IConstruct): Warning[] {
  const kills = actionId === 'aws:ecs:task-kill-process';
  const disturbsNetwork = actionId.startsWith('aws:ecs:task-network-');
  const definition = (target as Partial<ecs.BaseService>).taskDefinition;
  const resource = definition?.node.defaultChild;
  if (!(kills || disturbsNetwork) || !isResource(resource, 'AWS::ECS::TaskDefinition')) { return []; }

  const { enableFaultInjection, pidMode } = resource as ecs.CfnTaskDefinition;
  const endpoints = parameters.useEcsFaultInjectionEndpoints ?? 'false';
  const onlyOnFargate = definition!.isFargateCompatible && !definition!.isEc2Compatible;
  const inOtherWay = disturbsNetwork && endpoints === 'false';
  return [
    ...when(inOtherWay && onlyOnFargate, 'ecsNotPrepared',
      () => `action '${name}' cannot disturb the network of tasks on Fargate without the fault injection endpoints of ECS; `
        + 'set \'useEcsFaultInjectionEndpoints: true\''),
    ...when(disturbsNetwork && endpoints === 'true' && (enableFaultInjection === undefined || enableFaultInjection === false), 'ecsNotPrepared',
      () => `action '${name}' uses the fault injection endpoints of ECS, which the task definition '${definition!.node.path}' does not open; `
        + 'set \'enableFaultInjection: true\' there'),
    ...when((kills || (inOtherWay && !onlyOnFargate)) && !Token.isUnresolved(pidMode) && pidMode !== 'task', 'ecsNotPrepared',
      () => `action '${name}' reaches into other containers of a task, which the task definition '${definition!.node.path}' does not allow; `
        + 'set \'pidMode: PidMode.TASK\' there'),
  ];
}

/** @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html */
function lintFunction(name: string, { actionId }: FaultActionData, target: IConstruct): Warning[] {
  const resource = target.node.defaultChild;
  if (!actionId.startsWith('aws:lambda:invocation-') || !isResource(resource, 'AWS::Lambda::Function')) { return []; }

  const { layers, environment, packageType } = resource as lambda.CfnFunction;
  const stack = Stack.of(resource!);
  const foundLayers = stack.resolve(layers) ?? [];
  const found = stack.resolve(environment) ?? { variables: {} };
  return [
    ...when(packageType !== 'Image' && Array.isArray(foundLayers) && foundLayers.length === 0, 'lambdaNotPrepared',
      () => `action '${name}' needs the FIS extension in the function '${target.node.path}', which has no layer; add the layer that AWS provides`),
    ...when(found.variables !== undefined && !isIntrinsic(found.variables) && !('AWS_FIS_CONFIGURATION_LOCATION' in found.variables), 'lambdaNotPrepared',
      () => `action '${name}' needs the environment variable AWS_FIS_CONFIGURATION_LOCATION in the function '${target.node.path}', which does not have it; `
        + 'set it to the ARN of a bucket and a prefix'),
  ];
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html */
function lintInstances(name: string, { actionId }: FaultActionData, target: IConstruct): Warning[] {
  return when(actionId === findDocumentRunner().id && isKeptFromSsm(roleOf(target)), 'instancesNotManaged',
    () => `action '${name}' reaches its instances through Systems Manager, which the role of '${target.node.path}' does not allow; `
      + 'add the managed policy AmazonSSMManagedInstanceCore, or acknowledge this if Default Host Management Configuration is on in the account');
}

function roleOf(construct: IConstruct): iam.IRole | undefined {
  try {
    return (construct as { role?: iam.IRole } & IConstruct).role;
  } catch {
    // An Auto Scaling group made of a foreign launch template does not know its role, and throws.
    return undefined;
  }
}

/** Only if all that the role may do can be seen: policies of AWS by their names, and those that the app attaches to it. */
function isKeptFromSsm(role: iam.IRole | undefined): boolean {
  const resource = role?.node.defaultChild;
  if (!isResource(resource, 'AWS::IAM::Role')) { return false; }
  const { managedPolicyArns, policies, ref } = resource as iam.CfnRole;
  const stack = Stack.of(resource!);
  const managed: unknown = stack.resolve(managedPolicyArns) ?? [];
  const attached = role!.node.root.node.findAll()
    .filter((child): child is iam.CfnPolicy => isResource(child, 'AWS::IAM::Policy') || isResource(child, 'AWS::IAM::ManagedPolicy'))
    // To resolve what belongs to another environment is an error, or names it for good.
    .filter((child) => child.stack.environment === stack.environment)
    .filter((child) => JSON.stringify(stack.resolve(child.roles) ?? []).includes(JSON.stringify(stack.resolve(ref))));
  const documents = JSON.stringify(stack.resolve([policies ?? [], ...attached.map(({ policyDocument }) => policyDocument)]));
  return Array.isArray(managed)
    && managed.map((arn) => JSON.stringify(arn)).every((arn) => /:iam::aws:policy\//.test(arn) && !/SSM|AdministratorAccess|PowerUserAccess/i.test(arn))
    && !/"(Action|NotAction)":("|\["|\[[^\]]*,")(ssm:|\*")/i.test(documents);
}

function isResource(construct: IConstruct | undefined, type: string): boolean {
  return construct !== undefined && CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}

function isIntrinsic(value: object): boolean {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

function when(applies: boolean, id: Warning['id'], text: () => string): Warning[] {
  return applies ? [{ id, text: text() }] : [];
}
