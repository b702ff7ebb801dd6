import { CAUGHT, catches } from './fails';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { EXECUTION_TAG, GATE_TAG, PIPELINE_EXECUTION_TAG } from '../constants';
import { EXPERIMENT_SLACK, LIST_DELAY } from '../limits';
import { RETRY_ANYTHING, States, call, dontRetry, jsonata } from '../machine/asl';
import { NOW, requiredText, text } from '../machine/expressions';

/** Starts the experiment once. The token makes a repeated call harmless, and a lost answer does not mean that nothing was started. */
export function startStates(props: GateDefinitionProps): States<GateVariables> {
  return {
    StartWatchdog: {
      Comment: 'It stops the experiment when this execution no longer can. Starting it twice is harmless: it has the name of this execution.',
      ...call('sfn:startExecution', {
        StateMachineArn: props.watchdogArn,
        Name: jsonata('$states.context.Execution.Name'),
        Input: jsonata(`$string({
          "execution": $states.context.Execution.Id,
          "executionName": $states.context.Execution.Name,
          "experimentTemplateId": $experimentTemplateId,
          "pipeline": $pipeline,
          "pipelineExecutionId": $pipelineExecutionId
        })`),
      }),
      Retry: [dontRetry('Sfn.ExecutionAlreadyExistsException', 'Sfn.StateMachineDoesNotExistException'), RETRY_ANYTHING],
      Catch: [catches(Verdict.BLOCKED, 'The watchdog of this gate could not be started', 'Judge')],
      Next: 'StartExperiment',
    },
    StartExperiment: {
      ...call('fis:startExperiment', {
        // The start time tells an execution from an earlier one of the same name. A redrive must start nothing: its watchdog is gone.
        ClientToken: jsonata(`(
          $redrives := $states.context.Execution.RedriveCount;
          $assert($exists($redrives) ? $redrives = 0 : true, "a redriven execution starts no experiment");
          $states.context.Execution.Name & "@" & $states.context.Execution.StartTime
        )`),
        ExperimentTemplateId: jsonata('$experimentTemplateId'),
        Tags: {
          [GATE_TAG]: jsonata('$gateName'),
          [EXECUTION_TAG]: jsonata('$states.context.Execution.Name'),
          [PIPELINE_EXECUTION_TAG]: jsonata('$pipelineExecutionId'),
        },
      }),
      Assign: {
        experimentId: jsonata(requiredText('$states.result.Experiment.Id')),
        experimentArn: jsonata(text('$states.result.Experiment.Arn', 200)),
        createdAt: jsonata('$toMillis($states.result.Experiment.CreationTime)'),
        searchFor: 'rivals',
      },
      Retry: [
        // Five experiments may be active in an account and Region (a quota): give the others time to end.
        { ErrorEquals: ['Fis.ServiceQuotaExceededException'], IntervalSeconds: 30, BackoffRate: 1.5, MaxAttempts: 4 },
        dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException', 'Fis.ConflictException', 'States.QueryEvaluationError'),
        RETRY_ANYTHING,
      ],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: {
          failure: Verdict.START_FAILED,
          caught: CAUGHT,
          searchFor: 'started',
          // Without a readable answer it is not known whether FIS started it. Only seeing it end shows that it does not run.
          mayStillRun: jsonata('$states.errorOutput.Error in ["States.QueryEvaluationError", "States.Timeout"]'),
        },
        Next: 'WaitForList',
      }],
      Next: 'BeginWatch',
    },
    BeginWatch: {
      Type: 'Pass',
      Comment: 'Retries of the start do not count against the deadline.',
      Assign: {
        watchStartedAt: jsonata(NOW),
        watchDeadline: jsonata(`${NOW} + (${timeout(props)}) * 1000`),
      },
      Next: 'WaitForList',
    },
    WaitForList: { Type: 'Wait', Comment: 'FIS may be late to list an experiment.', Seconds: LIST_DELAY, Next: 'FindExperiments' },
  };
}

/** How long the experiment may take, in seconds: a JSONata expression. */
function timeout({ timeout: given }: GateDefinitionProps): string {
  return given === undefined ? `$expectedDuration + ${EXPERIMENT_SLACK}` : String(given);
}
