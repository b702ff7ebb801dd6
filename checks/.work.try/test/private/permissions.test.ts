import { App, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { FaultAction } from '../../src/fault-action.generated';
import { FaultTarget } from '../../src/fault-target';
import type { FaultActionData, PermissionData } from '../../src/private/fault-data';
import { faultPermissions } from '../../src/private/permissions';
import { Selection } from '../../src/selection';
import { CATALOGUE, FACTORIES, factoryOf, make, sampleArn } from '../catalogue-samples';

const TAGS = { team: 'shop', stage: 'staging' };
const PLACE = { account: '111122223333', region: 'eu-west-1' };
const TARGETED = FACTORIES.filter(({ target }) => target);
const DOCUMENT_RUNNER = CATALOGUE.actions.find(({ runsDocument }) => runsDocument)!;
let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

describe('the whole policy', () => {
  test('of stopping instances of a group and starting them again', () => {
    const asg = autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Asg', 'web');
    const target = FaultTarget.instancesOf(asg, { selection: Selection.count(1) });
    const instances = arn('ec2', 'instance/*');
    const ofGroup = { StringEquals: { 'aws:ResourceTag/aws:autoscaling:groupName': 'web' } };

    expect(policy(FaultAction.ec2StopInstances(target, { startInstancesAfterDuration: Duration.minutes(2) }))).toEqual([
      { Effect: 'Allow', Action: 'ec2:StopInstances', Resource: instances, Condition: ofGroup },
      { Effect: 'Allow', Action: 'ec2:StartInstances', Resource: instances, Condition: ofGroup },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'kms:CreateGrant',
        Resource: arn('kms', 'key/*'),
        Condition: { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' }, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ]);
  });

  test('of stopping instances for good has nothing to start them', () => {
    const target = FaultTarget.taggedWith('aws:ec2:instance', { team: 'shop' }, { selection: Selection.ALL });

    expect(policy(FaultAction.ec2StopInstances(target)).map(({ Action }) => Action)).toEqual(['ec2:StopInstances', 'ec2:DescribeInstances']);
  });

  test('of network latency has the instances and the document apart', () => {
    const target = FaultTarget.taggedWith('aws:ec2:instance', TAGS, { selection: Selection.ALL });

    expect(policy(FaultAction.ssmNetworkLatencySources(target, { duration: Duration.minutes(1), sources: ['ALL'] }))).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:SendCommand',
        Resource: arn('ec2', 'instance/*'),
        Condition: { StringEquals: { 'ssm:resourceTag/team': 'shop', 'ssm:resourceTag/stage': 'staging' } },
      },
      {
        Effect: 'Allow',
        Action: 'ssm:SendCommand',
        Resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ssm:', { Ref: 'AWS::Region' }, '::document/AWSFIS-Run-Network-Latency-Sources']],
        },
      },
      { Effect: 'Allow', Action: ['ssm:ListCommands', 'ssm:CancelCommand'], Resource: '*' },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
      { Effect: 'Allow', Action: 'ec2:DescribeSubnets', Resource: '*' },
    ]);
  });

  test('of a database failover names the cluster', () => {
    const database = rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier: 'orders' });

    expect(policy(FaultAction.rdsFailoverDbCluster(FaultTarget.databaseCluster(database)))).toEqual([
      { Effect: 'Allow', Action: 'rds:FailoverDBCluster', Resource: arn('rds', 'cluster:orders') },
      { Effect: 'Allow', Action: 'rds:DescribeDBClusters', Resource: arn('rds', 'cluster:*') },
    ]);
  });

  test('of a plain command names the document it was given', () => {
    const target = FaultTarget.arns('aws:ec2:instance', [sampleArn('aws:ec2:instance')]);
    const documentArn = 'arn:aws:ssm:eu-west-1::document/AWSFIS-Run-Network-Packet-Loss-Sources';
    const statements = policy(FaultAction.ssmSendCommand(target, { documentArn, duration: Duration.minutes(1) }));

    expect(statements.slice(0, 2).map(({ Resource }) => Resource)).toEqual([sampleArn('aws:ec2:instance'), documentArn]);
    expect(statements.map(({ Action }) => Action)).toContain('ec2:DescribeSubnets');
  });

  test('of waiting is empty', () => {
    expect(policy(FaultAction.fisWait({ duration: Duration.minutes(1) }))).toEqual([]);
  });
});

