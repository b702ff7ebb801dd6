/**
 * Whether a gate stops a release.
 */
export enum GateMode {
  /** Only a passing gate lets the release go on. */
  ENFORCE = 'enforce',

  /**
   * The gate runs and publishes its verdict, and lets the release go on whatever it is.
   *
   * The one exception: it fails if an experiment may still be running.
   */
  REPORT_ONLY = 'report-only',
}

/**
 * What a guard alarm in the state INSUFFICIENT_DATA means to a gate.
 */
export enum InsufficientData {
  /** The system is not steady: a gate that cannot see is no gate. */
  NOT_STEADY = 'not-steady',

  /**
   * The system is as steady as in the state OK.
   *
   * For alarms on what is rarely there, such as errors that are only counted when they happen. An alarm that comes to ALARM still fails
   * the gate, and one that was OK before has to be OK again afterwards.
   */
  ACCEPT = 'accept',
}
