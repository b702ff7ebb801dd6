import { App, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { FaultAction } from '../../../src/fault-action.generated';
import { FaultTarget } from '../../../src/fault-target';
import { optionName, PermissionRecord, TargetSelection } from '../../../src/private/catalogue/records';
import type { FaultActionData, PermissionData } from '../../../src/private/fault/data';
import { faultPermissions } from '../../../src/private/template/permissions';
import { Selection } from '../../../src/selection';
import {
  allOptions, CATALOGUE, FACTORIES, Factory, factoryOf, make, neededOptions, Options, sampleArn, sampleParameters, TAGS, targetOf, waysOf,
} from '../../support/catalogue-samples';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const DOCUMENT_RUNNER = CATALOGUE.actions.find(({ runsDocument }) => runsDocument?.awsOwned)!;

/** Every action with its target chosen in every possible way, with the required options and target parameters, and with more. */
const CASES = FACTORIES.flatMap((factory) => (factory.target ? waysOf(factory) : [undefined]).flatMap((way) =>
  [{}, allOptions(factory)].flatMap((options) => parameterSets(factory, way).map((parameters) => (
    { factory, name: factory.name, way, options, parameters, what: describeCase(way, options, parameters) }
  )))));

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

  test('of stopping instances without starting them again has no permission to start them', () => {
    const target = FaultTarget.taggedWith('aws:ec2:instance', { team: 'shop' }, { selection: Selection.ALL });

    expect(policy(FaultAction.ec2StopInstances(target)).map(({ Action }) => Action)).toEqual(['ec2:StopInstances', 'ec2:DescribeInstances']);
  });

  test('of network latency has separate statements for the instances and the document', () => {
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

  test('of a plain command names the given document', () => {
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
  test.each(CASES)('$name has the permissions of its record, and no others: $what', ({ factory, way, options, parameters }) => {
    const action = make(factory, options, targetOf(factory, way, Object.keys(parameters).length > 0 ? parameters : undefined));
    const placed = new Stack(new App(), 'Placed', { env: PLACE });

    expect(action._data.problems).toEqual([]);
    expect(action._data.target?.problems ?? []).toEqual([]);
    expect(flat(policy(action, placed))).toEqual(expectedPolicy(factory, way, options, parameters));
  });

  test.each(CASES)('$name has * as a resource only if its record says so: $what', ({ factory, way, options, parameters }) => {
    const action = make(factory, options, targetOf(factory, way, Object.keys(parameters).length > 0 ? parameters : undefined));
    const wide = policy(action).filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);

    expect(wide).toEqual(action._data.permissions.filter(({ on }) => on === '*').flatMap(({ actions }) => actions));
  });
});

describe('permissions of future actions', () => {
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

  test('can name each value of a list, and * for a parameter that is not given', () => {
    const permission: PermissionData = { actions: ['s3:PutObject'], on: ['${bucket}/${prefix}/*'] };

    expect(statement(permission, { permissionValues: { bucket: ['arn:a', 'arn:b'] } })).toMatchObject({ Resource: ['arn:a/*/*', 'arn:b/*/*'] });
  });

  test('keep their conditions in addition to the one on tags', () => {
    const target = FaultTarget.taggedWith('aws:ec2:instance', { team: 'shop' }, { selection: Selection.ALL });
    const permission: PermissionData = {
      actions: ['ec2:StopInstances'], on: 'target', tagCondition: 'aws:ResourceTag', conditions: { StringEquals: { 'ec2:Region': '${Region}' } },
    };

    expect(statement(permission, { target: target._data })).toMatchObject({
      Condition: { StringEquals: { 'ec2:Region': { Ref: 'AWS::Region' }, 'aws:ResourceTag/team': 'shop' } },
    });
  });

  test('use the parameters of the target', () => {
    const target = { ...action._data.target!, arns: undefined, parameters: { cluster: 'shop' } };

    expect(statement({ actions: ['ecs:ListTasks'], on: ['arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*'] }, { target }))
      .toMatchObject({ Resource: arn('ecs', 'task/shop/*') });
  });

  function statement(permission: PermissionData, data: Partial<FaultActionData> = {}) {
    return policyOf({ ...action._data, permissions: [permission], ...data }, stack)[0];
  }
});

test('a custom action has its own statements, which are not changed', () => {
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

/** An ARN in the account and Region of the stack. */
function arn(service: string, resource: string) {
  return {
    'Fn::Join': ['', [
      'arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${resource}`,
    ]],
  };
}

/** The required target parameters, each of the others in addition, and all. */
function parameterSets({ target }: Factory, way: TargetSelection | undefined): { [name: string]: string }[] {
  if (!target) {
    return [{}];
  }
  const needed = sampleParameters(target.resourceType) ?? {};
  const others = Object.entries(sampleParameters(target.resourceType, true) ?? {}).filter(([name]) => !(name in needed));
  const some = others.map(([name, value]) => ({ ...needed, [name]: value }));
  const all = others.length > 1 ? [{ ...needed, ...Object.fromEntries(others) }] : [];
  return [needed, ...some, ...all].filter((set) => way !== 'parameters' || Object.keys(set).length > 0);
}

function describeCase(way: TargetSelection | undefined, options: Options, parameters: { [name: string]: string }): string {
  const given = Object.keys(options).length > 0 ? 'all options' : 'needed options';
  return [way ? `by ${way}` : 'no target', given, ...Object.keys(parameters)].join(', ');
}

/** The statements that the record of an action requires, computed without the code under test. */
function expectedPolicy(factory: Factory, way: TargetSelection | undefined, options: Options, parameters: { [name: string]: string }) {
  const isDocument = !factory.id.startsWith('aws:');
  const all = neededOptions(factory, options);
  const values: { [name: string]: string[] } = { ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])) };
  if (isDocument) {
    values.documentArn = [`arn:aws:ssm:${PLACE.region}::document/${factory.id}`];
  } else {
    for (const parameter of factory.parameters.filter((candidate) => optionName(candidate) in all)) {
      values[parameter.name] = texts(all[optionName(parameter)]);
    }
  }
  const given = new Set(Object.keys(values));
  Object.assign(values, { Partition: ['aws'], Region: [PLACE.region], Account: [PLACE.account], DocumentName: [values.documentArn?.[0].split('/').pop()] });
  const pattern = CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === factory.target?.resourceType)?.arn;
  values.TargetArns = way === 'arns' ? [sampleArn(factory.target!.resourceType)] : pattern ? filled(pattern, values) : [];
  const permissions: PermissionRecord[] = [...isDocument ? DOCUMENT_RUNNER.permissions : [], ...factory.permissions];
  return permissions
    .filter(({ when = {} }) => Object.entries(when).every(([kind, wanted]) => {
      switch (kind) {
        case 'parameter': return given.has(wanted) && values[wanted][0] !== 'false';
        case 'selectedBy': return way === wanted;
        case 'targetParameters': return wanted.some((name: string) => name in parameters);
        default: throw new Error(`no record has ${kind}`);
      }
    }))
    .map((permission) => {
      const resources = permission.on === 'target' ? values.TargetArns : [permission.on].flat().flatMap((text) => filled(text, values));
      const conditions: { [operator: string]: { [key: string]: unknown } } = {};
      for (const [operator, keys] of Object.entries(permission.conditions ?? {})) {
        conditions[operator] = Object.fromEntries(Object.entries(keys).map(([key, value]) => (
          [key, one([value].flat().flatMap((text) => filled(text, values)))]
        )));
      }
      if (permission.tagCondition && way === 'tags') {
        const tags = Object.entries(TAGS).map(([key, value]) => [`${permission.tagCondition}/${key}`, value]);
        conditions.StringEquals = { ...conditions.StringEquals, ...Object.fromEntries(tags) };
      }
      return {
        Effect: 'Allow',
        Action: one(permission.actions),
        Resource: one(resources),
        ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
      };
    });
}

/** A pattern with the known values, and `*` for the others. */
function filled(pattern: string, values: { [name: string]: string[] }): string[] {
  const name = /\$\{(\w+)\}/.exec(pattern)?.[1];
  return name === undefined ? [pattern] : (values[name] ?? ['*']).flatMap((value) => filled(pattern.replace(`\${${name}}`, () => value), values));
}

/** The values of an option in a policy. */
function texts(value: any): string[] {
  return [value].flat().map((element) => element.bucketArn ?? element.roleArn ?? String(element));
}

function one<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? list[0] : list;
}

/** Resolved values with the Region, and the partition `aws`. */
function flat(value: any): any {
  if (Array.isArray(value)) {
    return value.map(flat);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if ('Ref' in value) {
    return { 'AWS::Partition': 'aws', 'AWS::Region': PLACE.region }[value.Ref as string];
  }
  return 'Fn::Join' in value ? value['Fn::Join'][1].map(flat).join(value['Fn::Join'][0])
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, flat(inner)]));
}
