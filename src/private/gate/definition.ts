import { LONGEST_KEY } from '../constants';
import { AFTER_BOUND, afterStates } from './after';
import { BEFORE_BOUND, steadyStateStates, surroundingsStates } from './before';
import { LONGEST_OBSERVATION, UNKNOWN_OBSERVATION } from './guards';
import { judgeStates } from './judge';
import { TEMPLATE_BOUND, templateStates } from './read-template';
import { START_BOUND, startStates } from './start';
import { DENSE, STOP_BOUND, longestWatch, stopStates, watchStates } from './watch';
import type { GateMode, InsufficientData } from '../../gate-options';
import { CALL_BOUND, EMPTY, NOW, States, jsonata, text } from '../machine/asl';
import { SEARCH_TIME_VARIABLES, SEARCH_VARIABLES } from '../machine/experiments';

/**
 * The longest input, in characters: a pipeline passes less than 1,000. The watchdog looks at the execution, whose description repeats the input
 * as text; above 256 KiB that answer would be an error that no machine can catch.
 */
const LONGEST_INPUT = 10_000;

/**
 * All that a gate machine needs to know. Strings may be tokens or come from users: they stay outside of JSONata.
 */
export interface GateDefinitionProps {
  /** The gate's name, the value of its tag on every experiment it starts. */
  readonly gateName: string;
  readonly experimentTemplateId: string;
  readonly watchdogArn: string;
  /** The guard alarms; without any, nothing but FIS is watched. */
  readonly guards: { readonly name: string; readonly arn: string }[];
  /** What is known of the experiment; without it, the template is read when the gate runs. */
  readonly experiment?: {
    /** Names of the actions that inject a fault. */
    readonly faultNames: string[];
    /** How long it should take, in seconds. */
    readonly expectedDuration: number;
  };
  /** URL of the console's experiment page, to which an experiment's id is appended. */
  readonly consoleUrl: string;
  readonly mode: GateMode;
  readonly insufficientData: InsufficientData;
  /** All in seconds. */
  readonly steadyStateTimeout: number;
  /** How long the experiment may take; by default the time that it should take, and some slack. */
  readonly timeout?: number;
  /** Read from the guards if it is not given. */
  readonly observationTime?: number;
  readonly recoveryTimeout: number;
}

/**
 * The gate: wait for a steady state, start the experiment, watch it to its end, observe, judge, and stop it wherever something goes wrong.
 *
 * Only Task states have a Catch. So an answer of AWS is touched in the `Assign` of its own Task alone, where an unexpected one is an
 * error that can be caught. All other states work on variables that exist and whose types are known, and cannot fail.
 */
export function gateDefinition(props: GateDefinitionProps): object {
  const guarded = props.guards.length > 0;
  const judge = guarded ? 'ReadGuardsAgain' : 'Judge';
  return {
    Comment: 'A release gate: runs one AWS FIS experiment, and passes only if it ran, injected its faults, and no guard alarm left OK.',
    QueryLanguage: 'JSONata',
    // The last resort: every wait in the machine has its own, shorter bound. The watchdog stops what is then left.
    TimeoutSeconds: gateBound(props),
    StartAt: 'Configure',
    States: {
      ...configureStates(props, props.experiment ? 'ReadSafetyLever' : 'ReadTemplate'),
      ...(props.experiment ? {} : templateStates(props, 'ReadSafetyLever')),
      ...surroundingsStates(guarded ? 'ReadGuards' : 'StartWatchdog'),
      ...(guarded ? steadyStateStates(props) : {}),
      ...startStates(props),
      ...watchStates(props, guarded ? 'Observe' : 'Judge', judge),
      ...(guarded ? afterStates(props) : {}),
      ...stopStates(judge),
      ...judgeStates(guarded, props.mode),
    },
  };
}

/** The longest that a gate can take, in seconds, whatever happens. */
export function gateBound(props: GateDefinitionProps): number {
  const before = TEMPLATE_BOUND + props.steadyStateTimeout + BEFORE_BOUND;
  const watch = longestWatch(props) + 2 * CALL_BOUND;
  const after = (props.observationTime ?? LONGEST_OBSERVATION) + props.recoveryTimeout + AFTER_BOUND;
  return before + START_BOUND + watch + STOP_BOUND + after;
}

/** Everything that later states read exists from here on, so that no path, however it got there, meets an unknown variable. */
function configureStates(props: GateDefinitionProps, next: string): States {
  return {
    Configure: {
      Type: 'Pass',
      Comment: 'What was known at synthesis, as plain data, and a first value of every variable.',
      Assign: {
        gateName: props.gateName,
        experimentTemplateId: props.experimentTemplateId,
        expectedGuards: props.guards,
        faultNames: props.experiment?.faultNames ?? [],
        expected: props.experiment?.expectedDuration ?? 0,
        unstopped: [],
        consoleUrl: props.consoleUrl,
        pipeline: jsonata(text('$states.input.pipeline', LONGEST_KEY)),
        pipelineExecutionId: jsonata(text('$states.input.pipelineExecutionId', 200)),
        steadyDeadline: jsonata(`${NOW} + ${props.steadyStateTimeout * 1000}`),
        ...SEARCH_VARIABLES,
        ...SEARCH_TIME_VARIABLES,
        leverEngaged: false,
        lookedAt: 0,
        earlierStatus: EMPTY,
        earlierEnded: 0,
        guards: [],
        missing: [],
        unsteady: [],
        moved: [],
        present: [],
        left: [],
        steadyAt: 0,
        observation: props.observationTime ?? UNKNOWN_OBSERVATION,
        recoveryDeadline: 0,
        blind: false,
        experimentId: EMPTY,
        experimentArn: EMPTY,
        created: 0,
        status: EMPTY,
        reason: EMPTY,
        faultsCompleted: [],
        troubled: [],
        startedAt: 0,
        pause: DENSE,
        overdue: false,
        stopDeadline: 0,
        mayStillRun: false,
        failure: EMPTY,
        detail: EMPTY,
      },
      Next: 'CheckInput',
    },
    CheckInput: {
      Type: 'Choice',
      Comment: 'The template id that the pipeline passes is compared and never used. None is needed: by hand or on a schedule there is no input.',
      Choices: [{
        Condition: jsonata(`$length($string($states.input)) > ${LONGEST_INPUT}`),
        Assign: { failure: 'Blocked', detail: `The input of this execution has more than ${LONGEST_INPUT} characters` },
        Next: 'Judge',
      }, {
        Condition: jsonata('$exists($states.input.experimentTemplateId) and $states.input.experimentTemplateId != $experimentTemplateId'),
        Assign: { failure: 'Blocked', detail: 'The experiment template was replaced after this pipeline run had read its id' },
        Next: 'Judge',
      }],
      Default: next,
    },
  };
}
