/**
 * The outcome of one run of a gate.
 *
 * The value is what a failed run shows as `Error`, and what the verdict document holds as `verdict`.
 * The first four say something about the system under experiment; all others say that it was not judged.
 */
export enum Verdict {
  /** The experiment completed, injected its faults, and no guard alarm left the OK state. The release goes on. */
  PASSED = 'Passed',

  /** A guard alarm left the OK state and FIS stopped the experiment: the system did not withstand it. */
  STOP_CONDITION_TRIGGERED = 'StopConditionTriggered',

  /** A guard alarm left the OK state and FIS did not stop the experiment for it: the system did not withstand it. */
  ALARM_FIRED = 'AlarmFired',

  /** A guard alarm did not return to OK in time after the experiment: the system did not withstand it. */
  NOT_RECOVERED = 'NotRecovered',

  /** A guard alarm was not OK before the start. No experiment was started. */
  NOT_STEADY = 'NotSteady',

  /** Something prevented the experiment. None was started, or it was stopped at once. */
  BLOCKED = 'Blocked',

  /** FIS refused to start the experiment, or the answer to the start was lost. */
  START_FAILED = 'StartFailed',

  /** FIS could not run the experiment: permissions, targets, quotas, or an action that failed. */
  EXPERIMENT_FAILED = 'ExperimentFailed',

  /** Somebody or something other than a guard alarm stopped the experiment. */
  EXPERIMENT_STOPPED = 'ExperimentStopped',

  /** FIS cancelled the experiment, as it does when the safety lever is engaged. */
  EXPERIMENT_CANCELLED = 'ExperimentCancelled',

  /** The experiment completed without injecting all of its faults. Such a run proves nothing. */
  NOTHING_INJECTED = 'NothingInjected',

  /** The experiment was still under way at the deadline, and was stopped. */
  TIMED_OUT = 'TimedOut',

  /** The gate could not read or understand an answer of FIS or CloudWatch. */
  GATE_ERROR = 'GateError',
}
