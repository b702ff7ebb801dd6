import { App, Duration, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  ChaosExperiment, ChaosExperimentProps, EmptyTargetResolutionMode, Experiment, ExperimentDefinition, ExperimentLogging, ExperimentReport,
} from '../src';
import { someAlarm, someFault, someStack } from './support/fixtures';

let stack: Stack;

beforeEach(() => {
  stack = someStack();
});

/** A gate whose experiment has these options. */
function gateWith(definition: Partial<ExperimentDefinition>, props: Partial<ChaosExperimentProps> = {}): ChaosExperiment {
  const experiment = Experiment.define({ actions: { stop: someFault() }, ...definition });
  return new ChaosExperiment(stack, 'Chaos', { experiment, alarms: [someAlarm(stack)], ...props });
}

function template(): any {
  const [found] = Object.values<any>(Template.fromStack(stack).findResources('AWS::FIS::ExperimentTemplate'));
  return found.Properties;
}

/** The statements about the options, by their sid. */
function statements(role = 'ChaosTemplateRole'): any {
  const policies = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return Object.fromEntries(policies
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Sid }) => Sid)
    .map(({ Sid, Action, Resource }) => [Sid, { Action, Resource }]));
}

describe('a target without a resource', () => {
  test('fails the experiment by default', () => {
    gateWith({});
    expect(template().ExperimentOptions).toEqual({ AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail' });
  });

  test('can be skipped', () => {
    gateWith({ emptyTargetResolutionMode: EmptyTargetResolutionMode.SKIP });
    expect(template().ExperimentOptions.EmptyTargetResolutionMode).toBe('skip');
  });
});

describe('logs', () => {
  const toLogGroup = {
    DeliverLogs: {
      Action: ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
      Resource: '*',
    },
  };

  test('go to their own log group by default, for three months', () => {
    const gate = gateWith({});
    expect(template().LogConfiguration).toEqual({
      LogSchemaVersion: 2, CloudWatchLogsConfiguration: { LogGroupArn: { 'Fn::GetAtt': ['ChaosTemplateLogs946FABFA', 'Arn'] } },
    });
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: Match.stringLikeRegexp('^/aws/vendedlogs/fis/'), RetentionInDays: 90 }, DeletionPolicy: 'Delete',
    });
    expect(gate.experimentLogGroup).toBeDefined();
    expect(statements()).toEqual(toLogGroup);
  });

  test('are kept for the given time', () => {
    gateWith({ logging: ExperimentLogging.cloudWatch({ retention: logs.RetentionDays.ONE_WEEK }) });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: Match.stringLikeRegexp('^/aws/vendedlogs/fis/'), RetentionInDays: 7,
    });
  });

  test('can go to an existing log group', () => {
    const logGroup = new logs.LogGroup(stack, 'Own');
    const gate = gateWith({ logging: ExperimentLogging.cloudWatch({ logGroup }) });
    expect(template().LogConfiguration.CloudWatchLogsConfiguration).toEqual({ LogGroupArn: stack.resolve(logGroup.logGroupArn) });
    expect(gate.experimentLogGroup).toBe(logGroup);
    expect(gate.node.findChild('Template').node.tryFindChild('Logs')).toBeUndefined();
    expect(statements()).toEqual(toLogGroup);
  });

  test.each(['arn:aws:logs:eu-west-1:111122223333:log-group:own', 'arn:aws:logs:eu-west-1:111122223333:log-group:own:*'])(
    'go to an imported log group, by its ARN with :* at the end, whichever was given: %s', (arn) => {
      gateWith({ logging: ExperimentLogging.cloudWatch({ logGroup: logs.LogGroup.fromLogGroupArn(stack, 'Own', arn) }) });
      expect(template().LogConfiguration.CloudWatchLogsConfiguration).toEqual({ LogGroupArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:own:*' });
    },
  );

  test('can go to a bucket instead of a log group', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const gate = gateWith({ logging: ExperimentLogging.s3(bucket) });
    expect(template().LogConfiguration).toEqual({ LogSchemaVersion: 2, S3Configuration: { BucketName: stack.resolve(bucket.bucketName) } });
    expect(gate.experimentLogGroup).toBeUndefined();
    expect(gate.node.findChild('Template').node.tryFindChild('Logs')).toBeUndefined();
    expect(statements()).toEqual({
      DeliverLogs: { Action: 'logs:CreateLogDelivery', Resource: '*' },
      LetLogsIntoBucket: { Action: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'], Resource: stack.resolve(bucket.bucketArn) },
    });
  });

  test('can go under a prefix in a bucket', () => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'logs-of-chaos');
    gateWith({ logging: ExperimentLogging.s3(bucket, { prefix: 'chaos' }) });
    expect(template().LogConfiguration.S3Configuration).toEqual({ BucketName: 'logs-of-chaos', Prefix: 'chaos' });
  });

  test('fail with a retention for an existing log group', () => {
    const logGroup = new logs.LogGroup(stack, 'Own');
    expect(() => gateWith({ logging: ExperimentLogging.cloudWatch({ logGroup, retention: logs.RetentionDays.ONE_DAY }) })).
      toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'logging': 'retention' belongs to a log group of its own, got 'logGroup' too; set the retention on the log group"
`);
  });

  test('fail with a prefix that is empty or too long', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const withPrefix = (prefix: string) => () => gateWith({ logging: ExperimentLogging.s3(bucket, { prefix }) });
    expect(withPrefix('x'.repeat(701))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: 'logging': 'prefix' must have 1 to 700 characters, got 701; shorten it, or leave it out"
`);
    stack = someStack();
    expect(withPrefix('')).toThrow('\'prefix\' must have 1 to 700 characters, got 0');
    stack = someStack();
    expect(withPrefix('x'.repeat(700))).not.toThrow();
  });
});

