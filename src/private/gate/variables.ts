import type { GateDefinitionProps } from './props';
import type { Verdict } from '../../verdict';
import { LONGEST_KEY, UNKNOWN_OBSERVATION } from '../limits';
import { EMPTY, Jsonata, jsonata } from '../machine/asl';
import { NO_SEARCH, SearchVariables } from '../machine/experiments';
import { NOW, text } from '../machine/expressions';

/** A guard alarm as it was synthesized. */
export interface ExpectedGuard {
  readonly name: string;
  readonly arn: string;
}

/** A guard alarm before the start. */
export interface Guard extends ExpectedGuard {
  readonly state: string;
  /** When it came to this state, as CloudWatch writes it. */
  readonly since: string;
}

/** A guard alarm after the experiment, compared with what it was before. */
export interface GuardAfterwards {
  readonly name: string;
  /** Whether it left the OK state. */
  readonly leftOk: boolean;
  readonly recovered: boolean;
  // Only where missing data is accepted
  readonly state?: string;
  /** Whether its state has changed since. It may have changed back. */
  readonly changed?: boolean;
  /** Whether its history has been read. */
  readonly explained?: boolean;
}

/** The error output of a Catch; nothing in it if nothing was caught. */
export interface CaughtError {
  readonly Error?: string;
  readonly Cause?: string;
}

/** All variables of the gate. Times are in milliseconds since the epoch, durations in seconds. */
export interface GateVariables extends SearchVariables {
  // What was known at synthesis, and what the pipeline passes
  readonly gateName: string;
  readonly expectedGuards: readonly ExpectedGuard[];
  /** The actions that inject a fault. */
  readonly faultNames: readonly string[];
  /** How long the experiment should take. */
  readonly expectedDuration: number;
  /** Guards that are no stop condition of an existing template. */
  readonly guardsWithoutStopCondition: readonly string[];
  readonly consoleUrl: string;
  readonly pipeline: string;
  readonly pipelineExecutionId: string;

  // Before the start
  readonly leverEngaged: boolean;
  readonly searchFor: 'earlier' | 'started' | 'rivals';
  /** When the search for earlier experiments began. */
  readonly searchedAt: number;
  readonly earlierStatus: string;
  readonly earlierEnded: number;
  /** Until when to wait for a steady state. */
  readonly steadyDeadline: number;
  /** The guards before the start. */
  readonly guards: readonly Guard[];
  readonly steadyAt: number;
  /** How long the guards are observed after the experiment. */
  readonly observation: number;

  // The experiment
  readonly experimentId: string;
  readonly experimentArn: string;
  /** When FIS created it. */
  readonly createdAt: number;
  /** Empty as long as it is not known. */
  readonly status: string;
  readonly reason: string;
  readonly faultsCompleted: readonly string[];
  /** Actions that failed, were skipped, cancelled or stopped. */
  readonly incompleteActions: readonly object[];
  readonly watchStartedAt: number;
  readonly watchDeadline: number;
  /** Until when to wait for an experiment that was told to stop; 0 if none was. */
  readonly stopDeadline: number;
  readonly mayStillRun: boolean;

  // After it
  /** Empty as long as they have not been read. */
  readonly guardsAfterwards: readonly GuardAfterwards[];
  readonly recoveryDeadline: number;
  readonly guardsUnreadable: boolean;

  // The end
  /** The verdict that something on the way has led to; empty if nothing has. */
  readonly failure: Verdict | '';
  /** What happened, as the beginning of a sentence. */
  readonly detail: string;
  /** The error behind it. */
  readonly caught: CaughtError;
  readonly verdict: Verdict;
  /** What happened, what it means and what to do. */
  readonly happened: string;
  readonly meaning: string;
  readonly advice: string;
  readonly document: object;
}

type FirstValues = { readonly [variable in Exclude<keyof GateVariables, LateVariable>]: GateVariables[variable] | Jsonata };

/** A value for each variable. It exists from the first state on, so that no path, however it leads, meets an unknown variable. */
export function firstValues(props: GateDefinitionProps): FirstValues {
  return {
    gateName: props.gateName,
    experimentTemplateId: props.experimentTemplateId,
    expectedGuards: props.guards,
    faultNames: props.experiment?.faultNames ?? [],
    expectedDuration: props.experiment?.expectedDuration ?? 0,
    consoleUrl: props.consoleUrl,
    pipeline: jsonata(text('$states.input.pipeline', LONGEST_KEY)),
    pipelineExecutionId: jsonata(text('$states.input.pipelineExecutionId', 200)),
    leverEngaged: false,
    ...NO_SEARCH,
    searchFor: 'earlier',
    searchDeadline: 0,
    searchedAt: 0,
    earlierStatus: EMPTY,
    earlierEnded: 0,
    steadyDeadline: jsonata(`${NOW} + ${props.steadyStateTimeout * 1000}`),
    guards: [],
    steadyAt: 0,
    observation: props.observationTime ?? UNKNOWN_OBSERVATION,
    experimentId: EMPTY,
    experimentArn: EMPTY,
    createdAt: 0,
    status: EMPTY,
    reason: EMPTY,
    faultsCompleted: [],
    incompleteActions: [],
    watchStartedAt: 0,
    watchDeadline: 0,
    stopDeadline: 0,
    mayStillRun: false,
    guardsAfterwards: [],
    recoveryDeadline: 0,
    guardsUnreadable: false,
    failure: EMPTY,
    detail: EMPTY,
    caught: {},
  };
}

/** Variables that the state which makes them is the first to need. */
type LateVariable = 'guardsWithoutStopCondition' | 'verdict' | 'happened' | 'meaning' | 'advice' | 'document';
