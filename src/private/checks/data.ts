import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ExperimentData } from '../template/data';

/** The props of a gate as plain data. */
export interface GateData {
  readonly experiment: ExperimentData;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly unguarded?: boolean;
  readonly steadyStateTimeout?: Duration;
  readonly timeout?: Duration;
  readonly observationTime?: Duration;
  readonly recoveryTimeout?: Duration;
  readonly role?: iam.IRole;
  readonly pipelineName?: string;
}