describe('a report', () => {
  test('is not written by default', () => {
    gateWith({});
    expect(template().ExperimentReportConfiguration).toBeUndefined();
    expect(Object.keys(statements())).toEqual(['DeliverLogs']);
  });

  test('goes to a bucket, with the key that CloudFormation expects', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    gateWith({ report: ExperimentReport.s3(bucket) });
    expect(template().ExperimentReportConfiguration).toEqual({
      Outputs: { ExperimentReportS3Configuration: { BucketName: stack.resolve(bucket.bucketName) } },
    });
    const { DeliverLogs, ...others } = statements();
    expect(DeliverLogs).toBeDefined();
    expect(others).toEqual({ WriteReport: { Action: ['s3:PutObject', 's3:GetObject'], Resource: stack.resolve(bucket.arnForObjects('*')) } });
  });

  test('shows dashboards and the time around the experiment, under a prefix', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const dashboard = new cloudwatch.Dashboard(stack, 'Dashboard');
    gateWith({
      report: ExperimentReport.s3(bucket, {
        prefix: 'chaos/', dashboards: [dashboard], preExperimentDuration: Duration.minutes(5), postExperimentDuration: Duration.seconds(90),
      }),
    });
    expect(template().ExperimentReportConfiguration).toEqual({
      Outputs: { ExperimentReportS3Configuration: { BucketName: stack.resolve(bucket.bucketName), Prefix: 'chaos/' } },
      DataSources: { CloudWatchDashboards: [{ DashboardIdentifier: stack.resolve(dashboard.dashboardArn) }] },
      PreExperimentDuration: 'PT5M',
      PostExperimentDuration: 'PT1M30S',
    });
    expect(statements()).toMatchObject({
      WriteReport: { Resource: stack.resolve(bucket.arnForObjects('chaos/*')) },
      ReadDashboards: { Action: 'cloudwatch:GetDashboard', Resource: stack.resolve(dashboard.dashboardArn) },
      DrawDashboards: { Action: 'cloudwatch:GetMetricWidgetImage', Resource: '*' },
    });
  });

  test('can use the key of its bucket', () => {
    const encryptionKey = new kms.Key(stack, 'Key');
    gateWith({ report: ExperimentReport.s3(new s3.Bucket(stack, 'Bucket', { encryptionKey })) });
    expect(statements().EncryptReport).toEqual({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: stack.resolve(encryptionKey.keyArn) });
  });

  test('accepts durations that are tokens', () => {
    const postExperimentDuration = Duration.minutes(Token.asNumber({ Ref: 'Minutes' }));
    gateWith({ report: ExperimentReport.s3(new s3.Bucket(stack, 'Bucket'), { postExperimentDuration }) });
    expect(template().ExperimentReportConfiguration.PostExperimentDuration).toEqual({ 'Fn::Join': ['', ['PT', { Ref: 'Minutes' }, 'M']] });
  });

  test('fails with values that FIS would reject', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const half = Duration.millis(1500);
    expect(() => gateWith({
      report: ExperimentReport.s3(bucket, { prefix: `a b${'x'.repeat(254)}`, preExperimentDuration: half, postExperimentDuration: half }),
    })).toThrowErrorMatchingInlineSnapshot(`
"4 problems with Stack/Chaos:
  - Stack/Chaos: 'report': 'prefix' must have 1 to 256 characters, got 257; shorten it, or leave it out
  - Stack/Chaos: 'report': 'prefix' must have no white space, got 'a bxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; choose another
  - Stack/Chaos: 'report': 'preExperimentDuration' must be whole seconds, got 1 second 500 millis; round it
  - Stack/Chaos: 'report': 'postExperimentDuration' must be whole seconds, got 1 second 500 millis; round it"
`);
  });
});

