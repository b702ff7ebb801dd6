import type { GateMode, InsufficientData } from '../../gate-options';

/**
 * All that a gate machine needs to know. Strings may be tokens or come from users: they stay outside of JSONata. Times are in seconds.
 */
export interface GateDefinitionProps {
  /** The gate's name, the value of its tag on every experiment it starts. */
  readonly gateName: string;
  readonly experimentTemplateId: string;
  readonly watchdogArn: string;
  /** The guard alarms. Without any, the gate watches nothing but FIS. */
  readonly guards: { readonly name: string; readonly arn: string }[];
  /** What is known of the experiment. Without it, the gate reads the template when it runs. */
  readonly experiment?: {
    /** Names of the actions that inject a fault. */
    readonly faultNames: string[];
    /** How long it should take. */
    readonly expectedDuration: number;
  };
  /** URL of the console's experiment page, to which the id of an experiment is appended. */
  readonly consoleUrl: string;
  readonly mode: GateMode;
  readonly insufficientData: InsufficientData;
  readonly steadyStateTimeout: number;
  /** How long the experiment may take; by default the time that it should take, and some slack. */
  readonly timeout?: number;
  /** Read from the guards if it is not given. */
  readonly observationTime?: number;
  readonly recoveryTimeout: number;
}
