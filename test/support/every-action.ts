/**
 * An experiment template for each action and each SSM document that has a factory, with its target chosen in every possible way: from
 * constructs, by tags, by ARNs, by parameters.
 */
import { App, Size, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
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
import { allOptions, CATALOGUE, FACTORIES, Factory, make, Options, targetOf, waysOf } from './catalogue-samples';
import { someAlarm } from './fixtures';
import { Experiment, FaultTarget, PodSelector, Selection } from '../../src';
import { ExperimentTemplate } from '../../src/private/template/construct';

/** One template: an action, made with a target and options. */
export interface Case {
  /** What it is, and its id below the stack. */
  readonly name: string;
  readonly factory: Factory;
  readonly options: Options;
  readonly target: (resources: Resources) => FaultTarget | undefined;
}

/** All templates. */
export const CASES: Case[] = FACTORIES.flatMap((factory) => [
  ...(factory.target ? waysOf(factory) : [undefined]).flatMap((way) => [
    { name: `${factory.name}-${way ?? 'alone'}`, factory, options: {}, target: () => targetOf(factory, way) },
    { name: `${factory.name}-${way ?? 'alone'}-all`, factory, options: allOptions(factory), target: () => targetOf(factory, way) },
  ]),
  ...constructsOf(factory).map((name) => ({
    name: `${factory.name}-${name}`, factory, options: {}, target: (resources: Resources) => targetFrom(name, resources),
  })),
]);

/** An app with a stack for each service, which contains the templates of its actions and the constructs they hit. */
export function everyAction(): App {
  const app = new App();
  const places = new Map<string, Place>();
  for (const { name, factory, options, target } of CASES) {
    const service = serviceOf(factory);
    const place = places.get(service) ?? makePlace(app, service);
    places.set(service, place);
    const { template } = Experiment.define({ actions: { action: make(factory, options, target(place.resources)) } })._data;
    new ExperimentTemplate(place.stack, name, { template: template!, alarms: [place.alarm] });
  }
  return app;
}

interface Place {
  readonly stack: Stack;
  readonly alarm: cloudwatch.IAlarm;
  readonly resources: Resources;
}

function makePlace(app: App, service: string): Place {
  const stack = new Stack(app, service);
  return { stack, alarm: someAlarm(stack), resources: new Resources(stack) };
}

/** All documents share a stack of their own. */
function serviceOf({ id }: Factory): string {
  return id.startsWith('aws:') ? id.split(':')[1] : 'documents';
}

/** A target made from constructs by a factory of `FaultTarget`. */
function targetFrom(factory: string, resources: Resources): FaultTarget {
  if (!(factory in TARGETS)) { throw new Error(`add FaultTarget.${factory}, a factory in catalogue/target-types.json, to TARGETS in test/support/every-action.ts`); }
  return TARGETS[factory](resources);
}

/** The factories of `FaultTarget` for the target of an action. */
function constructsOf(factory: Factory): readonly string[] {
  return CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === factory.target?.resourceType)?.factories ?? [];
}

/** The constructs of a stack, created when they are needed. */
export class Resources {
  private readonly made = new Map<string, unknown>();

  constructor(private readonly stack: Stack) {}