describe('tags', () => {
  test('are on the template', () => {
    gateWith({ tags: { team: 'shop' } });
    expect(template().Tags).toEqual({ team: 'shop' });
  });

  test('of the stack are on the template too, so a change replaces it', () => {
    gateWith({ tags: { team: 'shop' } });
    Tags.of(stack).add('stage', 'staging');
    expect(template().Tags).toEqual({ team: 'shop', stage: 'staging' });
  });

  test('of the stack can be kept from the template', () => {
    gateWith({});
    Tags.of(stack).add('version', '1', { excludeResourceTypes: ['AWS::FIS::ExperimentTemplate'] });
    expect(template().Tags).toEqual(undefined);
  });

  test('fail with values that AWS would reject', () => {
    expect(() => gateWith({ tags: { 'aws:x': 'y', '': 'z', 'long': 'x'.repeat(257) } })).toThrowErrorMatchingInlineSnapshot(`
"3 problems with Stack/Chaos:
  - Stack/Chaos: 'tags': a key must have 1 to 128 characters and not begin with 'aws:', got 'aws:x'; choose another
  - Stack/Chaos: 'tags': a key must have 1 to 128 characters and not begin with 'aws:', got ''; choose another
  - Stack/Chaos: 'tags': the value of 'long' must have at most 256 characters, got 257; shorten it"
`);
  });

  test('fail if there are more than 50', () => {
    const many = (count: number) => Object.fromEntries([...Array(count).keys()].map((index) => [`tag${index}`, '']));
    expect(() => gateWith({ tags: many(51) })).toThrow('\'tags\' has 51 tags, FIS allows at most 50; leave some out');
    stack = someStack();
    expect(() => gateWith({ tags: many(50) })).not.toThrow();
  });

  test('can contain tokens', () => {
    const value = Lazy.string({ produce: () => 'late' });
    gateWith({ tags: { team: value } });
    expect(template().Tags.team).toBe('late');
  });
});

describe('a role that is passed in', () => {
  const id = 'cdk-chaos-experiment-stage:roleNotChanged';
  const options = () => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'logs');
    return { logging: ExperimentLogging.s3(bucket), report: ExperimentReport.s3(bucket) };
  };

  test('gets the permissions of the options', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('fis.amazonaws.com') });
    gateWith(options(), { role });
    expect(Object.keys(statements('Own'))).toEqual(['DeliverLogs', 'LetLogsIntoBucket', 'WriteReport']);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp(id));
  });

  test('also gets them if it is imported', () => {
    const role = iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/own');
    gateWith(options(), { role });
    expect(Object.keys(statements('own'))).toEqual(['DeliverLogs', 'LetLogsIntoBucket', 'WriteReport']);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp(id));
  });

  test.each<[string, (scope: Stack) => iam.IRole]>([
    ['imported and immutable', (scope) => iam.Role.fromRoleArn(scope, 'Own', 'arn:aws:iam::111122223333:role/own', { mutable: false })],
    ['that accepts no policies', (scope) => new iam.Role(scope, 'Own', { assumedBy: new iam.ServicePrincipal('fis.amazonaws.com') }).withoutPolicyUpdates()],
  ])('warns about permissions to add to one %s', (_name, roleIn) => {
    const gate = gateWith(options(), { role: roleIn(stack) });
    Annotations.fromStack(stack).hasWarning('/Stack/Chaos', Match.stringLikeRegexp(
      `trusts fis.amazonaws.com and allows .*ec2:StopInstances, .*logs:CreateLogDelivery, s3:GetBucketPolicy, s3:GetObject.*${id}`));
    expect(gate.experimentRole!.roleArn).toBeDefined();
  });

  test('warns about one in another account', () => {
    stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    gateWith({}, { role: iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::444455556666:role/own') });
    Annotations.fromStack(stack).hasWarning('/Stack/Chaos', Match.stringLikeRegexp(id));
  });
});
