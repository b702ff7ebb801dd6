import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { FaultActionData } from '../fault/data';

/** What an `Experiment` holds: plain data. */
export interface ExperimentData {
  /** The template to create; undefined if it exists already. */
  readonly template?: TemplateData;
  /** The id of a template that exists already. */
  readonly templateId?: string;
  /** How long the experiment should take; undefined if its template exists already. */
  readonly expectedDuration?: Duration;
}

/** An experiment template to create. */
export interface TemplateData {
  readonly actions: ActionsByName;
  readonly description?: string;
  /** `fail` or `skip`. */
  readonly emptyTargetResolutionMode: string;
  readonly logging: LoggingData;
  readonly report?: ReportData;
  readonly tags?: { readonly [key: string]: string };
}

/** The actions of an experiment. One object under two names is an error. */
export interface ActionsByName {
  readonly [name: string]: FaultActionData;
}

/** What an `ExperimentLogging` holds. With a bucket, logs go to S3, otherwise to CloudWatch Logs. */
export interface LoggingData {
  readonly bucket?: s3.IBucket;
  readonly prefix?: string;
  readonly logGroup?: logs.ILogGroup;
  readonly retention?: logs.RetentionDays;
  readonly problems: readonly string[];
}

/** What an `ExperimentReport` holds. */
export interface ReportData {
  readonly bucket: s3.IBucket;
  readonly prefix?: string;
  readonly dashboards?: readonly cloudwatch.Dashboard[];
  readonly preExperimentDuration?: Duration;
  readonly postExperimentDuration?: Duration;
  readonly problems: readonly string[];
}
