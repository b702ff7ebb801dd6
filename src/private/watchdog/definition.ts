import { IResolvable } from 'aws-cdk-lib';
import { pipelineNamed, wantedExperiments, withoutFirst } from './expressions';
import { EXECUTION_TAG } from '../constants';
import { CLEAN_LOOKS, LONG_GATE, LONGEST_KEY, LOOKS_PER_PIPELINE_CHECK, MOST_LOOKS, MOST_PAGES_IN_ALL, WATCHDOG_INTERVAL } from '../limits';
import { Definition, EMPTY, RETRY_ANYTHING, Retrier, States, call, dontRetry, jsonata } from '../machine/asl';
import { NO_SEARCH, SearchVariables, searchStates, stopExperiment } from '../machine/experiments';
import { NOW, text } from '../machine/expressions';

export interface WatchdogDefinitionProps {
  /** The name of the gate it watches. */
  readonly gateName: string;
  /** The pipelines that can be checked, by the key that the gate passes on; a token, as pipelines may still be added. */
  readonly pipelines: IResolvable;
  /** The longest that a gate can take, in seconds. */
  readonly gateBound: number;
}

/** A pipeline that the watchdog can check. */
export interface WatchedPipeline {
  readonly key: string;
  readonly name: string;
}

/** All variables of the watchdog. Times are in milliseconds since the epoch. */
export interface WatchdogVariables extends SearchVariables {
  // What was known at synthesis, and what the gate passes
  readonly gateName: string;
  readonly pipelines: readonly WatchedPipeline[] | IResolvable;
  readonly execution: string;
  readonly executionName: string;
  readonly pipeline: string;
  readonly pipelineExecutionId: string;
  /** Empty if the pipeline cannot be checked. */
  readonly pipelineName: string;
  /** When the gate must have ended. */
  readonly deadline: number;

  // While the gate runs
  readonly gateStatus: string;
  readonly pipelineStatus: string;
  /** How many looks have passed since the pipeline was checked; only where it is not checked with each. */
  readonly looksSinceCheck?: number;
  /** Why the watchdog stops the gate. */
  readonly stopReason: string;
  readonly gateOver: boolean;

  // Afterwards
  /** How many looks in a row have found no experiment. */
  readonly cleanLooks: number;
  readonly looks: number;
  readonly pagesInAll: number;
}

/**
 * The watchdog of one execution of the gate: when that has ended, however it ended, no experiment of it stays.
 *
 * It depends on no event. Whatever it cannot find out, it asks again a minute later.
 */
export function watchdogDefinition(props: WatchdogDefinitionProps): Definition<WatchdogVariables> {
  const everyLook = props.gateBound <= LONG_GATE;
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
          gateStatus: EMPTY,
          pipelineStatus: EMPTY,
          ...(everyLook ? {} : { looksSinceCheck: 0 }),
          stopReason: EMPTY,
          gateOver: false,
          ...NO_SEARCH,
          cleanLooks: 0,
          looks: 0,
          pagesInAll: 0,
        },
        Next: 'FindPipeline',
      },
      FindPipeline: {
        Type: 'Pass',
        Assign: { pipelineName: jsonata(pipelineNamed()) },
        Next: 'Wait',
      },
      ...watchStates(everyLook),
      ...cleanStates(),
    },
  };
}

