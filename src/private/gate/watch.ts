import { experimentStatus, faultsCompleted, incompleteActions, pollInterval } from './expressions';
import { fails } from './fails';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { STOP_POLL_INTERVAL, STOP_TIMEOUT } from '../limits';
import { RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, jsonata } from '../machine/asl';
import { getExperiment, stopExperiment } from '../machine/experiments';
import { ENDED, NOW, UNDER_WAY, text } from '../machine/expressions';

/** The status of an experiment that cannot be read, as the verdict document shows it. */
const UNREADABLE = 'unknown';

const FAILING = '$failure != ""';

/**
 * Looks at the experiment until it has ended.
 *
 * Once something has gone wrong, the gate stops the experiment and then looks at it in the same way, until it is seen to end or the time for
 * that is over. Whatever fails while it stops the experiment, the next round repeats it.
 */
export function watchStates(props: GateDefinitionProps, completed: string, ended: string): States<GateVariables> {
  const stopDeadline = jsonata(`$stopDeadline = 0 ? ${NOW} + ${STOP_TIMEOUT * 1000} : $stopDeadline`);
  return {
    WaitForExperiment: { Type: 'Wait', Seconds: jsonata(pollInterval()), Next: 'GetExperiment' },
    GetExperiment: {
      ...getExperiment('$experimentId'),
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      // Only what is needed: the answer repeats the whole template, which would soon fill a state.
      Assign: {
        status: jsonata(experimentStatus()),
        experimentArn: jsonata(text('$states.result.Experiment.Arn', 200)),
        reason: jsonata(text('$states.result.Experiment.State.Reason', 512)),
        faultsCompleted: jsonata(faultsCompleted()),
        incompleteActions: jsonata(incompleteActions()),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { status: UNREADABLE, caught: jsonata(`${FAILING} ? $caught : $states.errorOutput`) },
        Next: 'HasItEnded',
      }],
      Next: 'HasItEnded',
    },
    HasItEnded: {
      Type: 'Choice',
      Comment: 'A status that FIS adds later is a failure, not a guess.',
      Choices: [
        {
          Condition: jsonata('$status = "completed" and $failure = ""'),
          Assign: { recoveryDeadline: jsonata(`${NOW} + ($observation + ${props.recoveryTimeout}) * 1000`) },
          Next: completed,
        },
        { Condition: jsonata(`$status in ${ENDED}`), Assign: { mayStillRun: false }, Next: ended },
        { Condition: jsonata(`${FAILING} and ${NOW} >= $stopDeadline`), Assign: { mayStillRun: true }, Next: ended },
        { Condition: jsonata(`${FAILING} and $status = "stopping"`), Next: 'WaitForEnd' },
        { Condition: jsonata(FAILING), Next: 'StopExperiment' },
        {
          Condition: jsonata(`$status = "${UNREADABLE}"`),
          ...fails(Verdict.GATE_ERROR, jsonata('"The gate could not read experiment " & $experimentId'), 'StopExperiment'),
        },
        { Condition: jsonata(`$status in ${UNDER_WAY} and ${NOW} < $watchDeadline`), Next: 'WaitForExperiment' },
        { Condition: jsonata(`$status in ${UNDER_WAY}`), Assign: { failure: Verdict.TIMED_OUT }, Next: 'StopExperiment' },
      ],
      Default: 'UnknownStatus',
    },
    UnknownStatus: {
      Type: 'Pass',
      ...fails(Verdict.GATE_ERROR, jsonata('"FIS reported the unknown status " & $status & " for experiment " & $experimentId'), 'StopExperiment'),
    },
    StopExperiment: {
      ...stopExperiment('$experimentId'),
      Assign: { stopDeadline },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { stopDeadline }, Next: 'WaitForEnd' }],
      Next: 'WaitForEnd',
    },
    WaitForEnd: { Type: 'Wait', Seconds: STOP_POLL_INTERVAL, Next: 'GetExperiment' },
  };
}
