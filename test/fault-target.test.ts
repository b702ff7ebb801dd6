import { App, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CATALOGUE, sampleArn, sampleParameters, sampleTarget } from './support/catalogue-samples';
import { someAlarm } from './support/fixtures';
import { ChaosExperiment } from '../src/chaos-experiment';
import { Experiment } from '../src/experiment';
import { FaultAction } from '../src/fault-action.generated';
import { FaultTarget } from '../src/fault-target';
import { PodSelector } from '../src/pod-selector';
import { faultPermissions } from '../src/private/template/permissions';
import { Selection } from '../src/selection';

const WAYS = ['arns', 'tags', 'parameters'] as const;
const BY_ARN = CATALOGUE.targetTypes.filter(({ selectedBy }) => selectedBy.includes('arns')).map((record) => record.resourceType);
const INSTANCE = 'aws:ec2:instance';
let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
});

describe('targets made from constructs', () => {
  test.each<[string, () => FaultTarget, object]>([
    ['instancesOf', () => FaultTarget.instancesOf(group(), { selection: Selection.percent(50), filters: { SubnetId: ['subnet-1'] } }), {
      ResourceType: INSTANCE,
      ResourceTags: { 'aws:autoscaling:groupName': 'web' },
      Filters: [{ Path: 'State.Name', Values: ['running'] }, { Path: 'SubnetId', Values: ['subnet-1'] }],
      SelectionMode: 'PERCENT(50)',
    }],
    ['spotInstancesOf', () => FaultTarget.spotInstancesOf(group(), { selection: Selection.count(2) }), {
      ResourceType: 'aws:ec2:spot-instance',
      ResourceTags: { 'aws:autoscaling:groupName': 'web' },
      Filters: [{ Path: 'State.Name', Values: ['running'] }],
      SelectionMode: 'COUNT(2)',
    }],
    ['instances', () => FaultTarget.instances([instance()], { selection: Selection.count(1) }), {
      ResourceType: INSTANCE,
      ResourceArns: [arnOf('ec2:eu-west-1:111122223333:instance/', { Ref: expect.stringMatching(/^Web/) })],
      SelectionMode: 'COUNT(1)',
    }],
    ['autoScalingGroup', () => FaultTarget.autoScalingGroup(group(), { tags: { team: 'shop' } }), {
      ResourceType: 'aws:ec2:autoscaling-group',
      ResourceTags: { team: 'shop' },
      Filters: [{ Path: 'AutoScalingGroupName', Values: ['web'] }],
      SelectionMode: 'ALL',
    }],
    ['volumes', () => FaultTarget.volumes([ec2.Volume.fromVolumeAttributes(stack, 'Volume', { volumeId: 'vol-1', availabilityZone: 'eu-west-1a' })]), {
      ResourceType: 'aws:ec2:ebs-volume',
      ResourceArns: [arnOf('ec2:eu-west-1:111122223333:volume/vol-1')],
      SelectionMode: 'ALL',
    }],
    ['subnets', () => FaultTarget.subnets(vpc().selectSubnets({ availabilityZones: ['eu-west-1b'] }).subnets), {
      ResourceType: 'aws:ec2:subnet',
      ResourceArns: [arnOf('ec2:eu-west-1:111122223333:subnet/subnet-b')],
      SelectionMode: 'ALL',
    }],
    ['subnetsOf', () => FaultTarget.subnetsOf(vpc(), { selection: Selection.ALL }), {
      ResourceType: 'aws:ec2:subnet',
      Parameters: { vpc: 'vpc-1' },
      SelectionMode: 'ALL',
    }],
    ['subnetsOf in a zone', () => FaultTarget.subnetsOf(vpc(), {
      selection: Selection.ALL, availabilityZone: 'eu-west-1a', filters: { MapPublicIpOnLaunch: ['false'] },
    }), {
      ResourceType: 'aws:ec2:subnet',
      Parameters: { vpc: 'vpc-1', availabilityZoneIdentifier: 'eu-west-1a' },
      Filters: [{ Path: 'MapPublicIpOnLaunch', Values: ['false'] }],
      SelectionMode: 'ALL',
    }],
    ['vpcEndpoints', () => FaultTarget.vpcEndpoints([
      ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', { vpcEndpointId: 'vpce-1', port: 443 }),
    ]), {
      ResourceType: 'aws:ec2:vpc-endpoint',
      ResourceArns: [arnOf('ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1')],
      SelectionMode: 'ALL',
    }],
    ['transitGateways', () => FaultTarget.transitGateways([new ec2.CfnTransitGateway(stack, 'Gateway')]), {
      ResourceType: 'aws:ec2:transit-gateway',
      ResourceArns: [{ 'Fn::GetAtt': ['Gateway', 'TransitGatewayArn'] }],
      SelectionMode: 'ALL',
    }],
    ['applicationLoadBalancers', () => FaultTarget.applicationLoadBalancers([
      elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Alb', { loadBalancerArn: loadBalancer('app'), securityGroupId: 'sg-1' }),
    ]), {
      ResourceType: 'aws:arc:zonal-shift-managed-resource', ResourceArns: [loadBalancer('app')], SelectionMode: 'ALL',
    }],
    ['networkLoadBalancers', () => FaultTarget.networkLoadBalancers([
      elbv2.NetworkLoadBalancer.fromNetworkLoadBalancerAttributes(stack, 'Nlb', { loadBalancerArn: loadBalancer('net') }),
    ]), {
      ResourceType: 'aws:arc:zonal-shift-managed-resource', ResourceArns: [loadBalancer('net')], SelectionMode: 'ALL',
    }],
    ['ecsClusters', () => FaultTarget.ecsClusters([ecsCluster()]), {
      ResourceType: 'aws:ecs:cluster',
      ResourceArns: [arnOf('ecs:eu-west-1:111122223333:cluster/shop')],
      SelectionMode: 'ALL',
    }],
    ['ecsService', () => FaultTarget.ecsService(
      ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', { cluster: ecsCluster(), serviceName: 'checkout' }),
      { selection: Selection.count(1) },
    ), {
      ResourceType: 'aws:ecs:task', Parameters: { cluster: 'shop', service: 'checkout' }, SelectionMode: 'COUNT(1)',
    }],
    ['ecsTasks', () => FaultTarget.ecsTasks(ecsCluster(), { selection: Selection.percent(10), filters: { LastStatus: ['RUNNING'] } }), {
      ResourceType: 'aws:ecs:task',
      Parameters: { cluster: 'shop' },
      Filters: [{ Path: 'LastStatus', Values: ['RUNNING'] }],
      SelectionMode: 'PERCENT(10)',
    }],
    ['eksCluster', () => FaultTarget.eksCluster(eksCluster()), {
      ResourceType: 'aws:eks:cluster',
      ResourceArns: [arnOf('eks:eu-west-1:111122223333:cluster/shop')],
      SelectionMode: 'ALL',
    }],
    ['nodegroups', () => FaultTarget.nodegroups([new eks.Nodegroup(stack, 'Nodes', { cluster: eksCluster() })]), {
      ResourceType: 'aws:eks:nodegroup',
      ResourceArns: [{ 'Fn::GetAtt': [expect.stringMatching(/^Nodes/), 'Arn'] }],
      SelectionMode: 'ALL',
    }],
    ['pods by label', () => FaultTarget.pods(eksCluster(), PodSelector.labelSelector('app=web'), { namespace: 'shop', selection: Selection.count(1) }), {
      ResourceType: 'aws:eks:pod',
      Parameters: { clusterIdentifier: 'shop', namespace: 'shop', selectorType: 'labelSelector', selectorValue: 'app=web' },
      SelectionMode: 'COUNT(1)',
    }],
    ['pods of a deployment', () => FaultTarget.pods(eksCluster(), PodSelector.deploymentName('web'), { namespace: 'shop', selection: Selection.ALL }), {
      ResourceType: 'aws:eks:pod',
      Parameters: { clusterIdentifier: 'shop', namespace: 'shop', selectorType: 'deploymentName', selectorValue: 'web' },
      SelectionMode: 'ALL',
    }],
    ['a pod by name', () => FaultTarget.pods(eksCluster(), PodSelector.podName('web-0'), {
      namespace: 'shop', selection: Selection.ALL, availabilityZone: 'eu-west-1a', containerName: 'main',
    }), {
      ResourceType: 'aws:eks:pod',
      Parameters: {
        clusterIdentifier: 'shop',
        namespace: 'shop',
        selectorType: 'podName',
        selectorValue: 'web-0',
        availabilityZoneIdentifier: 'eu-west-1a',
        targetContainerName: 'main',
      },
      SelectionMode: 'ALL',
    }],
    ['databaseCluster', () => FaultTarget.databaseCluster(
      rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier: 'orders' }),
    ), {
      ResourceType: 'aws:rds:cluster',
      ResourceArns: [arnOf('rds:eu-west-1:111122223333:cluster:orders')],
      SelectionMode: 'ALL',
    }],
    ['databaseInstances', () => FaultTarget.databaseInstances(['a', 'b'].map((name) => rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, name, {
      instanceIdentifier: name, instanceEndpointAddress: `${name}.example.com`, port: 5432, securityGroups: [],
    }))), {
      ResourceType: 'aws:rds:db',
      ResourceArns: ['a', 'b'].map((name) => arnOf(`rds:eu-west-1:111122223333:db:${name}`)),
      SelectionMode: 'ALL',
    }],
    ['globalTables', () => FaultTarget.globalTables([dynamodb.TableV2.fromTableName(stack, 'Table', 'orders')]), {
      ResourceType: 'aws:dynamodb:global-table',
      ResourceArns: [arnOf('dynamodb:eu-west-1:111122223333:table/orders')],
      SelectionMode: 'ALL',
    }],
    ['replicationGroups', () => FaultTarget.replicationGroups(
      [new elasticache.CfnReplicationGroup(stack, 'Cache', { replicationGroupDescription: 'sessions' })], { availabilityZone: 'eu-west-1a' },
    ), {
      ResourceType: 'aws:elasticache:replicationgroup',
      ResourceArns: [arnOf('elasticache:eu-west-1:111122223333:replicationgroup:', { Ref: 'Cache' })],
      Parameters: { availabilityZoneIdentifier: 'eu-west-1a' },
      SelectionMode: 'ALL',
    }],
    ['kinesisStreams', () => FaultTarget.kinesisStreams([
      kinesis.Stream.fromStreamArn(stack, 'Stream', 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders'),
    ]), {
      ResourceType: 'aws:kinesis:stream', ResourceArns: ['arn:aws:kinesis:eu-west-1:111122223333:stream/orders'], SelectionMode: 'ALL',
    }],
    ['lambdaFunctions', () => FaultTarget.lambdaFunctions([fn('a'), fn('b')], { selection: Selection.percent(50) }), {
      ResourceType: 'aws:lambda:function', ResourceArns: [fnArn('a'), fnArn('b')], SelectionMode: 'PERCENT(50)',
    }],
    ['lambdaFunctions of an alias', () => FaultTarget.lambdaFunctions([
      new lambda.Alias(stack, 'Alias', { aliasName: 'live', version: lambda.Version.fromVersionArn(stack, 'Version', `${fnArn('a')}:3`) }),
    ]), {
      ResourceType: 'aws:lambda:function', ResourceArns: [fnArn('a')], Parameters: { functionQualifier: 'live' }, SelectionMode: 'ALL',
    }],
    ['lambdaFunctions of a version', () => FaultTarget.lambdaFunctions([lambda.Version.fromVersionArn(stack, 'Version', `${fnArn('a')}:3`)]), {
      ResourceType: 'aws:lambda:function', ResourceArns: [fnArn('a')], Parameters: { functionQualifier: '3' }, SelectionMode: 'ALL',
    }],
    ['lambdaFunctions of the latest version', () => FaultTarget.lambdaFunctions([fn('a').latestVersion]), {
      ResourceType: 'aws:lambda:function', ResourceArns: [fnArn('a')], Parameters: { functionQualifier: '$LATEST' }, SelectionMode: 'ALL',
    }],
    ['roles', () => FaultTarget.roles([iam.Role.fromRoleName(stack, 'Role', 'web')]), {
      ResourceType: 'aws:iam:role',
      ResourceArns: [arnOf('iam::111122223333:role/web')],
      SelectionMode: 'ALL',
    }],
    ['bucket', () => FaultTarget.bucket(s3.Bucket.fromBucketName(stack, 'Bucket', 'orders'), { tags: { team: 'shop' } }), {
      ResourceType: 'aws:s3:bucket',
      ResourceTags: { team: 'shop' },
      Filters: [{ Path: 'Name', Values: ['orders'] }],
      SelectionMode: 'ALL',
    }],
  ])('%s', (_, make, target) => {
    expect(rendered(make())).toEqual(target);
  });

  test('a bucket or a group of the app is found by the tags of CloudFormation', () => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const asg = new autoscaling.AutoScalingGroup(stack, 'Group', {
      vpc: vpc(), instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    });

    expect(resolved(FaultTarget.bucket(bucket))).toMatchObject({
      tags: { 'aws:cloudformation:stack-name': 'Stack', 'aws:cloudformation:logical-id': expect.stringMatching(/^Bucket/) },
      filters: { Name: [{ Ref: expect.stringMatching(/^Bucket/) }] },
      problems: [],
    });
    expect(resolved(FaultTarget.autoScalingGroup(asg))).toMatchObject({
      tags: { 'aws:cloudformation:stack-name': 'Stack', 'aws:cloudformation:logical-id': expect.stringMatching(/^GroupASG/) },
      filters: { AutoScalingGroupName: [{ Ref: expect.stringMatching(/^GroupASG/) }] },
      problems: [],
    });
  });

  test('resources of another account and Region keep their ARNs', () => {
    const other = ec2.Volume.fromVolumeAttributes(new Stack(new App(), 'Other', { env: { account: '444455556666', region: 'us-east-1' } }), 'Volume', {
      volumeId: 'vol-1', availabilityZone: 'us-east-1a',
    });

    expect(stack.resolve(FaultTarget.volumes([other])._data.arns)).toEqual([arnOf('ec2:us-east-1:444455556666:volume/vol-1')]);
  });

  test('they know their constructs', () => {
    const alias = new lambda.Alias(stack, 'Alias', { aliasName: 'live', version: lambda.Version.fromVersionArn(stack, 'Version', `${fnArn('a')}:3`) });
    const asg = group();
    const cluster = ecsCluster();
    const service = ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', { cluster, serviceName: 'checkout' });

    expect(FaultTarget.instancesOf(asg, { selection: Selection.ALL })._data.constructs).toEqual([asg]);
    expect(FaultTarget.autoScalingGroup(asg, { tags: { team: 'shop' } })._data.constructs).toEqual([asg]);
    expect(FaultTarget.ecsService(service, { selection: Selection.ALL })._data.constructs).toEqual([service]);
    expect(FaultTarget.lambdaFunctions([alias])._data.constructs).toEqual([alias.version.lambda]);
    expect(FaultTarget.arns(INSTANCE, [sampleArn(INSTANCE)])._data.constructs).toEqual([]);
    expect(FaultTarget.parameters('aws:ecs:task', { cluster: 'shop' }, { selection: Selection.ALL })._data.constructs).toEqual([]);
  });

  test('one object is one target, whichever actions use it', () => {
    const target = FaultTarget.instancesOf(group(), { selection: Selection.percent(50) });
    const targets = renderedTargets({ stop: someAction(target), reboot: someAction(target), other: someAction(FaultTarget.roles([iam.Role.fromRoleName(stack, 'Role', 'web')])) });

    // a target is named after the first of its actions, in the order of their names
    expect(Object.keys(targets)).toEqual(['other', 'reboot']);
  });
});

