import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InstanceTemplate } from './instance-template';
import { Workload } from './workload';

export interface LoadProps {
  readonly vpc: ec2.IVpc;

  /**
   * Each gets two requests a second.
   */
  readonly workloads: Workload[];
}

/**
 * Stands in for users: a small constant load, so that an experiment is never judged on no traffic.
 *
 * One tiny instance in a group of its own, which replaces it when it breaks.
 */
export class Load extends Construct {
  constructor(scope: Construct, id: string, props: LoadProps) {
    super(scope, id);

    const userData = ec2.UserData.forLinux();
    userData.addCommands(
      'cat > /usr/local/bin/load <<"EOF"',
      '#!/bin/bash',
      'while true; do',
      ...props.workloads.map(
        (workload) => `  curl --silent --output /dev/null --max-time 10 http://${workload.loadBalancer.loadBalancerDnsName}/ &`,
      ),
      '  sleep 0.5',
      'done',
      'EOF',
      'chmod +x /usr/local/bin/load',
      'cat > /etc/systemd/system/load.service <<"EOF"',
      '[Unit]',
      'Description=Constant load',
      'Wants=network-online.target',
      'After=network-online.target',
      '[Service]',
      'ExecStart=/usr/local/bin/load',
      'DynamicUser=yes',
      'Restart=always',
      '[Install]',
      'WantedBy=multi-user.target',
      'EOF',
      'systemctl daemon-reload',
      'systemctl enable --now load.service',
    );

    const group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: new InstanceTemplate(this, 'Template', { vpc: props.vpc, size: ec2.InstanceSize.NANO, userData }),
      minCapacity: 1,
      maxCapacity: 1,
      cooldown: Duration.minutes(5),
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate(),
    });
    for (const workload of props.workloads) {
      workload.loadBalancer.connections.allowFrom(group, ec2.Port.tcp(80), 'load');
    }
  }
}
