import { EXECUTION_TAG, GATE_TAG, LONGEST_KEY } from '../constants';
import { CALL_TIMEOUT, EMPTY, NOW, RETRY_ANYTHING, State, States, awsSdk, dontRetry, jsonata, text } from '../machine/asl';
import { ENDED, SEARCH_VARIABLES, searchStates, stopExperiment } from '../machine/experiments';

export interface WatchdogDefinitionProps {
  /** The name of the gate it watches. */
  readonly gateName: string;
  /** The pipelines that can be asked after their runs: a list of `key`, as the gate passes it on, and `name`. */
  readonly pipelines: unknown;
  /** How long a gate can take at the most, in seconds. */
  readonly gateBound: number;
}

/** Seconds between two looks. */
const LOOK_INTERVAL = 60;

/** How many pages of experiments it reads before it gives up: each takes six of the 25,000 events that an execution may have. */
const MOST_PAGES_READ = 1000;

/** Beside a gate that can take longer than this, in seconds, the pipeline is asked with every fifth look only: an execution has 25,000 events. */
const LONG_GATE = 10 * 3600;

/** How many looks must find nothing before the watchdog ends: a start that was under way when the gate died comes to light late. */
const CLEAN_LOOKS = 2;

/** How many looks it takes before the watchdog gives up stopping an experiment: two hours. */
const MOST_LOOKS = 120;

/**
 * The watchdog of one execution of the gate: when that has ended, however it ended, no experiment of it stays.
 *
 * It depends on no event. Whatever it cannot find out it asks again, a minute later.
 */
export function watchdogDefinition(props: WatchdogDefinitionProps): object {
  return {
    Comment: 'Watches one execution of a chaos gate from outside, and stops its experiments when it no longer can.',
    QueryLanguage: 'JSONata',
    StartAt: 'Configure',
    States: {
      Configure: {
        Type: 'Pass',
        Assign: {
          gateName: props.gateName,
          pipelines: props.pipelines,
          execution: jsonata(text('$states.input.execution', 500)),
          executionName: jsonata(text('$states.input.executionName', 80)),
          // Of the gate that runs: a deployment may replace the template between the start of a gate and that of its watchdog.
          experimentTemplateId: jsonata(text('$states.input.experimentTemplateId', 200)),
          pipeline: jsonata(text('$states.input.pipeline', LONGEST_KEY)),
          pipelineExecutionId: jsonata(text('$states.input.pipelineExecutionId', 200)),
          pipelineName: EMPTY,
          deadline: jsonata(`${NOW} + ${props.gateBound * 1000}`),
          overdue: false,
          ticks: 0,
          gateStatus: EMPTY,
          gateOver: false,
          pipelineStatus: EMPTY,
          ...SEARCH_VARIABLES,
          cleanLooks: 0,
          looks: 0,
          pagesRead: 0,
        },
        Next: 'FindPipeline',
      },
      FindPipeline: {
        Type: 'Pass',
        Assign: { pipelineName: jsonata('($known := [$filter($pipelines, function($each) { $each.key = $pipeline })]; $count($known) = 1 ? $known[0].name : "")') },
        Next: 'Wait',
      },
      ...watchStates(props.gateBound > LONG_GATE ? 5 : 1),
      ...cleanStates(),
    },
  };
}