describe('targets of every type', () => {
  test.each(CATALOGUE.targetTypes.flatMap(({ resourceType, selectedBy }) => selectedBy.map((way) => ({ resourceType, way }))),
  )('$resourceType is chosen by $way', ({ resourceType, way }) => {
    const keys = { arns: 'ResourceArns', tags: 'ResourceTags', parameters: 'Parameters' };

    const target = rendered(sampleTarget(resourceType, way));

    expect(target).toMatchObject({ ResourceType: resourceType, SelectionMode: 'ALL', [keys[way]]: expect.anything() });
    expect(target.ResourceArns === undefined || target.ResourceTags === undefined).toBe(true);
    expect(target.ResourceArns === undefined || target.Filters === undefined).toBe(true);
  });

  test.each(CATALOGUE.targetTypes.flatMap(({ resourceType, selectedBy }) => (
    WAYS.filter((way) => !selectedBy.includes(way)).map((way) => ({ resourceType, way })))),
  )('fails if $resourceType is chosen by $way', ({ resourceType, way }) => {
    expect(sampleTarget(resourceType, way)._data.problems.join()).toContain(`a target of type ${resourceType} must be chosen by `);
  });

  test('every factory is listed in the record of its type', () => {
    const general = ['arns', 'parameters', 'taggedWith'];
    const internal = ['found', 'listed', 'tagged'];
    const factories = Object.getOwnPropertyNames(FaultTarget).filter((name) => typeof (FaultTarget as any)[name] === 'function');

    expect(factories.sort()).toEqual([...CATALOGUE.targetTypes.flatMap((record) => record.factories), ...general, ...internal].sort());
  });
});

