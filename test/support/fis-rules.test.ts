import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { sampleArn, sampleTarget } from './catalogue-samples';
import { fisProblems } from './fis-rules';
import { someAlarm, someInstances, someStack } from './fixtures';
import { resolveIntrinsics } from '../../simulator/synthesized';
import { ConnectivityScope, Experiment, ExperimentReport, FaultAction, FaultTarget } from '../../src';
import { ExperimentTemplate } from '../../src/private/template/construct';

/** Properties of a template with a bit of everything. */
function good(): any {
  const stack = someStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  const instances = someInstances();
  const stop = FaultAction.ec2StopInstances(instances, { startInstancesAfterDuration: Duration.minutes(5), description: 'stops' });
  const { template: data } = Experiment.define({
    actions: {
      stop,
      latency: FaultAction.ssmNetworkLatencySources(instances, { duration: Duration.minutes(1), sources: ['ALL'], startAfter: [stop] }),
      subnets: FaultAction.networkDisruptConnectivity(
        FaultTarget.arns('aws:ec2:subnet', [sampleArn('aws:ec2:subnet')]), { duration: Duration.minutes(2), scope: ConnectivityScope.ALL }),
      io: FaultAction.ebsVolumeIoLatency(sampleTarget('aws:ec2:ebs-volume', 'tags'), { duration: Duration.minutes(1), readPercentage: 1.5 }),
      pods: FaultAction.eksPodDelete(sampleTarget('aws:eks:pod'), { kubernetesServiceAccount: 'fis', gracePeriod: Duration.seconds(1) }),
      alarm: FaultAction.cloudwatchAssertAlarmState({ alarms: [someAlarm(stack, 'Asserted')], alarmStates: [cloudwatch.AlarmState.OK] }),
    },
    report: ExperimentReport.s3(bucket, {
      prefix: 'reports/', dashboards: [new cloudwatch.Dashboard(stack, 'Dashboard')], preExperimentDuration: Duration.minutes(5),
    }),
    tags: { team: 'shop' },
  })._data;
  new ExperimentTemplate(stack, 'Template', { template: data!, alarms: [someAlarm(stack)] });
  const template = Template.fromStack(stack).toJSON();
  const [{ Properties }] = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::FIS::ExperimentTemplate');
  return resolveIntrinsics(Properties, template);
}

const properties = JSON.stringify(good());
const many = (count: number, one: (index: number) => [string, unknown]) => Object.fromEntries([...Array(count).keys()].map(one));