  public get vpc() { return this.one('Vpc', (id) => new ec2.Vpc(this.stack, id, { maxAzs: 2, natGateways: 0 })); }
  public get group() {
    return this.one('Group', (id) => new autoscaling.AutoScalingGroup(this.stack, id, {
      vpc: this.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      launchTemplate: new ec2.LaunchTemplate(this.stack, 'Launch', {
        machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        instanceType: new ec2.InstanceType('t3.micro'),
        role: this.role,
        securityGroup: new ec2.SecurityGroup(this.stack, 'SecurityGroup', { vpc: this.vpc }),
      }),
    }));
  }
  public get role() { return this.one('Role', (id) => new iam.Role(this.stack, id, { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') })); }
  public get instance() {
    return this.one('Instance', (id) => new ec2.Instance(this.stack, id, {
      vpc: this.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      instanceType: new ec2.InstanceType('t3.micro'),
    }));
  }
  public get ecsCluster() { return this.one('EcsCluster', (id) => new ecs.Cluster(this.stack, id, { vpc: this.vpc })); }
  public get service() {
    return this.one('Service', (id) => {
      const taskDefinition = new ecs.FargateTaskDefinition(this.stack, 'Tasks');
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('web') });
      return new ecs.FargateService(this.stack, id, { cluster: this.ecsCluster, taskDefinition });
    });
  }
  public get eksCluster() { return this.one('EksCluster', (id) => eks.Cluster.fromClusterAttributes(this.stack, id, { clusterName: 'shop', vpc: this.vpc })); }
  public get database() {
    return this.one('Database', (id) => new rds.DatabaseCluster(this.stack, id, {
      engine: rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 }),
      writer: rds.ClusterInstance.serverlessV2('writer'),
      vpc: this.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    }));
  }
  public get databaseInstance() {
    return this.one('DatabaseInstance', (id) => new rds.DatabaseInstance(this.stack, id, {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16_6 }),
      vpc: this.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    }));
  }
  public get function() {
    return this.one('Function', (id) => new lambda.Function(this.stack, id, {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {}'),
    }));
  }
  public get alias() {
    return this.one('Alias', (id) => new lambda.Alias(this.stack, id, { aliasName: 'live', version: this.function.currentVersion }));
  }
  public get volume() {
    return this.one('Volume', (id) => new ec2.Volume(this.stack, id, { availabilityZone: 'eu-west-1a', size: Size.gibibytes(8) }));
  }
  public get endpoint() {
    return this.one('Endpoint', (id) => new ec2.InterfaceVpcEndpoint(this.stack, id, { vpc: this.vpc, service: ec2.InterfaceVpcEndpointAwsService.SQS }));
  }
  public get transitGateway() { return this.one('TransitGateway', (id) => new ec2.CfnTransitGateway(this.stack, id)); }
  public get applicationLoadBalancer() {
    return this.one('Alb', (id) => new elbv2.ApplicationLoadBalancer(this.stack, id, { vpc: this.vpc, internetFacing: true }));
  }
  public get networkLoadBalancer() {
    return this.one('Nlb', (id) => new elbv2.NetworkLoadBalancer(this.stack, id, { vpc: this.vpc, internetFacing: true }));
  }
  public get nodegroup() {
    return this.one('Nodes', (id) => new eks.Nodegroup(this.stack, id, { cluster: this.eksCluster, subnets: { subnetType: ec2.SubnetType.PUBLIC } }));
  }
  public get table() {
    return this.one('Table', (id) => new dynamodb.TableV2(this.stack, id, { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }));
  }
  public get replicationGroup() {
    return this.one('Cache', (id) => new elasticache.CfnReplicationGroup(this.stack, id, {
      replicationGroupDescription: 'cache',
      cacheNodeType: 'cache.t4g.micro',
      engine: 'valkey',
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      transitEncryptionEnabled: true,
    }));
  }
  public get stream() { return this.one('Stream', (id) => new kinesis.Stream(this.stack, id)); }
  public get bucket() { return this.one('Bucket', (id) => new s3.Bucket(this.stack, id)); }

  private one<T>(id: string, create: (id: string) => T): T {
    if (!this.made.has(id)) { this.made.set(id, create(id)); }
    return this.made.get(id) as T;
  }
}

const half = { selection: Selection.percent(50) };

/** A target for each factory of `FaultTarget` that takes constructs. */
export const TARGETS: { readonly [factory: string]: (resources: Resources) => FaultTarget } = {
  instancesOf: ({ group }) => FaultTarget.instancesOf(group, half),
  spotInstancesOf: ({ group }) => FaultTarget.spotInstancesOf(group, half),
  instances: ({ instance }) => FaultTarget.instances([instance]),
  autoScalingGroup: ({ group }) => FaultTarget.autoScalingGroup(group),
  volumes: ({ volume }) => FaultTarget.volumes([volume]),
  subnets: ({ vpc }) => FaultTarget.subnets(vpc.publicSubnets),
  subnetsOf: ({ vpc }) => FaultTarget.subnetsOf(vpc, { ...half, availabilityZone: 'eu-west-1a' }),
  vpcEndpoints: ({ endpoint }) => FaultTarget.vpcEndpoints([endpoint]),
  transitGateways: ({ transitGateway }) => FaultTarget.transitGateways([transitGateway]),
  applicationLoadBalancers: ({ applicationLoadBalancer }) => FaultTarget.applicationLoadBalancers([applicationLoadBalancer]),
  networkLoadBalancers: ({ networkLoadBalancer }) => FaultTarget.networkLoadBalancers([networkLoadBalancer]),
  ecsClusters: ({ ecsCluster }) => FaultTarget.ecsClusters([ecsCluster]),
  ecsService: ({ service }) => FaultTarget.ecsService(service, half),
  ecsTasks: ({ ecsCluster }) => FaultTarget.ecsTasks(ecsCluster, half),
  eksCluster: ({ eksCluster }) => FaultTarget.eksCluster(eksCluster),
  nodegroups: ({ nodegroup }) => FaultTarget.nodegroups([nodegroup]),
  pods: ({ eksCluster }) => FaultTarget.pods(eksCluster, PodSelector.labelSelector('app=web'), { ...half, namespace: 'shop', containerName: 'web' }),
  databaseCluster: ({ database }) => FaultTarget.databaseCluster(database),
  databaseInstances: ({ databaseInstance }) => FaultTarget.databaseInstances([databaseInstance]),
  globalTables: ({ table }) => FaultTarget.globalTables([table]),
  replicationGroups: ({ replicationGroup }) => FaultTarget.replicationGroups([replicationGroup], { availabilityZone: 'eu-west-1a' }),
  kinesisStreams: ({ stream }) => FaultTarget.kinesisStreams([stream]),
  lambdaFunctions: ({ alias }) => FaultTarget.lambdaFunctions([alias]),
  roles: ({ role }) => FaultTarget.roles([role]),
  bucket: ({ bucket }) => FaultTarget.bucket(bucket),
};
