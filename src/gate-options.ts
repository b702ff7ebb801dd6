/**
 * Whether a gate stops a release.
 */
export enum GateMode {
  /** Only a passing gate lets the release go on. */
  ENFORCE = 'enforce',

  /**
   * The gate runs and publishes its verdict. The release goes on whatever the verdict is.
   *
   * The one exception: it fails if an experiment may still be running.
   */
  REPORT_ONLY = 'report-only',
}

/**
 * What a guard alarm in the state INSUFFICIENT_DATA means to a gate.
 */
export enum InsufficientData {
  /** The system is not steady. A gate without data cannot judge. */
  NOT_STEADY = 'not-steady',

  /**
   * The system is as steady as in the state OK.
   *
   * For alarms on metrics that are rarely reported, such as errors that are counted only when they happen. An alarm that goes to ALARM still
   * fails the gate, and one that was OK before must return to OK.
   */
  ACCEPT = 'accept',
}
