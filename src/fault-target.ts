import { CfnResource, Fn, type IResource, Stack, Token } from 'aws-cdk-lib';
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
import type { IConstruct } from 'constructs';
import { PodSelector } from './pod-selector';
import { findTargetType } from './private/catalogue/lookup';
import type { FaultTargetData } from './private/fault/data';
import { sortedByName } from './private/fault/sorted';
import { checkTarget, GROUP_TAG } from './private/fault/targets';
import { Selection } from './selection';

/**
 * Options of a target whose resources are found when the experiment starts: everything that belongs to a group or carries tags.
 */
export interface GroupTargetOptions {
  /**
   * How many of the matching resources are hit.
   *
   * There is no default: how much of a system may break is a decision.
   */
  readonly selection: Selection;

  /**
   * Which of the matching resources may be hit: the path of a field in the answer of the resource type's Describe call, and the values it may have.
   *
   * All paths must match; of the values of a path one is enough. Paths are in Pascal case and at most 256 characters long, values at most 128,
   * for example `{ 'Placement.AvailabilityZone': ['eu-west-1a', 'eu-west-1b'] }`.
   * EC2 instances are filtered by `State.Name: ['running']` unless a filter for `State.Name` is given here:
   * FIS would otherwise choose stopped and even terminated instances too.
   *
   * @default - running instances only, where the target is EC2 instances; otherwise all that match
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-filters
   */
  readonly filters?: { [path: string]: string[] };
}

/**
 * Options of `FaultTarget.taggedWith`.
 */
export interface TaggedWithOptions extends GroupTargetOptions {
  /**
   * Parameters of the resource type, which say more about the resources: for example `{ availabilityZoneIdentifier: 'eu-west-1a' }`.
   *
   * Values have 1 to 1024 characters.
   *
   * @default - no parameters
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-parameters
   */
  readonly parameters?: { [name: string]: string };
}

/**
 * Options of `FaultTarget.subnetsOf`.
 */
export interface SubnetsOfOptions extends GroupTargetOptions {
  /**
   * Only subnets of this Availability Zone, by its code or ID: for example `eu-west-1a` or `euw1-az1`.
   *
   * @default - subnets of every Availability Zone
   */
  readonly availabilityZone?: string;
}

/**
 * Options of `FaultTarget.pods`.
 */
export interface PodTargetOptions {
  /**
   * The Kubernetes namespace of the pods.
   */
  readonly namespace: string;

  /**
   * How many of the matching pods are hit.
   *
   * There is no default: how much of a system may break is a decision.
   */
  readonly selection: Selection;

  /**
   * Only pods in this Availability Zone, by its code: for example `eu-west-1a`.
   *
   * @default - pods in every Availability Zone
   */
  readonly availabilityZone?: string;

  /**
   * The name of the container that is hit, as the specification of the pods has it.
   *
   * @default - the first container in the specification of each pod
   */
  readonly containerName?: string;
}

/**
 * Options of a target whose resources are listed one by one.
 *
 * It has no filters, because FIS refuses filters on listed resources.
 */
export interface ArnTargetOptions {
  /**
   * How many of the listed resources are hit.
   *
   * @default Selection.ALL
   */
  readonly selection?: Selection;
}

/**
 * Options of `FaultTarget.arns`.
 */
export interface ArnsOptions extends ArnTargetOptions {
  /**
   * Parameters of the resource type, which say more about the resources: for example `{ functionQualifier: 'live' }`.
   *
   * Values have 1 to 1024 characters.
   *
   * @default - no parameters
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-parameters
   */
  readonly parameters?: { [name: string]: string };
}

/**
 * Options of `FaultTarget.replicationGroups`.
 */
export interface ReplicationGroupTargetOptions extends ArnTargetOptions {
  /**
   * The Availability Zone whose nodes are hit, by its code or ID: for example `eu-west-1a` or `euw1-az1`.
   */
  readonly availabilityZone: string;
}

/**
 * Options of a target that is one resource, which FIS must find by its tags because it cannot be named by an ARN.
 */