/** What is wrong, the change that breaks it, and the message of the rules. */
const BROKEN: [string, (template: any) => void, string][] = [
  ['no description', (t) => { delete t.Description; }, 'template has no Description'],
  ['an empty description', (t) => { t.Description = ''; }, 'Description is not a string'],
  ['a description of 513 characters', (t) => { t.Description = 'd'.repeat(513); }, 'Description is not a string of 1 to 512'],
  ['a property that CloudFormation does not know', (t) => { t.description = 'small'; }, 'template cannot have description'],
  ['no role', (t) => { t.RoleArn = 'Role'; }, 'RoleArn is not the ARN of a role'],
  ['no actions', (t) => { t.Actions = {}; t.Targets = {}; }, 'there must be 1 to 20 Actions, got 0'],
  ['21 actions', (t) => { t.Actions = { ...t.Actions, ...many(15, (i) => [`a${i}`, t.Actions.stop]) }; }, 'there must be 1 to 20 Actions, got 21'],
  ['an unknown action', (t) => { t.Actions.stop.ActionId = 'aws:ec2:explode'; }, 'FIS has no action aws:ec2:explode'],
  ['a name with white space', (t) => { t.Actions['a b'] = t.Actions.stop; }, 'its name has white space'],
  ['a name of 65 characters', (t) => { t.Actions['n'.repeat(65)] = t.Actions.stop; }, 'more than 64 characters'],
  ['an action with a property in camel case', (t) => { t.Actions.stop.startAfter = []; }, 'it cannot have startAfter'],
  ['an action with an empty description', (t) => { t.Actions.stop.Description = ''; }, 'action stop: Description is not a string'],
  ['an action after one that does not exist', (t) => { t.Actions.stop.StartAfter = ['nobody']; }, 'starts after nobody'],
  ['actions that wait for each other', (t) => { t.Actions.stop.StartAfter = ['latency']; }, 'action stop waits for itself'],
  ['an action without its target', (t) => { delete t.Actions.stop.Targets; }, 'needs one target, got 0'],
  ['an action with two targets', (t) => { t.Actions.stop.Targets.Others = 'latency'; }, 'needs one target, got 2'],
  ['a target for an action that takes none', (t) => { t.Actions.alarm.Targets = { Alarms: 'latency' }; }, 'cannot have a target'],
  ['a wrong target key', (t) => { t.Actions.stop.Targets = { instances: 'stop' }; }, 'needs its target as Instances, got instances'],
  ['a target that does not exist', (t) => { t.Actions.stop.Targets = { Instances: 'nobody' }; }, 'has the target nobody'],
  ['a target of another type', (t) => { t.Actions.stop.Targets = { Instances: 'subnets' }; }, 'needs a target of type aws:ec2:instance, got aws:ec2:subnet'],
  ['a target that no action uses', (t) => { t.Targets.spare = t.Targets.latency; }, 'target spare: no action uses it'],
  ['a target chosen in a way the action does not take', (t) => {
    t.Actions.io = { ActionId: 'aws:ec2:api-insufficient-instance-capacity-error', Targets: { Roles: 'io' } };
    t.Targets.io = { ResourceType: 'aws:iam:role', SelectionMode: 'ALL', ResourceTags: { a: 'b' } };
  }, 'cannot have a target chosen by tags'],
  ['a missing parameter', (t) => { delete t.Actions.subnets.Parameters.duration; }, 'duration is missing'],
  ['a missing parameter that another one calls for', (t) => { t.Actions.subnets.Parameters.scope = 'prefix-list'; }, 'prefixListIdentifier is missing'],
  ['an unknown parameter', (t) => { t.Actions.stop.Parameters.Duration = 'PT1M'; }, 'there is no parameter Duration'],
  ['a parameter that only a permission uses', (t) => {
    t.Actions.pods = { ActionId: 'aws:lambda:invocation-add-delay', Parameters: { configurationPrefix: 'a' }, Targets: { Functions: 'pods' } };
  }, 'there is no parameter configurationPrefix'],
  ['a parameter that is a number', (t) => { t.Actions.io.Parameters.readIOPercentage = 5; }, 'readIOPercentage is not a string'],
  ['a parameter of 1,025 characters', (t) => { t.Actions.pods.Parameters.kubernetesServiceAccount = 's'.repeat(1025); }, 'is longer than 1,024 characters'],
  ['an invalid duration', (t) => { t.Actions.subnets.Parameters.duration = '5 minutes'; }, 'duration is not a documented value of type duration'],
  ['a duration without a number', (t) => { t.Actions.subnets.Parameters.duration = 'PT'; }, 'duration is not a documented value of type duration'],
  ['a duration in fractions', (t) => { t.Actions.subnets.Parameters.duration = 'PT61.5S'; }, 'duration is not a documented value of type duration'],
  ['a duration that is too short', (t) => { t.Actions.subnets.Parameters.duration = 'PT59S'; }, 'duration is not a documented value of type duration'],
  ['a duration that is too long', (t) => { t.Actions.subnets.Parameters.duration = 'P1D'; }, 'duration is not a documented value of type duration'],
  ['seconds with a unit', (t) => { t.Actions.pods.Parameters.gracePeriodSeconds = '1s'; }, 'gracePeriodSeconds is not a documented value of type seconds'],
  ['a percentage above 100', (t) => { t.Actions.io.Parameters.readIOPercentage = '101'; }, 'readIOPercentage is not a documented value of type decimal'],
  ['a whole percentage in fractions', (t) => { t.Actions.pods.Parameters.maxErrorsPercent = '0.5'; }, 'maxErrorsPercent is not a documented value of type percent'],
  ['a value of an enum in capitals', (t) => { t.Actions.subnets.Parameters.scope = 'ALL'; }, 'scope is not a documented value of type enum'],
  ['a list with an unknown value', (t) => { t.Actions.alarm.Parameters.alarmStates = 'OK,FINE'; }, 'alarmStates is not a documented value of type enum-list'],
  ['a boolean in capitals', (t) => { t.Actions.stop.Parameters.completeIfInstancesTerminated = 'True'; }, 'completeIfInstancesTerminated is not a documented value of type boolean'],
  ['a text of white space', (t) => { t.Actions.pods.Parameters.kubernetesServiceAccount = ' '; }, 'kubernetesServiceAccount is not a documented value of type string'],
  ['too many alarms', (t) => { t.Actions.alarm.Parameters.alarmArns = Array(6).fill(t.Actions.alarm.Parameters.alarmArns).join(); }, 'alarmArns is not a documented value of type alarms'],
  ['invalid alarms', (t) => { t.Actions.alarm.Parameters.alarmArns = 'Alarm'; }, 'alarmArns is not a documented value of type alarms'],
  ['broken JSON', (t) => { t.Actions.latency.Parameters.documentParameters = '{'; }, 'documentParameters is not a documented value of type json'],
  ['JSON that is not an object', (t) => { t.Actions.latency.Parameters.documentParameters = '[]'; }, 'documentParameters is not a documented value of type json'],
  ['a document without what it needs', (t) => { delete t.Actions.latency.Parameters.documentParameters; }, 'in the document: DurationSeconds is missing'],
  ['a document with a number', (t) => { t.Actions.latency.Parameters.documentParameters = '{"DurationSeconds":60,"Sources":"ALL"}'; }, 'in the document: DurationSeconds is not a string'],
  ['a document with a list that has spaces', (t) => {
    t.Actions.latency.Parameters.documentParameters = '{"DurationSeconds":"60","Sources":"ALL, S3"}';
  }, 'in the document: Sources is not a documented value of type string-list'],
  ['a document with a small boolean', (t) => {
    t.Actions.latency.Parameters.documentParameters = '{"DurationSeconds":"60","Sources":"ALL","InstallDependencies":"true"}';
  }, 'in the document: InstallDependencies is not a documented value of type capital-boolean'],
  ['an unknown resource type', (t) => { t.Targets.latency.ResourceType = 'aws:ec2:instances'; }, 'FIS has no resource type aws:ec2:instances'],
  ['no selection mode', (t) => { delete t.Targets.latency.SelectionMode; }, 'it has no SelectionMode'],
  ...['all', 'COUNT(0)', 'COUNT(1.5)', 'COUNT 1', 'PERCENT(101)', 'PERCENT(0)', 'PERCENT(50%)'].map((mode): [string, (t: any) => void, string] =>
    [`the selection mode ${mode}`, (t) => { t.Targets.latency.SelectionMode = mode; }, 'its selection mode is not ALL']),
  ['ARNs and tags', (t) => { t.Targets.subnets.ResourceTags = { a: 'b' }; }, 'has both ARNs and tags'],
  ['neither ARNs nor tags nor parameters', (t) => { delete t.Targets.latency.ResourceTags; }, 'has neither ARNs nor tags nor parameters'],
  ['filters on ARNs', (t) => { t.Targets.subnets.Filters = [{ Path: 'VpcId', Values: ['vpc-1'] }]; }, 'has both ARNs and filters'],
  ['six ARNs', (t) => { t.Targets.subnets.ResourceArns = Array(6).fill(t.Targets.subnets.ResourceArns[0]); }, 'there must be 1 to 5 ResourceArns, got 6'],
  ['no ARN', (t) => { t.Targets.subnets.ResourceArns = []; }, 'there must be 1 to 5 ResourceArns, got 0'],
  ['an ARN of another type', (t) => { t.Targets.subnets.ResourceArns = [sampleArn('aws:ec2:instance')]; }, 'is of another type than'],
  ['an ARN with a wildcard', (t) => { t.Targets.subnets.ResourceArns = ['arn:aws:ec2:eu-west-1:111122223333:subnet/*']; }, 'is of another type than'],
  ['something that is not an ARN', (t) => { t.Targets.subnets.ResourceArns = ['subnet-1']; }, 'is of another type than subnet-1'],
  ['51 tags on a target', (t) => { t.Targets.latency.ResourceTags = many(51, (i) => [`k${i}`, 'v']); }, 'there must be 1 to 50 tags, got 51'],
  ['no tags on a target', (t) => { t.Targets.latency.ResourceTags = {}; }, 'there must be 1 to 50 tags, got 0'],
  ['a target chosen in a way its type does not know', (t) => { t.Targets.latency = { ...t.Targets.latency, ResourceTags: undefined, Parameters: {} }; }, 'cannot be chosen by parameters'],
  ['an unknown target parameter', (t) => { t.Targets.pods.Parameters.cluster = 'shop'; }, 'there is no parameter cluster'],
  ['a missing target parameter', (t) => { delete t.Targets.pods.Parameters.namespace; }, 'the parameter namespace is missing'],
  ['a target parameter with a wrong value', (t) => { t.Targets.pods.Parameters.selectorType = 'label'; }, 'the parameter selectorType cannot be label'],
  ['an empty target parameter', (t) => { t.Targets.pods.Parameters.namespace = ''; }, 'the parameter namespace is not a string'],
  ['a filter without values', (t) => { t.Targets.latency.Filters = [{ Path: 'State.Name', Values: [] }]; }, 'the filter State.Name has no values'],
  ['a filter without a path', (t) => { t.Targets.latency.Filters = [{ Values: ['running'] }]; }, 'the path of a filter is not a string'],
  ['a long value of a filter', (t) => { t.Targets.latency.Filters = [{ Path: 'VpcId', Values: ['v'.repeat(129)] }]; }, 'a value of the filter VpcId is not a string'],
  ['a filter in camel case', (t) => { t.Targets.latency.Filters = [{ Path: 'VpcId', Values: ['v'], path: 'VpcId' }]; }, 'a filter has path'],
  ['no stop condition', (t) => { t.StopConditions = []; }, 'there must be 1 to 5 StopConditions, got 0'],
  ['six stop conditions', (t) => {
    t.StopConditions = [...Array(6).keys()].map((i) => ({ ...t.StopConditions[0], Value: `${t.StopConditions[0].Value}${i}` }));
  }, 'there must be 1 to 5 StopConditions, got 6'],
  ['a stop condition twice', (t) => { t.StopConditions.push(t.StopConditions[0]); }, 'a stop condition is listed twice'],
  ['none together with an alarm', (t) => { t.StopConditions.push({ Source: 'none' }); }, 'none is combined with others'],
  ['a stop condition that is not an alarm', (t) => { t.StopConditions[0].Value = 'Alarm'; }, 'a stop condition is not an alarm'],
  ['a stop condition in camel case', (t) => { t.StopConditions[0].value = 'x'; }, 'a stop condition has value'],
  ['an unknown experiment option', (t) => { t.ExperimentOptions.ActionsMode = 'skip-all'; }, 'ExperimentOptions cannot have ActionsMode'],
  ['a wrong experiment option', (t) => { t.ExperimentOptions.EmptyTargetResolutionMode = 'SKIP'; }, 'EmptyTargetResolutionMode cannot be SKIP'],
  ['a wrong account targeting', (t) => { t.ExperimentOptions.AccountTargeting = 'any'; }, 'AccountTargeting cannot be any'],
  ['no log schema version', (t) => { delete t.LogConfiguration.LogSchemaVersion; }, 'LogConfiguration has no LogSchemaVersion'],
  ['logs without a destination', (t) => { delete t.LogConfiguration.CloudWatchLogsConfiguration; }, 'LogConfiguration has no destination'],
  ['a log group in camel case', (t) => { t.LogConfiguration.CloudWatchLogsConfiguration = { logGroupArn: 'arn' }; }, 'CloudWatchLogsConfiguration cannot have logGroupArn'],
  ['a log bucket in camel case', (t) => { t.LogConfiguration.S3Configuration = { bucketName: 'logs' }; }, 'S3Configuration cannot have bucketName'],
  ['a report by the name of the API', (t) => { t.ExperimentReportConfiguration.Outputs = { S3Configuration: {} }; }, 'Outputs cannot have S3Configuration'],
  ['a report without a bucket', (t) => { t.ExperimentReportConfiguration.Outputs.ExperimentReportS3Configuration = {}; }, 'has no BucketName'],
  ['a report with a wrong duration', (t) => { t.ExperimentReportConfiguration.PreExperimentDuration = '300'; }, 'PreExperimentDuration is not a duration'],
  ['a report of a dashboard without an ARN', (t) => { t.ExperimentReportConfiguration.DataSources.CloudWatchDashboards = [{}]; }, 'a dashboard has no DashboardIdentifier'],
  ['a reserved tag', (t) => { t.Tags['aws:mine'] = 'x'; }, 'the tag aws:mine is reserved'],
  ['51 tags', (t) => { t.Tags = many(51, (i) => [`k${i}`, 'v']); }, 'there must be 0 to 50 tags, got 51'],
  ['a long tag key', (t) => { t.Tags['k'.repeat(129)] = 'v'; }, 'the key of a tag is not a string of 1 to 128'],
  ['a long tag value', (t) => { t.Tags.team = 'v'.repeat(257); }, 'the value of the tag team'],
];

test('a valid template follows all rules', () => {
  expect(fisProblems(JSON.parse(properties))).toEqual([]);
});

test.each(BROKEN)('fails with %s', (_name, breakIt, said) => {
  const template = JSON.parse(properties);
  breakIt(template);
  expect(fisProblems(template).join('\n')).toContain(said);
});