/** Until the gate has ended, its pipeline run has been abandoned, or its time is up. */
function watchStates(everyLook: boolean): States<WatchdogVariables> {
  const looksSinceCheck = jsonata(`($looksSinceCheck + 1) % ${LOOKS_PER_PIPELINE_CHECK}`);
  const counts = everyLook ? {} : { looksSinceCheck };
  const retry = everyLook ? { Retry: [RETRY_A_LITTLE] } : {};
  return {
    Wait: { Type: 'Wait', Seconds: WATCHDOG_INTERVAL, Next: 'CheckGate' },
    CheckGate: {
      ...call('sfn:describeExecution', { ExecutionArn: jsonata('$execution') }),
      ...retry,
      Assign: { gateStatus: jsonata(text('$states.result.Status', 50)), ...counts },
      Catch: [{ ErrorEquals: ['States.ALL'], ...(everyLook ? {} : { Assign: counts }), Next: 'HasGateEnded' }],
      Next: 'HasGateEnded',
    },
    HasGateEnded: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$gateStatus in ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]'), Assign: { gateOver: true }, Next: 'FindExperiments' },
        {
          Condition: jsonata(`${NOW} >= $deadline`),
          Assign: { stopReason: 'The gate did not end in time, so its watchdog stopped it.' },
          Next: 'StopGate',
        },
        {
          Condition: jsonata(`${everyLook ? '' : '$looksSinceCheck = 0 and '}$pipelineName != "" and $pipelineExecutionId != ""`),
          Next: 'CheckPipeline',
        },
      ],
      Default: 'Wait',
    },
    CheckPipeline: {
      Comment: 'A run that is stopped and abandoned leaves the gate running.',
      ...call('codepipeline:getPipelineExecution', {
        PipelineName: jsonata('$pipelineName'), PipelineExecutionId: jsonata('$pipelineExecutionId'),
      }),
      ...retry,
      Assign: { pipelineStatus: jsonata(text('$states.result.PipelineExecution.Status', 50)) },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'IsPipelineAbandoned' }],
      Next: 'IsPipelineAbandoned',
    },
    IsPipelineAbandoned: {
      Type: 'Choice',
      Comment: 'While it is Stopping, CodePipeline waits for the gate.',
      Choices: [{
        Condition: jsonata('$pipelineStatus in ["Cancelled", "Stopped", "Superseded", "Failed", "Succeeded"]'),
        Assign: { stopReason: 'The pipeline run was stopped and abandoned, so the watchdog stopped the gate.' },
        Next: 'StopGate',
      }],
      Default: 'Wait',
    },
    StopGate: {
      ...call('sfn:stopExecution', { ExecutionArn: jsonata('$execution'), Error: 'Abandoned', Cause: jsonata('$stopReason') }),
      Retry: [RETRY_A_LITTLE],
      Assign: { gateOver: true },
      // Stopped or not, its experiments go. A gate that could not be stopped is checked again afterwards.
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FindExperiments' }],
      Next: 'FindExperiments',
    },
  };
}

/** Stop the execution's experiments until two looks, a minute apart, find none. */
function cleanStates(): States<WatchdogVariables> {
  const looks = jsonata('$looks + 1');
  const lookAgain = { Assign: { looks, cleanLooks: 0 }, Next: 'AreLooksClean' };
  const others = { foundExperiments: jsonata(withoutFirst('$foundExperiments')) };
  return {
    ...searchStates<WatchdogVariables>({
      comment: 'Experiments with the tags of this gate and of this execution.',
      where: wantedExperiments(),
      assign: { pagesInAll: jsonata('$pagesInAll + 1') },
      whenFound: [{ Assign: { looks, cleanLooks: 0 }, Next: 'StopExperiment' }],
      whenNone: [{ Assign: { looks, cleanLooks: jsonata('$cleanLooks + 1') }, Next: 'AreLooksClean' }],
      whenTooMany: [lookAgain],
      whenFailed: lookAgain,
    }),
    StopExperiment: {
      ...stopExperiment('$foundExperiments[0]'),
      // FIS refuses to stop an experiment that is over, and would do so again.
      Retry: [dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException'), RETRY_ANYTHING],
      Assign: others,
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: others, Next: 'AreMoreFound' }],
      Next: 'AreMoreFound',
    },
    AreMoreFound: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($foundExperiments) > 0'), Next: 'StopExperiment' }],
      Default: 'AreLooksClean',
    },
    AreLooksClean: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$cleanLooks >= ${CLEAN_LOOKS} and $gateOver`), Next: 'Clean' },
        { Condition: jsonata(`$looks >= ${MOST_LOOKS} or $pagesInAll >= ${MOST_PAGES_IN_ALL}`), Next: 'GaveUp' },
        { Condition: jsonata(`$cleanLooks >= ${CLEAN_LOOKS}`), Assign: { cleanLooks: 0 }, Next: 'Wait' },
      ],
      Default: 'WaitBetweenLooks',
    },
    WaitBetweenLooks: { Type: 'Wait', Seconds: WATCHDOG_INTERVAL, Next: 'FindExperiments' },
    Clean: { Type: 'Succeed' },
    GaveUp: {
      Type: 'Fail',
      Error: 'ExperimentLeftRunning',
      Cause: jsonata(`"The watchdog did not see the experiments of execution " & $executionName & " end. Look in FIS for running experiments with the tag "
        & "${EXECUTION_TAG} = " & $executionName & " and stop them."`),
    },
  };
}

/** The next look comes in a minute anyway. */
const RETRY_A_LITTLE: Retrier = { ErrorEquals: ['States.ALL'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: 'FULL' };
