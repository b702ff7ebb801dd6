import { EXECUTION_TAG, GATE_TAG, PIPELINE_EXECUTION_TAG } from '../constants';
import type { GateDefinitionProps } from './definition';
import { CALL_BOUND, CALL_TIMEOUT, CAUGHT, NOW, RETRY_ANYTHING, States, awsSdk, dontRetry, jsonata, requiredString, text } from '../machine/asl';
import { ENDED, SEARCH_BOUND, searchStates } from '../machine/experiments';

/** How long FIS may take to list an experiment, in seconds. */
const LIST_DELAY = 15;

/** How far the clocks of FIS and Step Functions may differ, in seconds. Far less than an execution is older than the next one that may have its name: 90 days. */
const CLOCKS_DIFFER = 60;

/** The longest that the start can take, in seconds: the watchdog, the start itself with the retries for its quota, and two searches. */
export const START_BOUND = CALL_BOUND + (CALL_BOUND + 10 * 60) + LIST_DELAY + 2 * SEARCH_BOUND;

/** Start it once: the token makes a repeated call harmless, and an answer that got lost does not mean that nothing was started. */
export function startStates(props: GateDefinitionProps): States {
  return {
    StartWatchdog: {
      Type: 'Task',
      Comment: 'It stops the experiment when this execution no longer can. Named like this execution, so that starting it twice is harmless.',
      Resource: awsSdk('sfn:startExecution'),
      Arguments: {
        StateMachineArn: props.watchdogArn,
        Name: jsonata('$states.context.Execution.Name'),
        Input: jsonata(`$string({
          "execution": $states.context.Execution.Id,
          "executionName": $states.context.Execution.Name,
          "experimentTemplateId": $experimentTemplateId,
          "pipeline": $pipeline,
          "pipelineExecutionId": $pipelineExecutionId
        })`),
      },
      TimeoutSeconds: CALL_TIMEOUT,
      Retry: [dontRetry('Sfn.ExecutionAlreadyExistsException', 'Sfn.StateMachineDoesNotExistException'), RETRY_ANYTHING],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'Blocked', detail: jsonata(`"The watchdog of this gate could not be started (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'StartExperiment',
    },
    StartExperiment: {
      Type: 'Task',
      Resource: awsSdk('fis:startExperiment'),
      Arguments: {
        // The start time tells an execution from an earlier one of the same name. A redrive must start nothing: its watchdog is gone.
        ClientToken: jsonata(`($redrives := $states.context.Execution.RedriveCount;
          $assert($exists($redrives) ? $redrives = 0 : true, "a redriven execution starts no experiment");
          $states.context.Execution.Name & "@" & $states.context.Execution.StartTime)`),
        ExperimentTemplateId: jsonata('$experimentTemplateId'),
        Tags: {
          [GATE_TAG]: jsonata('$gateName'),
          [EXECUTION_TAG]: jsonata('$states.context.Execution.Name'),
          [PIPELINE_EXECUTION_TAG]: jsonata('$pipelineExecutionId'),
        },
      },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        experimentId: jsonata(requiredString('$states.result.Experiment.Id')),
        experimentArn: jsonata(text('$states.result.Experiment.Arn', 200)),
        created: jsonata('$toMillis($states.result.Experiment.CreationTime)'),
      },
      Retry: [
        // Five experiments may be active in an account and Region (a quota): give the others time to end.
        { ErrorEquals: ['Fis.ServiceQuotaExceededException'], IntervalSeconds: 30, BackoffRate: 1.5, MaxAttempts: 4 },
        dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException', 'Fis.ConflictException', 'States.QueryEvaluationError'),
        RETRY_ANYTHING,
      ],
      Catch: [
        {
          // Without an answer that can be read it is not known whether FIS started it: only seeing it end tells that it does not run.
          ErrorEquals: ['States.QueryEvaluationError', 'States.Timeout'],
          Assign: { failure: 'StartFailed', detail: jsonata(CAUGHT), mayStillRun: true },
          Next: 'WaitForStarted',
        },
        {
          ErrorEquals: ['States.ALL'],
          Assign: { failure: 'StartFailed', detail: jsonata(CAUGHT) },
          Next: 'WaitForStarted',
        },
      ],
      Next: 'BeginWatch',
    },
    WaitForStarted: { Type: 'Wait', Comment: 'FIS may be late to list an experiment whose start it did not confirm.', Seconds: LIST_DELAY, Next: 'FindStarted' },
    ...searchStates({
      name: 'FindStarted',
      inTime: true,
      comment: 'No usable answer to the start: look for an experiment with the tag of this execution before saying that there is none.',
      where: `$lookup($item.Tags, "${EXECUTION_TAG}") = $states.context.Execution.Name and $lookup($item.Tags, "${GATE_TAG}") = $gateName
        and $toMillis($item.CreationTime) >= $toMillis($states.context.Execution.StartTime) - ${CLOCKS_DIFFER * 1000}`,
      whenFound: [{ Assign: { experimentId: jsonata('$found[0]') }, Next: 'StopExperiment' }],
      whenNone: { Next: 'Judge' },
      whenTooMany: { Assign: { mayStillRun: true }, Next: 'Judge' },
      whenFailed: { Assign: { mayStillRun: true }, Next: 'Judge' },
    }),
    BeginWatch: {
      Type: 'Pass',
      Comment: 'Retries of the start do not count against the deadline.',
      Assign: { startedAt: jsonata(NOW) },
      Next: 'WaitForList',
    },
    WaitForList: { Type: 'Wait', Comment: 'FIS may be late to list an experiment that was started at the same time.', Seconds: LIST_DELAY, Next: 'FindRivals' },
    ...searchStates({
      name: 'FindRivals',
      inTime: true,
      comment: 'Two gates may have looked for an earlier experiment at the same moment. The older of their experiments stays.',
      where: `$item.Id != $experimentId and $lookup($item.Tags, "${GATE_TAG}") = $gateName and ($not($item.State.Status in ${ENDED}) or $toMillis($item.CreationTime) > $lookedAt)
        and ($toMillis($item.CreationTime) < $created or ($toMillis($item.CreationTime) = $created and $item.Id < $experimentId))`,
      whenFound: [{
        Assign: { failure: 'Blocked', detail: jsonata('"Experiment " & $join($found, ", ") & " of this gate was started at the same time"') },
        Next: 'StopExperiment',
      }],
      whenNone: { Next: 'GetExperiment' },
      whenTooMany: { Assign: { failure: 'GateError', detail: 'The gate could not list all experiments of its template in time' }, Next: 'StopExperiment' },
      whenFailed: {
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not list the experiments of its template (" & ${CAUGHT} & ")"`) },
        Next: 'StopExperiment',
      },
    }),
  };
}