/** Until the gate has ended, its pipeline run has been abandoned, or its time is up. */
function watchStates(every: number): States {
  const retry = every === 1 ? { Retry: [RETRY_A_LITTLE] } : {};
  return {
    Wait: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'LookAtGate' },
    LookAtGate: {
      Type: 'Task',
      Resource: awsSdk('sfn:describeExecution'),
      ...retry,
      Arguments: { ExecutionArn: jsonata('$execution') },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        gateStatus: jsonata(text('$states.result.Status', 50)),
        ticks: jsonata(`($ticks + 1) % ${every}`),
        overdue: jsonata(`${NOW} >= $deadline`),
      },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { ticks: jsonata(`($ticks + 1) % ${every}`), overdue: jsonata(`${NOW} >= $deadline`) }, Next: 'HasGateEnded' }],
      Next: 'HasGateEnded',
    },
    HasGateEnded: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$gateStatus in ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]'), Assign: { gateOver: true }, Next: 'FindExperiments' },
        { Condition: jsonata('$overdue'), Next: 'StopGate' },
        { Condition: jsonata('$ticks = 0 and $pipelineName != "" and $pipelineExecutionId != ""'), Next: 'LookAtPipeline' },
      ],
      Default: 'Wait',
    },
    LookAtPipeline: {
      Type: 'Task',
      Comment: 'A run that is stopped and abandoned leaves the gate running.',
      Resource: awsSdk('codepipeline:getPipelineExecution'),
      ...retry,
      Arguments: { PipelineName: jsonata('$pipelineName'), PipelineExecutionId: jsonata('$pipelineExecutionId') },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: { pipelineStatus: jsonata(text('$states.result.PipelineExecution.Status', 50)) },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'IsPipelineAbandoned' }],
      Next: 'IsPipelineAbandoned',
    },
    IsPipelineAbandoned: {
      Type: 'Choice',
      Comment: 'While it is Stopping, CodePipeline waits for the gate.',
      Choices: [{ Condition: jsonata('$pipelineStatus in ["Cancelled", "Stopped", "Superseded", "Failed", "Succeeded"]'), Next: 'StopGate' }],
      Default: 'Wait',
    },
    StopGate: {
      Type: 'Task',
      Resource: awsSdk('sfn:stopExecution'),
      Arguments: {
        ExecutionArn: jsonata('$execution'),
        Error: 'Abandoned',
        Cause: jsonata('$overdue ? "The gate did not end in its time, so its watchdog stopped it." : "The pipeline run was stopped and abandoned, so the watchdog stopped the gate."'),
      },
      TimeoutSeconds: CALL_TIMEOUT,
      Retry: [RETRY_A_LITTLE],
      Assign: { gateOver: true },
      // Stopped or not, its experiments go. A gate that could not be stopped is looked at again afterwards.
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FindExperiments' }],
      Next: 'FindExperiments',
    },
  };
}

/** Stop the execution's experiments until two looks, a minute apart, find none. */
function cleanStates(): States {
  const looks = jsonata('$looks + 1');
  const lookAgain = { Assign: { looks, cleanLooks: 0 }, Next: 'CountLook' };
  return {
    ...searchStates({
      name: 'FindExperiments',
      inTime: false,
      finally: { pagesRead: jsonata('$pagesRead + $pages') },
      comment: 'Only experiments with the tags of this gate and of this execution.',
      where: `$lookup($item.Tags, "${EXECUTION_TAG}") = $executionName and $lookup($item.Tags, "${GATE_TAG}") = $gateName
        and $not($item.State.Status in ${ENDED})`,
      whenFound: [{ Assign: { looks, cleanLooks: 0 }, Next: 'StopExperiment' }],
      whenNone: { Assign: { looks, cleanLooks: jsonata('$cleanLooks + 1') }, Next: 'CountLook' },
      whenTooMany: lookAgain,
      whenFailed: lookAgain,
    }),
    StopExperiment: {
      ...stopExperiment('$found[0]'),
      // FIS refuses to stop an experiment that is over, and would do so again.
      Retry: [dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException'), RETRY_ANYTHING],
      Assign: { found: jsonata(REST) },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { found: jsonata(REST) }, Next: 'AreMoreFound' }],
      Next: 'AreMoreFound',
    },
    AreMoreFound: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($found) > 0'), Next: 'StopExperiment' }],
      Default: 'CountLook',
    },
    CountLook: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$cleanLooks >= ${CLEAN_LOOKS} and $gateOver`), Next: 'Clean' },
        { Condition: jsonata(`$looks >= ${MOST_LOOKS} or $pagesRead >= ${MOST_PAGES_READ}`), Next: 'GaveUp' },
        { Condition: jsonata(`$cleanLooks >= ${CLEAN_LOOKS}`), Assign: { cleanLooks: 0 }, Next: 'Wait' },
      ],
      Default: 'WaitBetweenLooks',
    },
    WaitBetweenLooks: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'FindExperiments' },
    Clean: { Type: 'Succeed' },
    GaveUp: {
      Type: 'Fail',
      Error: 'ExperimentLeftRunning',
      Cause: jsonata('"The watchdog could not see the experiments of execution " & $executionName & " end: look in FIS for running experiments with the tag '
        + `${EXECUTION_TAG}` + ' = " & $executionName & " and stop them."'),
    },
  };
}

const REST = '[$filter($found, function($id) { $id != $found[0] })]';

/** The next look comes in a minute anyway. */
const RETRY_A_LITTLE: State = { ErrorEquals: ['States.ALL'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: 'FULL' };