describe('every action', () => {
  test.each(TARGETED)('$name is allowed on the ARNs of its target and nothing else', (factory) => {
    const arns = [1, 2].map((number) => `${sampleArn(factory.target!.resourceType)}${number}`);
    const action = make(factory, {}, FaultTarget.arns(factory.target!.resourceType, arns));
    const statements = policy(action);

    expect(statements).toHaveLength(action._data.permissions.length);
    action._data.permissions.forEach((permission, index) => {
      expect([statements[index].Action].flat()).toEqual(permission.actions);
      if (permission.on === 'target') {
        expect(statements[index].Resource).toEqual(arns);
        expect(statements[index].Condition).toBeUndefined();
      }
    });
  });

  test.each(TARGETED)('$name is allowed under the tags of its target', (factory) => {
    const { resourceType } = factory.target!;
    const action = make(factory, {}, FaultTarget.taggedWith(resourceType, TAGS, { selection: Selection.ALL }));
    const statements = policy(action, new Stack(new App(), 'Placed', { env: PLACE }));
    const pattern = CATALOGUE.targetTypes.find((type) => type.resourceType === resourceType)!.arn
      .replace('${Region}', PLACE.region).replace('${Account}', PLACE.account);

    action._data.permissions.forEach((permission, index) => {
      if (permission.on === 'target') {
        const tagged = Object.entries(TAGS).map(([key, value]) => [`${permission.tagCondition}/${key}`, value]);
        expect(statements[index].Resource).toEqual(placed(pattern));
        expect(statements[index].Condition).toEqual(permission.tagCondition && { StringEquals: Object.fromEntries(tagged) });
      }
    });
  });

  test.each(FACTORIES)('$name gets * only where its record says so', (factory) => {
    const action = make(factory);
    const wide = policy(action).filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);

    expect(wide).toEqual(action._data.permissions.filter(({ on }) => on === '*').flatMap(({ actions }) => actions));
  });

  test.each(CATALOGUE.actions.filter(({ target }) => target))('$id looks for tags only where its target is found by them', (record) => {
    const { resourceType } = record.target!;
    const byTags = make(factoryOf(record.id), {}, FaultTarget.taggedWith(resourceType, TAGS, { selection: Selection.ALL }));
    const looks = (action: FaultAction) => policy(action).some(({ Action }) => Action === 'tag:GetResources');

    expect(looks(byTags)).toBe(record.permissions.some(({ actions }) => actions.includes('tag:GetResources')));
    expect(looks(make(factoryOf(record.id)))).toBe(false);
  });

  test.each(CATALOGUE.documents)('$name is allowed what running a document needs, and what it needs itself', (record) => {
    expect(make(factoryOf(record.name))._data.permissions).toEqual([...DOCUMENT_RUNNER.permissions, ...record.permissions]);
  });
});

describe('permissions of actions to come', () => {
  const action = make(factoryOf('aws:ec2:reboot-instances'));

  test('can name the targets in a condition', () => {
    const permission: PermissionData = {
      actions: ['ec2:InjectApiError'],
      on: '*',
      conditions: { 'ForAllValues:ArnLike': { 'ec2:FisTargetArns': ['${TargetArns}'] }, 'StringEquals': { 'ec2:FisActionId': 'aws:ec2:x' } },
    };

    expect(statement(permission)).toMatchObject({
      Condition: {
        'ForAllValues:ArnLike': { 'ec2:FisTargetArns': sampleArn('aws:ec2:instance') },
        'StringEquals': { 'ec2:FisActionId': 'aws:ec2:x' },
      },
    });
  });

  test('can name something that belongs to the targets', () => {
    expect(statement({ actions: ['dynamodb:GetResourcePolicy'], on: ['${TargetArns}', '${TargetArns}/stream/*'] }))
      .toMatchObject({ Resource: [sampleArn('aws:ec2:instance'), `${sampleArn('aws:ec2:instance')}/stream/*`] });
  });

  test('can name each value of a list, and anything for what was not given', () => {
    const permission: PermissionData = { actions: ['s3:PutObject'], on: ['${bucket}/${prefix}/*'] };

    expect(statement(permission, { permissionValues: { bucket: ['arn:a', 'arn:b'] } })).toMatchObject({ Resource: ['arn:a/*/*', 'arn:b/*/*'] });
  });

  test('keep their conditions beside the one for the tags', () => {
    const target = FaultTarget.taggedWith('aws:ec2:instance', { team: 'shop' }, { selection: Selection.ALL });
    const permission: PermissionData = {
      actions: ['ec2:StopInstances'], on: 'target', tagCondition: 'aws:ResourceTag', conditions: { StringEquals: { 'ec2:Region': '${Region}' } },
    };

    expect(statement(permission, { target })).toMatchObject({
      Condition: { StringEquals: { 'ec2:Region': { Ref: 'AWS::Region' }, 'aws:ResourceTag/team': 'shop' } },
    });
  });

  test('use the parameters of the target', () => {
    const target = { _data: { ...action._data.target!._data, arns: undefined, parameters: { cluster: 'shop' } } } as unknown as FaultTarget;

    expect(statement({ actions: ['ecs:ListTasks'], on: ['arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*'] }, { target }))
      .toMatchObject({ Resource: arn('ecs', 'task/shop/*') });
  });

  function statement(permission: PermissionData, data: Partial<FaultActionData> = {}) {
    return policyOf({ ...action._data, permissions: [permission], ...data }, stack)[0];
  }
});

test('a custom action brings its own statements, which stay the user\'s', () => {
  const statement = new iam.PolicyStatement({ actions: ['new:Break'], resources: ['*'] });
  const action = FaultAction.custom({ actionId: 'aws:new:break-things', permissions: [statement] });
  const [made] = faultPermissions(stack, action._data);

  expect(made.toStatementJson()).toEqual(statement.toStatementJson());
  expect(made).not.toBe(statement);
});

function policy(action: FaultAction, scope = stack) {
  return policyOf(action._data, scope);
}

function policyOf(data: FaultActionData, scope: Stack): any[] {
  return scope.resolve(faultPermissions(scope, data).map((statement) => statement.toStatementJson()));
}

/** An ARN in the stack's own place. */
function arn(service: string, resource: string) {
  return {
    'Fn::Join': ['', [
      'arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${resource}`,
    ]],
  };
}

/** An ARN pattern whose partition only is not known. */
function placed(pattern: string) {
  const [start, end] = pattern.split('${Partition}');
  return { 'Fn::Join': ['', [start, { Ref: 'AWS::Partition' }, end]] };
}
