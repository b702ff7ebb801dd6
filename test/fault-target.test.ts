import { App, Stack, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { CATALOGUE, sampleArn } from './catalogue-samples';
import { FaultTarget } from '../src/fault-target';
import { targetProblems } from '../src/private/target-checks';
import { Selection } from '../src/selection';

const BY_ARN = CATALOGUE.targetTypes.filter(({ selectedBy }) => selectedBy.includes('arns')).map((record) => record.resourceType);
const INSTANCE = 'aws:ec2:instance';
let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
});

describe('targets made from constructs', () => {
  test('instances of a group are found by the tag of the group', () => {
    const asg = autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Asg', 'web');

    expect(FaultTarget.instancesOf(asg, { selection: Selection.percent(50) })._data).toEqual({
      resourceType: INSTANCE,
      tags: { 'aws:autoscaling:groupName': 'web' },
      filters: { 'State.Name': ['running'] },
      selectionMode: 'PERCENT(50)',
      constructs: [asg],
      problems: [],
    });
  });

  test('instances are named by their ARNs', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const instance = new ec2.Instance(stack, 'Web', {
      vpc,
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    });

    const { arns, ...data } = FaultTarget.instances([instance], { selection: Selection.count(1) })._data;

    expect(data).toEqual({ resourceType: INSTANCE, selectionMode: 'COUNT(1)', constructs: [instance], problems: [] });
    expect(stack.resolve(arns)).toEqual([
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:eu-west-1:111122223333:instance/', stack.resolve(instance.instanceId)]] },
    ]);
  });

  test('a database cluster is named by its ARN', () => {
    const cluster = rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier: 'orders' });

    const { arns, ...data } = FaultTarget.databaseCluster(cluster)._data;

    expect(data).toEqual({ resourceType: 'aws:rds:cluster', selectionMode: 'ALL', constructs: [cluster], problems: [] });
    expect(stack.resolve(arns)).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':rds:eu-west-1:111122223333:cluster:orders']] }]);
  });

  test('database instances are named by their ARNs', () => {
    const instances = ['a', 'b'].map((name) => rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, name, {
      instanceIdentifier: name, instanceEndpointAddress: `${name}.example.com`, port: 5432, securityGroups: [],
    }));

    const { arns, ...data } = FaultTarget.databaseInstances(instances)._data;

    expect(data).toEqual({ resourceType: 'aws:rds:db', selectionMode: 'ALL', constructs: instances, problems: [] });
    expect(stack.resolve(arns)).toEqual(['a', 'b'].map((name) => (
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:rds:eu-west-1:111122223333:db:${name}`]] })));
  });
});

describe('targets found by tags', () => {
  test.each(CATALOGUE.targetTypes.filter(({ selectedBy }) => selectedBy.includes('tags')))('$resourceType has the filters of its record', ({ resourceType, defaultFilters }) => {
    const target = FaultTarget.taggedWith(resourceType, { team: 'shop' }, { selection: Selection.ALL });

    expect(target._data).toEqual({
      resourceType, tags: { team: 'shop' }, filters: defaultFilters, selectionMode: 'ALL', constructs: [], problems: [],
    });
  });

  test('another filter does not remove the one for running instances', () => {
    const filters = { 'Placement.AvailabilityZone': ['eu-west-1a', 'eu-west-1b'] };

    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.ALL, filters })._data.filters)
      .toEqual({ 'State.Name': ['running'], ...filters });
  });

  test('the filter for running instances can be replaced', () => {
    const filters = { 'State.Name': ['stopped'] };

    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.ALL, filters })._data.filters).toEqual(filters);
  });

  test('a type that the library does not know is left to FIS', () => {
    expect(FaultTarget.taggedWith('aws:new:thing', { team: 'shop' }, { selection: Selection.ALL })._data)
      .toEqual({ resourceType: 'aws:new:thing', tags: { team: 'shop' }, selectionMode: 'ALL', constructs: [], problems: [] });
    expect(FaultTarget.arns('aws:new:thing', ['anything'])._data.problems).toEqual([]);
  });
});

describe('problems', () => {
  test.each([
    ['no tags', {}, 'a target found by tags must have 1 to 50 tags, got 0'],
    ['too many tags', many(51), 'a target found by tags must have 1 to 50 tags, got 51'],
  ])('fails with %s', (_, tags, problem) => {
    expect(FaultTarget.taggedWith(INSTANCE, tags, { selection: Selection.ALL })._data.problems).toEqual([problem]);
  });

  test('as many tags as FIS takes are fine', () => {
    expect(FaultTarget.taggedWith(INSTANCE, many(50), { selection: Selection.ALL })._data.problems).toEqual([]);
  });

  test.each([
    ['an empty path', { '': ['a'] }, 'the path of a filter must have 1 to 256 characters, got 0'],
    ['a long path', { ['P'.repeat(257)]: ['a'] }, 'the path of a filter must have 1 to 256 characters, got 257'],
    ['no values', { VpcId: [] }, "filter 'VpcId' must have at least one value, got none"],
    ['a long value', { VpcId: ['v'.repeat(129)] }, "a value of filter 'VpcId' must have at most 128 characters, got 129"],
  ])('fails with a filter of %s', (_, filters, problem) => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.ALL, filters })._data.problems).toEqual([problem]);
  });

  test('fails with a selection that cannot be', () => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.percent(0) })._data.problems)
      .toEqual(["'percent' must be a whole number from 1 to 100, got 0"]);
  });

  test('fails without a selection, in languages that let it be left out', () => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, {} as any)._data.problems)
      .toEqual(["'selection' must be a Selection, for example Selection.percent(50), got nothing"]);
  });

  test('fails without ARNs', () => {
    expect(FaultTarget.instances([])._data.problems)
      .toEqual(['a target must name 1 to 5 resources, got 0; find others with FaultTarget.taggedWith']);
  });

  test('fails with more ARNs than FIS takes', () => {
    const arns = Array.from({ length: 6 }, (_, index) => `${sampleArn(INSTANCE)}${index}`);

    expect(FaultTarget.arns(INSTANCE, arns.slice(0, 5))._data.problems).toEqual([]);
    expect(FaultTarget.arns(INSTANCE, arns)._data.problems)
      .toEqual(['a target must name 1 to 5 resources, got 6; find others with FaultTarget.taggedWith']);
  });

  test('fails with an ARN that stands there twice', () => {
    const arn = sampleArn('aws:rds:db');

    expect(FaultTarget.arns('aws:rds:db', [arn, arn, arn])._data.problems).toEqual([`a target must name each resource once, got ${arn} more than once`]);
  });

  test.each(BY_ARN.flatMap((type) => BY_ARN.filter((other) => isOther(type, other)).map((other) => ({ type, other }))),
  )('fails with an ARN of $other in a target of $type', ({ type, other }) => {
    const { arn } = CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === type)!;

    expect(FaultTarget.arns(type, [sampleArn(type)])._data.problems).toEqual([]);
    expect(FaultTarget.arns(type, [sampleArn(other)])._data.problems)
      .toEqual([`the ARN of a target of type ${type} must look like ${arn}, got '${sampleArn(other)}'`]);
  });

  test('tokens are not checked', () => {
    const token = Token.asString({ Ref: 'Arn' });
    const list = Token.asList({ Ref: 'Arns' });

    expect(FaultTarget.arns(INSTANCE, [token])._data.problems).toEqual([]);
    expect(FaultTarget.arns(INSTANCE, list)._data.problems).toEqual([]);
    expect(FaultTarget.taggedWith(INSTANCE, { team: token }, { selection: Selection.ALL, filters: { VpcId: [token] } })._data.problems).toEqual([]);
  });

  test('fails if the type cannot be chosen that way', () => {
    const record = { ...CATALOGUE.targetTypes[0], selectedBy: ['parameters' as const] };
    const target = { resourceType: record.resourceType, selectionMode: 'ALL' };

    expect(targetProblems({ ...target, arns: [sampleArn(record.resourceType)] }, record))
      .toEqual([`a target of type ${record.resourceType} must be chosen by parameters, got arns`]);
    expect(targetProblems({ ...target, tags: { team: 'shop' } }, record))
      .toEqual([`a target of type ${record.resourceType} must be chosen by parameters, got tags`]);
  });

  test('fails with more ARNs than the type takes', () => {
    const record = { ...CATALOGUE.targetTypes[0], selectedBy: ['arns' as const], maxArns: 1 };
    const arn = sampleArn(record.resourceType);

    expect(targetProblems({ resourceType: record.resourceType, selectionMode: 'ALL', arns: [arn, `${arn}1`] }, record))
      .toEqual(['a target must name 1 resource, got 2']);
  });
});

/** Spot Instances have the ARNs of instances, and every service may have resources that zonal shift manages. */
function isOther(type: string, other: string): boolean {
  return sampleArn(type) !== sampleArn(other) && type !== 'aws:arc:zonal-shift-managed-resource';
}

function many(count: number): { [key: string]: string } {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'value']));
}
