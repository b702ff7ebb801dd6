import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { checkKeyPrefix } from './private/checks/texts';
import { LONGEST_REPORT_PREFIX } from './private/limits';
import type { ReportData } from './private/template/data';

/**
 * Options of an experiment report.
 */
export interface S3ExperimentReportOptions {
  /**
   * The prefix of the keys of all reports, 1 to 256 characters without white space.
   *
   * @default - the keys begin as FIS chooses
   */
  readonly prefix?: string;

  /**
   * The CloudWatch dashboards whose widgets the report shows.
   *
   * @default - the report shows the experiment only
   */
  readonly dashboards?: cloudwatch.Dashboard[];

  /**
   * How much of the time before the experiment the dashboards show, in whole seconds.
   *
   * @default Duration.minutes(20)
   */
  readonly preExperimentDuration?: Duration;

  /**
   * How much of the time after the experiment the dashboards show, in whole seconds.
   *
   * FIS writes the report when this time is over. The gate does not wait for it.
   *
   * @default Duration.minutes(20)
   */
  readonly postExperimentDuration?: Duration;
}

/**
 * A report that FIS writes after each experiment.
 *
 * It is a PDF with what the experiment did and how the dashboards looked before, during and after it. AWS charges for each report.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html
 * @example
 * declare const stop: FaultAction;
 * declare const bucket: s3.Bucket;
 * declare const dashboard: cloudwatch.Dashboard;
 *
 * Experiment.define({ actions: { stop }, report: ExperimentReport.s3(bucket, { dashboards: [dashboard] }) });
 */
export class ExperimentReport {
  /**
   * To an S3 bucket. If the bucket has a KMS key, the role of the experiment may use it.
   *
   * @param bucket The bucket
   * @param options What the report shows, and where in the bucket it goes
   */
  public static s3(bucket: s3.IBucket, options: S3ExperimentReportOptions = {}): ExperimentReport {
    return new ExperimentReport({
      bucket,
      ...options,
      problems: [
        ...checkKeyPrefix('prefix', options.prefix, LONGEST_REPORT_PREFIX, true),
        ...checkWholeSeconds('preExperimentDuration', options.preExperimentDuration),
        ...checkWholeSeconds('postExperimentDuration', options.postExperimentDuration),
      ],
    });
  }

  /** @internal */
  public readonly _data: ReportData;

  private constructor(data: ReportData) {
    this._data = data;
  }
}

function checkWholeSeconds(option: string, value: Duration | undefined): string[] {
  if (value === undefined || value.isUnresolved() || Number.isInteger(value.toSeconds({ integral: false }))) { return []; }
  return [`'${option}' must be whole seconds, got ${value.toHumanString()}; round it`];
}
