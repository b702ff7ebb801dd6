import { afterStates } from './after';
import { steadyStateStates, surroundingsStates } from './before';
import { fails } from './fails';
import { judgeStates } from './judge';
import type { GateDefinitionProps } from './props';
import { templateStates } from './read-template';
import { experimentSearch } from './search';
import { startStates } from './start';
import { GateVariables, firstValues } from './variables';
import { watchStates } from './watch';
import { Verdict } from '../../verdict';
import {
  EXPERIMENT_SLACK, LONGEST_AFTER, LONGEST_BEFORE, LONGEST_CALL, LONGEST_DEFAULT_OBSERVATION, LONGEST_EXPERIMENT, LONGEST_INPUT, LONGEST_START,
  LONGEST_STOP,
} from '../limits';
import { Definition, States, jsonata } from '../machine/asl';

/**
 * The gate: wait for a steady state, start the experiment, watch it to its end, observe, judge, and stop it wherever something goes wrong.
 *
 * Only Task states have a Catch. So an answer of AWS is touched in the `Assign` of its own Task alone, where an unexpected one is an
 * error that can be caught. All other states work on variables that exist and whose types are known, and cannot fail.
 */
export function gateDefinition(props: GateDefinitionProps): Definition<GateVariables> {
  const guarded = props.guards.length > 0;
  return {
    Comment: 'A release gate: runs one AWS FIS experiment, and passes only if it ran, injected its faults, and no guard alarm left the OK state.',
    QueryLanguage: 'JSONata',
    // The last resort: every wait in the machine has its own, shorter bound. The watchdog stops what is then left.
    TimeoutSeconds: gateBound(props),
    StartAt: 'Configure',
    States: {
      ...configureStates(props, props.experiment ? 'ReadSafetyLever' : 'ReadTemplate'),
      ...(props.experiment ? {} : templateStates(props, 'ReadSafetyLever')),
      ...surroundingsStates(),
      ...experimentSearch(guarded ? 'ReadGuards' : 'StartWatchdog'),
      ...(guarded ? steadyStateStates(props) : {}),
      ...startStates(props),
      ...watchStates(props, guarded ? 'Observe' : 'Judge', guarded ? 'ReadGuardsAgain' : 'Judge'),
      ...(guarded ? afterStates(props) : {}),
      ...judgeStates(props),
    },
  };
}

/** The longest that an execution of the gate can take. */
export function gateBound(props: GateDefinitionProps): number {
  const longestExperiment = props.experiment?.expectedDuration ?? LONGEST_EXPERIMENT;
  const readTemplate = LONGEST_CALL;
  const before = readTemplate + props.steadyStateTimeout + LONGEST_BEFORE;
  const watch = (props.timeout ?? longestExperiment + EXPERIMENT_SLACK) + 2 * LONGEST_CALL;
  const after = (props.observationTime ?? LONGEST_DEFAULT_OBSERVATION) + props.recoveryTimeout + LONGEST_AFTER;
  return before + LONGEST_START + watch + LONGEST_STOP + after;
}

function configureStates(props: GateDefinitionProps, next: string): States<GateVariables> {
  return {
    Configure: {
      Type: 'Pass',
      Comment: 'What was known at synthesis, and a first value of every variable.',
      Assign: firstValues(props),
      Next: 'CheckInput',
    },
    CheckInput: {
      Type: 'Choice',
      Comment: 'The template id in the input is compared, never used. It may be missing.',
      Choices: [{
        Condition: jsonata(`$length($string($states.input)) > ${LONGEST_INPUT}`),
        ...fails(Verdict.BLOCKED, `The input of this execution has more than ${LONGEST_INPUT} characters`, 'Judge'),
      }, {
        Condition: jsonata('$exists($states.input.experimentTemplateId) and $states.input.experimentTemplateId != $experimentTemplateId'),
        ...fails(Verdict.BLOCKED, 'The experiment template was replaced after this pipeline run had read its id', 'Judge'),
      }],
      Default: next,
    },
  };
}
