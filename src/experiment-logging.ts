import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { checkKeyPrefix } from './private/checks/texts';
import { LONGEST_LOG_PREFIX } from './private/limits';
import type { LoggingData } from './private/template/data';

/**
 * Options of experiment logs in CloudWatch Logs.
 */
export interface CloudWatchExperimentLoggingOptions {
  /**
   * The log group to write to.
   *
   * CloudWatch Logs adds to its resource policy of the account to let the service deliver. A log group whose name begins with
   * `/aws/vendedlogs/` keeps that policy from growing with each log group.
   *
   * @default - a log group of its own, which is deleted with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the log group keeps its events. Only for a log group of its own.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly retention?: logs.RetentionDays;
}

/**
 * Options of experiment logs in an S3 bucket.
 */
export interface S3ExperimentLoggingOptions {
  /**
   * The prefix of the keys of all logs, 1 to 700 characters.
   *
   * @default - the keys begin with `AWSLogs/`
   */
  readonly prefix?: string;
}

/**
 * Where FIS writes what an experiment does.
 *
 * The first experiment that logs to a new place starts some 15 seconds later.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html
 * @example
 * declare const stop: FaultAction;
 * declare const bucket: s3.Bucket;
 *
 * Experiment.define({ actions: { stop }, logging: ExperimentLogging.s3(bucket, { prefix: 'chaos' }) });
 */
export class ExperimentLogging {
  /**
   * To CloudWatch Logs, in the log stream `/aws/fis/` and the id of the experiment.
   */
  public static cloudWatch(options: CloudWatchExperimentLoggingOptions = {}): ExperimentLogging {
    const problems = options.logGroup && options.retention !== undefined
      ? ['\'retention\' belongs to a log group of its own, got \'logGroup\' too; set the retention on the log group'] : [];
    return new ExperimentLogging({ ...options, problems });
  }

  /**
   * To an S3 bucket, under `AWSLogs/`, the account, `fis/`, the Region and the id of the experiment.
   *
   * FIS has the log delivery service add what it needs to the bucket policy. A bucket that is encrypted with a KMS key of yours must let
   * `delivery.logs.amazonaws.com` use that key.
   *
   * @param bucket The bucket
   * @param options Where in the bucket
   */
  public static s3(bucket: s3.IBucket, options: S3ExperimentLoggingOptions = {}): ExperimentLogging {
    return new ExperimentLogging({ bucket, ...options, problems: checkKeyPrefix('prefix', options.prefix, LONGEST_LOG_PREFIX) });
  }

  /** @internal */
  public readonly _data: LoggingData;

  private constructor(data: LoggingData) {
    this._data = data;
  }
}