describe('targets found by tags', () => {
  test.each(CATALOGUE.targetTypes.filter(({ selectedBy }) => selectedBy.includes('tags')))('$resourceType has the filters of its record', (record) => {
    expect(sampleTarget(record.resourceType, 'tags')._data).toEqual({
      resourceType: record.resourceType,
      tags: { team: 'shop', stage: 'staging' },
      filters: record.defaultFilters,
      parameters: sampleParameters(record.resourceType),
      selectionMode: 'ALL',
      constructs: [],
      problems: [],
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

  test('a type that the library does not know is not checked', () => {
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

  test('accepts as many tags as FIS does', () => {
    expect(FaultTarget.taggedWith(INSTANCE, many(50), { selection: Selection.ALL })._data.problems).toEqual([]);
  });

  test.each([
    ['an empty path', { '': ['a'] }, 'the path of a filter must have 1 to 256 characters, got 0'],
    ['a long path', { ['P'.repeat(257)]: ['a'] }, 'the path of a filter must have 1 to 256 characters, got 257'],
    ['no values', { VpcId: [] }, "filter 'VpcId' must have at least one value, got none"],
    ['a long value', { VpcId: ['v'.repeat(129)] }, "a value of filter 'VpcId' must have 1 to 128 characters, got 129"],
    ['an empty value', { VpcId: [''] }, "a value of filter 'VpcId' must have 1 to 128 characters, got 0"],
    ['the name that the EC2 API uses', { 'vpc-id': ['vpc-1'] },
      "the path of a filter must be in Pascal case, for example Placement.AvailabilityZone, got 'vpc-id'"],
  ])('fails with a filter of %s', (_, filters, problem) => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.ALL, filters })._data.problems).toEqual([problem]);
  });

  test('fails with a percentage of named resources that is rounded down to none', () => {
    const arns = ['1', '2'].map((id) => `arn:aws:ec2:eu-west-1:111122223333:instance/i-${id}`);
    const problems = (percent: number) => FaultTarget.arns(INSTANCE, arns, { selection: Selection.percent(percent) })._data.problems;

    expect(problems(50)).toEqual([]);
    expect(problems(49)).toEqual([
      "'selection' must leave at least 1 of the resources that a target names, got 49 percent of 2, which FIS rounds down to none",
    ]);
  });

  test('fails with an invalid type', () => {
    expect(FaultTarget.taggedWith('instance', { team: 'shop' }, { selection: Selection.ALL })._data.problems)
      .toEqual(["the type of a target must look like aws:ec2:instance, got 'instance'"]);
  });

  test('fails with an invalid selection', () => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.percent(0) })._data.problems)
      .toEqual(["'percent' must be a whole number from 1 to 100, got 0"]);
  });

  test('fails without a selection, in languages in which it can be omitted', () => {
    expect(FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, {} as any)._data.problems)
      .toEqual(["'selection' must be a Selection, for example Selection.percent(50), got nothing"]);
  });

  test('fails without ARNs', () => {
    expect(FaultTarget.instances([])._data.problems)
      .toEqual(['a target must name 1 to 5 resources, got 0; find others with FaultTarget.taggedWith']);
  });

  test('fails with more ARNs than FIS accepts', () => {
    const arns = Array.from({ length: 6 }, (_, index) => `${sampleArn(INSTANCE)}${index}`);

    expect(FaultTarget.arns(INSTANCE, arns.slice(0, 5))._data.problems).toEqual([]);
    expect(FaultTarget.arns(INSTANCE, arns)._data.problems)
      .toEqual(['a target must name 1 to 5 resources, got 6; find others with FaultTarget.taggedWith']);
  });

  test('fails with a duplicate ARN', () => {
    const arn = sampleArn('aws:rds:db');

    expect(FaultTarget.arns('aws:rds:db', [arn, arn, arn])._data.problems).toEqual([`a target must name each resource once, got ${arn} more than once`]);
  });

  test.each(BY_ARN.flatMap((type) => BY_ARN.filter((other) => isOther(type, other)).map((other) => ({ type, other }))),
  )('fails with an ARN of $other in a target of $type', ({ type, other }) => {
    const { arn } = CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === type)!;

    const parameters = sampleParameters(type);

    expect(FaultTarget.arns(type, [sampleArn(type)], { parameters })._data.problems).toEqual([]);
    expect(FaultTarget.arns(type, [sampleArn(other)], { parameters })._data.problems)
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
    const ways = [
      FaultTarget.arns('aws:s3:bucket', ['arn:aws:s3:::orders']),
      FaultTarget.taggedWith('aws:eks:pod', { team: 'shop' }, { selection: Selection.ALL, parameters: sampleParameters('aws:eks:pod') }),
      FaultTarget.taggedWith('aws:iam:role', { team: 'shop' }, { selection: Selection.ALL }),
      FaultTarget.parameters('aws:rds:db', { availabilityZoneIdentifiers: 'all' }, { selection: Selection.ALL }),
    ];

    expect(() => throwAll(ways)).toThrowErrorMatchingInlineSnapshot(`
"a target of type aws:s3:bucket must be chosen by tags, got arns; use FaultTarget.bucket or FaultTarget.taggedWith
a target of type aws:eks:pod must be chosen by parameters, got tags; use FaultTarget.pods or FaultTarget.parameters
a target of type aws:iam:role must be chosen by arns, got tags; use FaultTarget.roles or FaultTarget.arns
a target of type aws:rds:db must be chosen by arns or tags, got parameters; use FaultTarget.databaseInstances, FaultTarget.arns or FaultTarget.taggedWith"
`);
  });

  test('fails with more than one EKS cluster', () => {
    const target = FaultTarget.arns('aws:eks:cluster', ['a', 'b'].map((name) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`));

    expect(() => throwAll([target])).toThrowErrorMatchingInlineSnapshot('"a target must name 1 resource, got 2"');
  });

  test('fails with more subnets than FIS accepts', () => {
    const subnets = Array.from({ length: 6 }, (_, index) => ec2.Subnet.fromSubnetId(stack, `Subnet${index}`, `subnet-${index}`));

    expect(() => throwAll([FaultTarget.subnets(subnets)])).toThrowErrorMatchingInlineSnapshot('"a target must name 1 to 5 resources, got 6; find others with FaultTarget.taggedWith or FaultTarget.parameters"');
  });

  test('fails with the ARN that the CDK makes for an Auto Scaling group', () => {
    const target = FaultTarget.arns('aws:ec2:autoscaling-group', ['arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web']);

    expect(() => throwAll([target])).toThrowErrorMatchingInlineSnapshot('"an ARN of a target must have no wildcard, got \'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web\'; use FaultTarget.autoScalingGroup or FaultTarget.taggedWith"');
    expect(FaultTarget.arns('aws:ec2:autoscaling-group', [group().autoScalingGroupArn])._data.problems).toHaveLength(1);
  });

  test('fails if a resource that is found by its tags is imported without tags', () => {
    const targets = [
      FaultTarget.bucket(s3.Bucket.fromBucketName(stack, 'Bucket', 'orders')),
      FaultTarget.autoScalingGroup(group()),
      FaultTarget.autoScalingGroup(autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Other', 'other'), { tags: {} }),
    ];

    expect(() => throwAll(targets)).toThrowErrorMatchingInlineSnapshot(`
"'tags' must be given for Stack/Bucket, whose own tags the library does not know, got nothing; name tags that it carries
'tags' must be given for Stack/Asg, whose own tags the library does not know, got nothing; name tags that it carries
a target found by tags must have 1 to 50 tags, got 0"
`);
  });

  test('fails with functions of several aliases', () => {
    expect(() => throwAll([FaultTarget.lambdaFunctions([fn('a'), fn('b').latestVersion])])).toThrowErrorMatchingInlineSnapshot('"the functions of a target must have the same alias or version, got (none), $LATEST; make a target and an action for each"');
  });

  test('fails with tags that FIS does not accept', () => {
    const targets = [
      FaultTarget.taggedWith(INSTANCE, { '': 'a', ['k'.repeat(129)]: 'b', 'long': 'v'.repeat(257), 'none': undefined as any }, { selection: Selection.ALL }),
    ];

    expect(() => throwAll(targets)).toThrowErrorMatchingInlineSnapshot(`
"the key of a tag must have 1 to 128 characters, got 0
the key of a tag must have 1 to 128 characters, got 129
the value of tag 'none' must be text, got undefined
the value of tag 'long' must have at most 256 characters, got 257"
`);
  });

  test('fails with invalid target parameters', () => {
    const pods = { clusterIdentifier: 'shop', namespace: 'shop', selectorType: 'labelSelector', selectorValue: 'app=web' };
    const all = { selection: Selection.ALL };

    const targets = [
      FaultTarget.parameters('aws:ecs:task', {}, all),
      FaultTarget.parameters('aws:eks:pod', {}, all),
      FaultTarget.parameters('aws:ecs:task', { clusterIdentifier: 'shop' }, all),
      FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { ...all, parameters: { cluster: 'shop' } }),
      FaultTarget.parameters('aws:eks:pod', { ...pods, namespace: '' }, all),
      FaultTarget.parameters('aws:eks:pod', { ...pods, selectorValue: 'v'.repeat(1025) }, all),
      FaultTarget.parameters('aws:eks:pod', { ...pods, selectorType: 'label' }, all),
      FaultTarget.parameters('aws:eks:pod', { ...pods, namespace: 'shop;web' }, all),
      FaultTarget.arns('aws:elasticache:replicationgroup', [sampleArn('aws:elasticache:replicationgroup')]),
      FaultTarget.parameters('aws:new:thing', {}, all),
      FaultTarget.parameters('aws:ecs:task', { cluster: undefined as any, service: 1 as any }, all),
    ];

    expect(() => throwAll(targets)).toThrowErrorMatchingInlineSnapshot(`
"a target found by parameters must have at least one, got none
the target parameter 'clusterIdentifier' must be given, got nothing; add it to 'parameters'
the target parameter 'namespace' must be given, got nothing; add it to 'parameters'
the target parameter 'selectorType' must be given, got nothing; add it to 'parameters'
the target parameter 'selectorValue' must be given, got nothing; add it to 'parameters'
a target of type aws:ecs:task must have no parameters but 'cluster', 'service', got 'clusterIdentifier'
a target of type aws:ec2:instance must have no parameters, got 'cluster'
the target parameter 'namespace' must have 1 to 1024 characters, got 0
the target parameter 'selectorValue' must have 1 to 1024 characters, got 1025
the target parameter 'selectorType' must be labelSelector, deploymentName or podName, got 'label'
the target parameter 'namespace' must have letters, digits, spaces and _.:/=+-@ only, got 'shop;web'
the target parameter 'availabilityZoneIdentifier' must be given, got nothing; add it to 'parameters'
a target found by parameters must have at least one, got none
the target parameter 'cluster' must be text, got undefined
the target parameter 'service' must be text, got 1"
`);
  });

  test('accepts what the user guide documents, although the API model forbids it', () => {
    const pods = { clusterIdentifier: 'shop', namespace: 'shop', selectorType: 'labelSelector', selectorValue: 'app in (web,api),!old' };
    const zones = { writerAvailabilityZoneIdentifiers: 'eu-west-1a,eu-west-1b' };

    expect(FaultTarget.parameters('aws:eks:pod', pods, { selection: Selection.ALL })._data.problems).toEqual([]);
    expect(FaultTarget.taggedWith('aws:rds:cluster', { team: 'shop' }, { selection: Selection.ALL, parameters: zones })._data.problems).toEqual([]);
  });

  test('parameters of a type that the library does not know are not checked', () => {
    expect(FaultTarget.parameters('aws:new:thing', { any: '{}' }, { selection: Selection.ALL })._data)
      .toMatchObject({ parameters: { any: '{}' }, problems: [] });
  });
});

describe('clusters', () => {
  const all = { selection: Selection.ALL };

  test.each(['shop', 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop'])('are sent to FIS by name, given %s', (cluster) => {
    expect(FaultTarget.parameters('aws:ecs:task', { cluster }, all)._data.parameters).toEqual({ cluster: 'shop' });
    expect(FaultTarget.taggedWith('aws:ecs:task', { team: 'shop' }, { ...all, parameters: { cluster } })._data.parameters).toEqual({ cluster: 'shop' });
  });

  test('are sent to FIS by name, even if a token hides whether it is a name or an ARN', () => {
    const cluster = Token.asString({ Ref: 'Cluster' });

    const parameters = stack.resolve(FaultTarget.parameters('aws:ecs:task', { cluster }, all)._data.parameters);

    const joined = { 'Fn::Join': ['', [{ Ref: 'Cluster' }, 'cluster/', { Ref: 'Cluster' }]] };
    expect(parameters).toEqual({ cluster: { 'Fn::Select': [1, { 'Fn::Split': ['cluster/', joined] }] } });
    // what CloudFormation resolves it to
    const evaluate = (value: string) => `${value}cluster/${value}`.split('cluster/')[1];
    expect(evaluate('shop')).toBe('shop');
    expect(evaluate('arn:aws:ecs:eu-west-1:111122223333:cluster/shop')).toBe('shop');
  });

  test('limit the role to themselves, because pods have no ARNs', () => {
    expect(targetPermission(sampleTarget('aws:eks:pod'))).toEqual(arnOf('eks:eu-west-1:111122223333:cluster/sample'));
  });

  test('limit the role to their own tasks', () => {
    expect(targetPermission(FaultTarget.parameters('aws:ecs:task', { cluster: 'shop' }, all))).toEqual(arnOf('ecs:eu-west-1:111122223333:task/shop/*'));
    expect(targetPermission(FaultTarget.taggedWith('aws:ecs:task', { team: 'shop' }, all))).toEqual(arnOf('ecs:eu-west-1:111122223333:task/*/*'));
  });
});

/** Spot Instances have the ARNs of instances, and every service may have resources that zonal shift manages. */
function isOther(type: string, other: string): boolean {
  return sampleArn(type) !== sampleArn(other) && type !== 'aws:arc:zonal-shift-managed-resource';
}

function throwAll(targets: FaultTarget[]): void {
  throw new Error(targets.flatMap((target) => target._data.problems).join('\n'));
}

function someAction(target: FaultTarget): FaultAction {
  return FaultAction.custom({ actionId: 'aws:test:break', targetKey: 'Things', target, permissions: [] });
}

/** The data of a target without tokens, and without constructs, which cannot be resolved. */
function resolved({ _data: { constructs, ...data } }: FaultTarget): any {
  return stack.resolve(data);
}

/** The target as CloudFormation gets it. */
function rendered(target: FaultTarget): any {
  return renderedTargets({ only: someAction(target) }).only;
}

function renderedTargets(actions: { [name: string]: FaultAction }): any {
  new ChaosExperiment(stack, 'Gate', { experiment: Experiment.define({ actions }), alarms: [someAlarm(stack)] });
  const [template] = Object.values(Template.fromStack(stack).findResources('AWS::FIS::ExperimentTemplate'));
  return template.Properties.Targets;
}

/** The resource of a permission on the target itself. */
function targetPermission(target: FaultTarget): unknown {
  const permissions = [{ actions: ['service:Action'], on: 'target' as const }];
  const [statement] = faultPermissions(stack, { ...someAction(target)._data, permissions });
  return stack.resolve(statement.toStatementJson()).Resource;
}

function arnOf(rest: string, id?: object): object {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${rest}`, ...(id ? [id] : [])]] };
}

function group(): autoscaling.IAutoScalingGroup {
  return autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Asg', 'web');
}

function vpc(): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-a', 'subnet-b'],
  });
}

function instance(): ec2.IInstance {
  return new ec2.Instance(stack, 'Web', {
    vpc: vpc(), instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023(),
  });
}

function ecsCluster(): ecs.ICluster {
  return ecs.Cluster.fromClusterAttributes(stack, 'EcsCluster', { clusterName: 'shop', vpc: vpc() });
}

function eksCluster(): eks.ICluster {
  return eks.Cluster.fromClusterAttributes(stack, 'EksCluster', { clusterName: 'shop', vpc: vpc() });
}

function loadBalancer(kind: string): string {
  return `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/${kind}/web/0123456789abcdef`;
}

function fn(name: string): lambda.IFunction {
  return lambda.Function.fromFunctionArn(stack, name, fnArn(name));
}

function fnArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
}

function many(count: number): { [key: string]: string } {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'value']));
}