export interface TagsOfResourceOptions {
  /**
   * Tags that the resource carries, 1 to 50. The library adds none to it.
   *
   * Other resources may carry them too: a filter on the name of the resource sees to it that only this one is hit.
   * They must be given if the resource is imported.
   *
   * @default - `aws:cloudformation:stack-name` and `aws:cloudformation:logical-id`, which CloudFormation puts on what it makes;
   * it is unverified that FIS finds resources by them, and if it does not, the experiment fails and hits nothing
   */
  readonly tags?: { [key: string]: string };
}

/**
 * The resources which a fault hits.
 *
 * Prefer targets made from constructs to `taggedWith`: whoever may tag resources can widen a target that is found by tags.
 * FIS chooses the resources once, when the experiment starts, and the experiment fails if there are none.
 * What it chooses it keeps: a task or an instance that is replaced meanwhile is not hit again.
 * By ARN a target names 5 resources at most. Of resources that are found otherwise, a quota lets most actions have 5 by default,
 * 20 if they are S3 buckets and 50 if they are pods; AWS can raise it (https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html).
 *
 * Resources without a factory of their own are named by `arns`: for example Aurora DSQL clusters, DocumentDB clusters,
 * multi-Region clusters of MemoryDB and Direct Connect virtual interfaces.
 *
 * @example
 * declare const asg: autoscaling.AutoScalingGroup;
 * declare const service: ecs.FargateService;
 * declare const checkout: lambda.Alias;
 * declare const vpc: ec2.Vpc;
 * declare const database: rds.DatabaseCluster;
 *
 * const webServers = FaultTarget.instancesOf(asg, { selection: Selection.percent(50) });
 * const tasks = FaultTarget.ecsService(service, { selection: Selection.count(1) });
 * const functions = FaultTarget.lambdaFunctions([checkout]);
 * const subnets = FaultTarget.subnets(vpc.selectSubnets({ availabilityZones: ['eu-west-1a'] }).subnets);
 * const cluster = FaultTarget.databaseCluster(database);
 * const workers = FaultTarget.taggedWith('aws:ec2:instance', { role: 'worker' }, { selection: Selection.count(1) });
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export class FaultTarget {
  /**
   * The running instances of an Auto Scaling group.
   *
   * They are found by the tag that the group puts on its instances, so the target follows the group as it scales.
   * FIS resource type: `aws:ec2:instance`.
   *
   * @param group The group
   * @param options How many of its instances are hit, and which
   */
  public static instancesOf(group: autoscaling.IAutoScalingGroup, options: GroupTargetOptions): FaultTarget {
    return FaultTarget.found('aws:ec2:instance', { tags: groupTag(group) }, options, [group]);
  }

  /**
   * The running Spot Instances of an Auto Scaling group.
   *
   * They are found by the tag that the group puts on its instances. FIS resource type: `aws:ec2:spot-instance`.
   *
   * @param group The group
   * @param options How many of its Spot Instances are hit, and which
   */
  public static spotInstancesOf(group: autoscaling.IAutoScalingGroup, options: GroupTargetOptions): FaultTarget {
    return FaultTarget.found('aws:ec2:spot-instance', { tags: groupTag(group) }, options, [group]);
  }

  /**
   * Certain EC2 instances, whatever their state.
   *
   * FIS resource type: `aws:ec2:instance`.
   *
   * @param instances The instances, 1 to 5
   * @param options How many of them are hit
   */
  public static instances(instances: ec2.IInstance[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = instances.map((instance) => ec2Arn(instance, 'instance', instance.instanceId));
    return FaultTarget.listed('aws:ec2:instance', arns, options, instances);
  }

  /**
   * An Auto Scaling group itself, for faults that keep it from launching instances.
   *
   * It is found by its tags, because CloudFormation does not tell the ARN of a group. FIS resource type: `aws:ec2:autoscaling-group`.
   *
   * @param group The group
   * @param options The tags by which it is found
   */
  public static autoScalingGroup(group: autoscaling.IAutoScalingGroup, options: TagsOfResourceOptions = {}): FaultTarget {
    return FaultTarget.tagged('aws:ec2:autoscaling-group', group, { AutoScalingGroupName: [group.autoScalingGroupName] }, options);
  }

  /**
   * EBS volumes.
   *
   * FIS resource type: `aws:ec2:ebs-volume`.
   *
   * @param volumes The volumes, 1 to 5
   * @param options How many of them are hit
   */
  public static volumes(volumes: ec2.IVolume[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = volumes.map((volume) => ec2Arn(volume, 'volume', volume.volumeId));
    return FaultTarget.listed('aws:ec2:ebs-volume', arns, options, volumes);
  }

  /**
   * Certain subnets, for example those of `vpc.selectSubnets(…)`.
   *
   * For more than 5 use `subnetsOf`. FIS resource type: `aws:ec2:subnet`.
   *
   * @param subnets The subnets, 1 to 5
   * @param options How many of them are hit
   */
  public static subnets(subnets: ec2.ISubnet[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = subnets.map((subnet) => ec2Arn(subnet, 'subnet', subnet.subnetId));
    return FaultTarget.listed('aws:ec2:subnet', arns, options, subnets);
  }

  /**
   * The subnets of a VPC, also those that this app does not make.
   *
   * They are found when the experiment starts. That FIS finds subnets by the VPC alone is documented, but unverified.
   * FIS resource type: `aws:ec2:subnet`.
   *
   * @param vpc The VPC
   * @param options How many of its subnets are hit, and which
   */
  public static subnetsOf(vpc: ec2.IVpc, options: SubnetsOfOptions): FaultTarget {
    const parameters = given({ vpc: vpc.vpcId, availabilityZoneIdentifier: options.availabilityZone });
    return FaultTarget.found('aws:ec2:subnet', { parameters }, options, [vpc]);
  }

  /**
   * Interface endpoints of a VPC.
   *
   * FIS resource type: `aws:ec2:vpc-endpoint`.
   *
   * @param endpoints The endpoints, 1 to 5
   * @param options How many of them are hit
   */
  public static vpcEndpoints(endpoints: ec2.IInterfaceVpcEndpoint[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = endpoints.map((endpoint) => ec2Arn(endpoint, 'vpc-endpoint', endpoint.vpcEndpointId));
    return FaultTarget.listed('aws:ec2:vpc-endpoint', arns, options, endpoints);
  }

  /**
   * Transit gateways.
   *
   * Name others by `FaultTarget.arns('aws:ec2:transit-gateway', …)`. FIS resource type: `aws:ec2:transit-gateway`.
   *
   * @param gateways The transit gateways, 1 to 5
   * @param options How many of them are hit
   */
  public static transitGateways(gateways: ec2.CfnTransitGateway[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:ec2:transit-gateway', gateways.map((gateway) => gateway.attrTransitGatewayArn), options, gateways);
  }

  /**
   * Application Load Balancers that are registered with ARC zonal shift.
   *
   * FIS resource type: `aws:arc:zonal-shift-managed-resource`.
   *
   * @param loadBalancers The load balancers, 1 to 5
   * @param options How many of them are hit
   */
  public static applicationLoadBalancers(loadBalancers: elbv2.IApplicationLoadBalancer[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn);
    return FaultTarget.listed('aws:arc:zonal-shift-managed-resource', arns, options, loadBalancers);
  }

  /**
   * Network Load Balancers that are registered with ARC zonal shift.
   *
   * FIS resource type: `aws:arc:zonal-shift-managed-resource`.
   *
   * @param loadBalancers The load balancers, 1 to 5
   * @param options How many of them are hit
   */
  public static networkLoadBalancers(loadBalancers: elbv2.INetworkLoadBalancer[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = loadBalancers.map((loadBalancer) => loadBalancer.loadBalancerArn);
    return FaultTarget.listed('aws:arc:zonal-shift-managed-resource', arns, options, loadBalancers);
  }

  /**
   * ECS clusters, for faults that drain their container instances.
   *
   * FIS resource type: `aws:ecs:cluster`.
   *
   * @param clusters The clusters, 1 to 5
   * @param options How many of them are hit
   */
  public static ecsClusters(clusters: ecs.ICluster[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:ecs:cluster', clusters.map((cluster) => cluster.clusterArn), options, clusters);
  }

  /**
   * The tasks of an ECS service.
   *
   * An imported service must know its cluster, as that of `FargateService.fromFargateServiceAttributes` does. FIS resource type: `aws:ecs:task`.
   *
   * @param service The service
   * @param options How many of its tasks are hit, and which
   */
  public static ecsService(service: ecs.IBaseService, options: GroupTargetOptions): FaultTarget {
    const parameters = { cluster: service.cluster.clusterName, service: service.serviceName };
    return FaultTarget.found('aws:ecs:task', { parameters }, options, [service]);
  }

  /**
   * The tasks in an ECS cluster, whatever service they belong to.
   *
   * FIS resource type: `aws:ecs:task`.
   *
   * @param cluster The cluster
   * @param options How many of its tasks are hit, and which
   */
  public static ecsTasks(cluster: ecs.ICluster, options: GroupTargetOptions): FaultTarget {
    return FaultTarget.found('aws:ecs:task', { parameters: { cluster: cluster.clusterName } }, options, [cluster]);
  }

  /**
   * An EKS cluster, for faults that a Kubernetes operator injects.
   *
   * FIS resource type: `aws:eks:cluster`.
   *
   * @param cluster The cluster
   */
  public static eksCluster(cluster: eks.ICluster): FaultTarget {
    return FaultTarget.listed('aws:eks:cluster', [cluster.clusterArn], {}, [cluster]);
  }

  /**
   * Managed node groups of an EKS cluster.
   *
   * The name of a node group does not tell its ARN: find imported ones by `taggedWith`, or name them by `arns`.
   * FIS resource type: `aws:eks:nodegroup`.
   *
   * @param nodegroups The node groups, 1 to 5
   * @param options How many of them are hit
   */
  public static nodegroups(nodegroups: eks.Nodegroup[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:eks:nodegroup', nodegroups.map((nodegroup) => nodegroup.nodegroupArn), options, nodegroups);
  }

  /**
   * Pods of an EKS cluster.
   *
   * FIS resource type: `aws:eks:pod`.
   *
   * @param cluster The cluster
   * @param selector Which pods
   * @param options Where the pods are, and how many of them are hit
   */
  public static pods(cluster: eks.ICluster, selector: PodSelector, options: PodTargetOptions): FaultTarget {
    const parameters = given({
      clusterIdentifier: cluster.clusterName,
      namespace: options.namespace,
      ...selector._data,
      availabilityZoneIdentifier: options.availabilityZone,
      targetContainerName: options.containerName,
    });
    return FaultTarget.found('aws:eks:pod', { parameters }, { selection: options.selection }, [cluster]);
  }

  /**
   * An Aurora cluster or a Multi-AZ DB cluster.
   *
   * For another kind of cluster that fails over like one, for example DocumentDB, use `FaultTarget.arns('aws:rds:cluster', …)`.
   * FIS resource type: `aws:rds:cluster`.
   *
   * @param cluster The cluster
   */
  public static databaseCluster(cluster: rds.IDatabaseCluster): FaultTarget {
    return FaultTarget.listed('aws:rds:cluster', [cluster.clusterArn], {}, [cluster]);
  }

  /**
   * RDS database instances.
   *
   * FIS resource type: `aws:rds:db`.
   *
   * @param instances The instances, 1 to 5
   * @param options How many of them are hit
   */
  public static databaseInstances(instances: rds.IDatabaseInstance[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:rds:db', instances.map((instance) => instance.instanceArn), options, instances);
  }

  /**
   * DynamoDB global tables.
   *
   * FIS resource type: `aws:dynamodb:global-table`.
   *
   * @param tables The tables, 1 to 5
   * @param options How many of them are hit
   */
  public static globalTables(tables: dynamodb.ITable[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:dynamodb:global-table', tables.map((table) => table.tableArn), options, tables);
  }

  /**
   * ElastiCache replication groups, of which the nodes in one Availability Zone are hit.
   *
   * Name others by `FaultTarget.arns('aws:elasticache:replicationgroup', …)`. FIS resource type: `aws:elasticache:replicationgroup`.
   *
   * @param groups The replication groups, 1 to 5
   * @param options The Availability Zone, and how many of the groups are hit
   */
  public static replicationGroups(groups: elasticache.CfnReplicationGroup[], options: ReplicationGroupTargetOptions): FaultTarget {
    const arns = groups.map((group) => Stack.of(group).formatArn({
      service: 'elasticache', resource: `replicationgroup:${group.ref}`,
    }));
    const parameters = given({ availabilityZoneIdentifier: options.availabilityZone });
    return FaultTarget.listed('aws:elasticache:replicationgroup', arns, options, groups, parameters);
  }

  /**
   * Kinesis data streams.
   *
   * FIS resource type: `aws:kinesis:stream`.
   *
   * @param streams The streams, 1 to 5
   * @param options How many of them are hit
   */
  public static kinesisStreams(streams: kinesis.IStream[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:kinesis:stream', streams.map((stream) => stream.streamArn), options, streams);
  }

  /**
   * Lambda functions, or the invocations of an alias or a version of them.
   *
   * Of a function all invocations are hit, of an alias or a version only those that name it.
   * All in one target must have the same alias name or version. FIS resource type: `aws:lambda:function`.
   *
   * @param functions Functions, aliases or versions, 1 to 5
   * @param options How many of them are hit
   */
  public static lambdaFunctions(functions: lambda.IFunction[], options: ArnTargetOptions = {}): FaultTarget {
    const all = functions.map(unqualified);
    const qualifiers = [...new Set(all.map(({ qualifier }) => qualifier))];
    const parameters = given({ functionQualifier: qualifiers[0] });
    const problems = qualifiers.length <= 1 ? [] : [
      `the functions of a target must have the same alias or version, got ${qualifiers.map((name) => name ?? '(none)').join(', ')}; `
      + 'make a target and an action for each',
    ];
    return FaultTarget.listed(
      'aws:lambda:function', all.map(({ target }) => target.functionArn), options, all.map(({ target }) => target), parameters, problems,
    );
  }

  /**
   * IAM roles, whose calls of AWS fail.
   *
   * Never hit a role that the pipeline or the recovery of the system needs. FIS resource type: `aws:iam:role`.
   *
   * @param roles The roles, 1 to 5
   * @param options How many of them are hit
   */
  public static roles(roles: iam.IRole[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.listed('aws:iam:role', roles.map((role) => role.roleArn), options, roles);
  }

  /**
   * An S3 bucket.
   *
   * It is found by its tags, because FIS takes no ARNs of buckets. FIS resource type: `aws:s3:bucket`.
   *
   * @param bucket The bucket
   * @param options The tags by which it is found
   */
  public static bucket(bucket: s3.IBucket, options: TagsOfResourceOptions = {}): FaultTarget {
    return FaultTarget.tagged('aws:s3:bucket', bucket, { Name: [bucket.bucketName] }, options);
  }

  /**
   * All resources of a type that carry all of these tags when the experiment starts.
   *
   * An empty value matches only an empty value, not every value. Whoever may tag resources can widen this target.
   *
   * @param resourceType The type as FIS names it, for example `aws:ec2:instance`
   * @param tags Key and value of each tag, 1 to 50
   * @param options How many of the resources are hit, and which
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-identification
   */
  public static taggedWith(resourceType: string, tags: { [key: string]: string }, options: TaggedWithOptions): FaultTarget {
    return FaultTarget.found(resourceType, { tags, parameters: withNames(resourceType, options.parameters) }, options, []);
  }

  /**
   * Certain resources of any type that FIS knows.
   *
   * @param resourceType The type as FIS names it, for example `aws:rds:db`
   * @param arns The ARNs of the resources, 1 to 5
   * @param options How many of them are hit
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-identification
   */
  public static arns(resourceType: string, arns: string[], options: ArnsOptions = {}): FaultTarget {
    return FaultTarget.listed(resourceType, arns, options, [], withNames(resourceType, options.parameters));
  }

  /**
   * All resources of a type that match target parameters when the experiment starts.
   *
   * The user guide shows it for ECS tasks and for pods; that volumes and subnets can be chosen without tags is unverified.
   * ECS and EKS clusters may be given by name or ARN; FIS is sent the name.
   *
   * @param resourceType The type as FIS names it, for example `aws:ecs:task`
   * @param parameters The parameters of the type, each with 1 to 1024 characters, for example `{ cluster: 'shop', service: 'checkout' }`
   * @param options How many of the resources are hit, and which
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-parameters
   */
  public static parameters(resourceType: string, parameters: { [name: string]: string }, options: GroupTargetOptions): FaultTarget {
    return FaultTarget.found(resourceType, { parameters: withNames(resourceType, parameters) }, options, []);
  }

  /** Resources which FIS finds when the experiment starts. */
  private static found(resourceType: string, choice: Choice, options: GroupTargetOptions, constructs: IConstruct[]): FaultTarget {
    const filters = { ...defaultFilters(resourceType), ...options.filters };
    return new FaultTarget(resourceType, options.selection, { ...choice, filters }, constructs);
  }

  /** One resource, which FIS finds by its tags and its name. */
  private static tagged(resourceType: string, resource: IResource, filters: Filters, options: TagsOfResourceOptions): FaultTarget {
    const tags = options.tags ?? cloudFormationTags(resource);
    const problems = tags ? [] : [
      `'tags' must be given for ${resource.node.path}, whose own tags the library does not know, got nothing; name tags that it carries`,
    ];
    return new FaultTarget(resourceType, Selection.ALL, { tags, filters }, [resource], problems);
  }

  /** Resources whose ARNs are known. */
  private static listed(
    resourceType: string, arns: string[], options: ArnTargetOptions, constructs: IConstruct[],
    parameters?: Choice['parameters'], problems: string[] = [],
  ): FaultTarget {
    return new FaultTarget(resourceType, options.selection ?? Selection.ALL, { arns, parameters }, constructs, problems);
  }

  /** @internal */
  public readonly _data: FaultTargetData;

  private constructor(
    resourceType: string, selection: Selection | undefined, choice: Choice, constructs: IConstruct[], problems: string[] = [],
  ) {
    const data = {
      resourceType,
      ...choice,
      filters: Object.keys(choice.filters ?? {}).length > 0 ? sortedByName(choice.filters!) : undefined,
      selectionMode: selection?._data.mode ?? 'ALL',
    };
    const selectionProblems = selection?._data.problems ?? ["'selection' must be a Selection, for example Selection.percent(50), got nothing"];
    this._data = {
      ...data,
      constructs,
      problems: [...problems, ...selectionProblems, ...checkTarget(data, findTargetType(resourceType))],
    };
  }
}

type Choice = Pick<FaultTargetData, 'arns' | 'tags' | 'filters' | 'parameters'>;
type Filters = { [path: string]: string[] };

function defaultFilters(resourceType: string): Filters {
  const filters = findTargetType(resourceType)?.defaultFilters ?? {};
  return Object.fromEntries(Object.entries(filters).map(([path, values]) => [path, [...values]]));
}

function groupTag(group: autoscaling.IAutoScalingGroup): { [key: string]: string } {
  return { [GROUP_TAG]: group.autoScalingGroupName };
}

/** The tags that CloudFormation puts on what it makes; undefined if this app does not make it. */
function cloudFormationTags(resource: IResource): { [key: string]: string } | undefined {
  const made = resource.node.defaultChild;
  return made && CfnResource.isCfnResource(made)
    ? { 'aws:cloudformation:stack-name': made.stack.stackName, 'aws:cloudformation:logical-id': made.logicalId }
    : undefined;
}

/** With the environment of the resource, which may be imported from another. */
function ec2Arn(resource: IResource, type: string, id: string): string {
  const { region, account } = resource.env;
  return Stack.of(resource).formatArn({ service: 'ec2', region, account, resource: type, resourceName: id });
}

/** A function without its alias or version, and that apart. */
function unqualified(target: lambda.IFunction): { target: lambda.IFunction; qualifier?: string } {
  if ('aliasName' in target) {
    const { aliasName, version } = target as lambda.IAlias;
    return { target: version.lambda, qualifier: aliasName };
  }
  if ('lambda' in target && 'version' in target) {
    const { version, lambda: fn } = target as lambda.IVersion;
    return { target: fn, qualifier: version };
  }
  return { target };
}

/** FIS takes names and ARNs of clusters, but the ARN patterns of permissions are made with names. */
function withNames(resourceType: string, parameters: { [name: string]: string } | undefined): { [name: string]: string } | undefined {
  if (!parameters) { return undefined; }

  const records = findTargetType(resourceType)?.parameters ?? [];
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => {
    const infix = records.find((record) => record.name === name)?.nameInArn;
    return [name, infix && typeof value === 'string' ? nameOf(value, infix) : value];
  }));
}

/** What stands behind `infix`, or the whole value if `infix` is not in it. Written twice, the first piece after an `infix` is that in either case. */
function nameOf(value: string, infix: string): string {
  return Token.isUnresolved(value) ? Fn.select(1, Fn.split(infix, value + infix + value)) : value.split(infix).pop()!;
}

function given(values: { [name: string]: string | undefined }): { [name: string]: string } | undefined {
  const entries = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
