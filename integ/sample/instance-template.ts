import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface InstanceTemplateProps {
  readonly vpc: ec2.IVpc;
  readonly size: ec2.InstanceSize;
  readonly userData: ec2.UserData;

  /**
   * What the instance may do.
   *
   * @default - nothing
   */
  readonly role?: iam.IRole;
}

/**
 * Amazon Linux 2023 on Graviton with an encrypted disk, IMDSv2 only, and a security group that lets nobody in.
 */
export class InstanceTemplate extends ec2.LaunchTemplate {
  constructor(scope: Construct, id: string, props: InstanceTemplateProps) {
    const disk = ec2.BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 });
    super(scope, id, {
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, props.size),
      securityGroup: new ec2.SecurityGroup(scope, `${id}SecurityGroup`, { vpc: props.vpc }),
      role: props.role,
      userData: props.userData,
      requireImdsv2: true,
      blockDevices: [{ deviceName: '/dev/xvda', volume: disk }],
    });
  }
}
