import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { InstanceTemplate } from './instance-template';
import { Network } from './network';

export interface WorkloadProps {
  /**
   * Where to keep the access logs of the load balancer. Must be encrypted by S3 itself: load balancers know no other encryption.
   */
  readonly accessLogs: s3.Bucket;

  /**
   * Network to live in.
   *
   * @default - a network of its own
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Whether the database has a standby in another Availability Zone.
   *
   * @default true
   */
  readonly standby?: boolean;
}

const WEB_PORT = 8080;

/**
 * One environment: a load balancer inside the network, two web servers, a database, and the two alarms that say how it fares.
 *
 * Cost drivers: the database (twice with a standby), the load balancer, the two instances.
 */
export class Workload extends Construct {
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  public readonly database: rds.DatabaseInstance;
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  public readonly targetGroup: elbv2.ApplicationTargetGroup;
  public readonly tooManyErrors: cloudwatch.Alarm;
  public readonly tooSlow: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);

    const vpc = props.vpc ?? new Network(this, 'Network').vpc;
    this.database = this.createDatabase(vpc, props.standby ?? true);
    this.autoScalingGroup = this.createWebServers(vpc);
    this.database.connections.allowDefaultPortFrom(this.autoScalingGroup, 'web servers');

    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: false,
      dropInvalidHeaderFields: true,
    });
    this.keepAccessLogs(props.accessLogs);
    this.targetGroup = this.loadBalancer
      .addListener('Http', { port: 80, open: false })
      .addTargets('Web', {
        port: WEB_PORT,
        protocol: elbv2.ApplicationProtocol.HTTP,
        targets: [this.autoScalingGroup],
        deregistrationDelay: Duration.seconds(10),
        // answers while the process serves, whatever the state of the database: a failover must not replace healthy instances
        healthCheck: { path: '/health', interval: Duration.seconds(10), healthyThresholdCount: 2, unhealthyThresholdCount: 2 },
      });

    this.tooManyErrors = new cloudwatch.Alarm(this, 'TooManyErrors', {
      alarmDescription: 'More than 5 requests a minute were answered with a 5xx status, for two minutes',
      metric: this.targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, { period: Duration.minutes(1) }),
      threshold: 5,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      // errors are only counted when there are any: no data is no error
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.tooSlow = new cloudwatch.Alarm(this, 'TooSlow', {
      alarmDescription: 'One request in twenty took longer than a second, for two minutes, or nothing was answered at all',
      metric: this.targetGroup.metrics.targetResponseTime({ statistic: cloudwatch.Stats.p(95), period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      // there is always load here, so no data means that nobody gets an answer: an experiment must not be judged on silence
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }

  private createDatabase(vpc: ec2.IVpc, standby: boolean): rds.DatabaseInstance {
    return new rds.DatabaseInstance(this, 'Database', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      // the major version alone: RDS chooses the minor one, which would not last
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.of('18', '18') }),
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
      allocatedStorage: 20,
      storageType: rds.StorageType.GP3,
      storageEncrypted: true,
      multiAz: standby,
      // the web servers only ask whether the port answers, so nobody needs to read the password
      credentials: rds.Credentials.fromGeneratedSecret('postgres'),
      backupRetention: Duration.days(1),
      deleteAutomatedBackups: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private createWebServers(vpc: ec2.IVpc): autoscaling.AutoScalingGroup {
    const role = new iam.Role(this, 'WebRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      // FIS reaches the inside of an instance through Systems Manager
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    const userData = ec2.UserData.forLinux();
    userData.addCommands(...this.firstBoot());

    const group = new autoscaling.AutoScalingGroup(this, 'Web', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: new InstanceTemplate(this, 'WebTemplate', { vpc, size: ec2.InstanceSize.MICRO, userData, role }),
      minCapacity: 2,
      maxCapacity: 3,
      cooldown: Duration.minutes(5),
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(5),
      }),
      signals: autoscaling.Signals.waitForAll({ timeout: Duration.minutes(15) }),
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({ minInstancesInService: 2 }),
    });
    userData.addSignalOnExitCommand(group);
    // the first boot downloads: not before the way out is there
    group.node.addDependency(vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).internetConnectivityEstablished);
    return group;
  }

  /**
   * Where the database is, a placeholder that serves until the first release arrives, and the CodeDeploy agent that brings it.
   */
  private firstBoot(): string[] {
    return [
      'set -eu',
      'cat > /etc/web.env <<EOF',
      `DATABASE_HOST=${this.database.instanceEndpoint.hostname}`,
      `DATABASE_PORT=${this.database.dbInstanceEndpointPort}`,
      'EOF',
      'mkdir -p /opt/web',
      'echo "no release yet" | tee /opt/web/index.html > /opt/web/health',
      'cat > /etc/systemd/system/web.service <<EOF',
      '[Unit]',
      'Description=Placeholder',
      '[Service]',
      `ExecStart=/usr/bin/python3 -m http.server ${WEB_PORT} --directory /opt/web`,
      'DynamicUser=yes',
      'Restart=always',
      '[Install]',
      'WantedBy=multi-user.target',
      'EOF',
      'systemctl daemon-reload',
      'systemctl enable --now web.service',
      'dnf install -y ruby',
      `curl -fsS --retry 5 -o /tmp/install https://aws-codedeploy-${Aws.REGION}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}/latest/install`,
      'chmod +x /tmp/install',
      '/tmp/install auto',
    ];
  }

  /**
   * `loadBalancer.logAccessLogs` would need the Region at synth; this service principal is the same in all of them.
   *
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
   */
  private keepAccessLogs(bucket: s3.Bucket) {
    const prefix = this.node.id;
    const granted = bucket.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix}/AWSLogs/${Stack.of(this).account}/*`)],
    }));
    this.loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
    this.loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
    this.loadBalancer.setAttribute('access_logs.s3.prefix', prefix);
    this.loadBalancer.node.addDependency(granted.policyDependable!);
  }
}
