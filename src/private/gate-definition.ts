import { CALL_BOUND, CALL_TIMEOUT, CAUGHT, EMPTY, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, State, States, awsSdk, dontRetry, jsonata, requiredString, text } from './asl';
import { EXECUTION_TAG, GATE_TAG, PIPELINE_EXECUTION_TAG } from './constants';
import { ENDED, SEARCH_VARIABLES, UNDER_WAY, getExperiment, searchStates, stopExperiment } from './experiment-states';
import { judgeStates } from './judge';
import { GateMode, InsufficientData } from '../gate-options';

/**
 * All that a gate machine needs to know. Strings may be tokens or come from users: they stay outside of JSONata.
 */
export interface GateDefinitionProps {
  /** The gate's name, the value of its tag on every experiment it starts. */
  readonly gateName: string;
  readonly experimentTemplateId: string;
  readonly watchdogArn: string;
  /** Names of the guard alarms; without any, nothing but FIS is watched. */
  readonly guardNames: string[];
  /** Names of the actions that inject a fault. */
  readonly faultNames: string[];
  /** URL of the console's experiment page, to which an experiment's id is appended. */
  readonly consoleUrl: string;
  readonly mode: GateMode;
  readonly insufficientData: InsufficientData;
  /** All in seconds. */
  readonly steadyStateTimeout: number;
  readonly expectedDuration: number;
  readonly timeout: number;
  /** Read from the guards if it is not given. */
  readonly observationTime?: number;
  readonly recoveryTimeout: number;
}

/** Time between two looks at a guard that is not OK, or at an earlier experiment, in seconds. */
const LOOK_INTERVAL = 15;

/** How many earlier experiments, one after another, are waited for. */
const MOST_EARLIER = 3;

/** How often the end of a stopped experiment is looked for, and the time between two looks in seconds: 10 minutes in all. */
const STOP_CHECKS = 60;
const STOP_INTERVAL = 10;

/** The longest that the guards are observed if their own times decide, and for how long if they say nothing (composite alarms), in seconds. */
const LONGEST_OBSERVATION = 3600;
const UNKNOWN_OBSERVATION = 300;

/** What is added to the time in which the slowest guard sees a fault: metrics arrive late. In seconds. */
const METRIC_DELAY = 120;

/** Seconds between looks at the experiment where something is likely to happen: a bad template fails at once, a good one ends when it should. */
const DENSE = 15;

/** Seconds between looks where nothing is likely to happen, in an experiment of up to an hour and in a longer one. */
const SPARSE = 28;
const SPARSE_IN_LONG_ONES = 55;

/**
 * The gate: wait for a steady state, start the experiment, watch it to its end, observe, judge, and stop it wherever something goes wrong.
 *
 * Only Task states have a Catch. So an answer of AWS is touched in the `Assign` of its own Task alone, where an unexpected one is an
 * error that can be caught. All other states work on variables that exist and whose types are known, and cannot fail.
 */
export function gateDefinition(props: GateDefinitionProps): object {
  const guarded = props.guardNames.length > 0;
  const judge = guarded ? 'ReadGuardsAgain' : 'Judge';
  return {
    Comment: 'A release gate: runs one AWS FIS experiment, and passes only if it ran, injected its faults, and no guard alarm left OK.',
    QueryLanguage: 'JSONata',
    // The last resort: every wait in the machine has its own, shorter bound. The watchdog stops what is then left.
    TimeoutSeconds: gateBound(props),
    StartAt: 'Configure',
    States: {
      ...configureStates(props),
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
  const before = props.steadyStateTimeout + 4 * CALL_BOUND;
  const watch = props.timeout + 2 * CALL_BOUND;
  const stop = STOP_CHECKS * (STOP_INTERVAL + CALL_BOUND / 10) + 2 * CALL_BOUND;
  const after = (props.observationTime ?? LONGEST_OBSERVATION) + props.recoveryTimeout + 4 * CALL_BOUND;
  return before + watch + stop + after;
}

/** Everything that later states read exists from here on, so that no path, however it got there, meets an unknown variable. */
function configureStates(props: GateDefinitionProps): States {
  return {
    Configure: {
      Type: 'Pass',
      Comment: 'What was known at synthesis, as plain data, and a first value of every variable.',
      Assign: {
        gateName: props.gateName,
        experimentTemplateId: props.experimentTemplateId,
        guardNames: props.guardNames,
        faultNames: props.faultNames,
        consoleUrl: props.consoleUrl,
        pipeline: jsonata(text('$states.input.pipeline', 200)),
        pipelineExecutionId: jsonata(text('$states.input.pipelineExecutionId', 200)),
        steadyDeadline: jsonata(`${NOW} + ${props.steadyStateTimeout * 1000}`),
        ...SEARCH_VARIABLES,
        leverEngaged: false,
        earlierStatus: EMPTY,
        earlierEnded: 0,
        guards: [],
        missing: [],
        unsteady: [],
        moved: [],
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
        stopChecks: 0,
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
        Condition: jsonata('$exists($states.input.experimentTemplateId) and $states.input.experimentTemplateId != $experimentTemplateId'),
        Assign: { failure: 'Blocked', detail: 'The experiment template was replaced after this pipeline run had read its id' },
        Next: 'Judge',
      }],
      Default: 'ReadSafetyLever',
    },
  };
}

/** Nothing stands in the way: the safety lever is not engaged, and no earlier experiment of this gate is under way. */
function surroundingsStates(next: string): States {
  return {
    ReadSafetyLever: {
      Type: 'Task',
      Comment: 'If it cannot be read, go on: FIS itself cancels every experiment while it is engaged.',
      Resource: awsSdk('fis:getSafetyLever'),
      Arguments: { Id: 'default' },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: { leverEngaged: jsonata('$states.result.SafetyLever.State.Status in ["engaged", "engaging"]') },
      Retry: [RETRY_ANYTHING],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FindEarlier' }],
      Next: 'IsSafetyLeverEngaged',
    },
    IsSafetyLeverEngaged: {
      Type: 'Choice',
      Choices: [{
        Condition: jsonata('$leverEngaged'),
        Assign: { failure: 'Blocked', detail: 'The FIS safety lever of this account and Region is engaged' },
        Next: 'Judge',
      }],
      Default: 'FindEarlier',
    },
    ...searchStates({
      name: 'FindEarlier',
      comment: 'Two experiments of one gate at a time would hit the same targets, and their alarms would be the alarms of both.',
      where: `$lookup($item.Tags, "${GATE_TAG}") = $gateName and $not($item.State.Status in ${ENDED})`,
      assign: { overdue: jsonata(`${NOW} >= $steadyDeadline`) },
      whenFound: [
        { Condition: `$overdue or $earlierEnded >= ${MOST_EARLIER}`, ...EARLIER_BLOCKS },
        { Next: 'WaitForEarlier' },
      ],
      whenNone: { Next: next },
      whenTooMany: {
        Assign: { failure: 'Blocked', detail: 'The experiment template has more experiments than this gate can look through' },
        Next: 'Judge',
      },
      whenFailed: {
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not list the experiments of its template (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      },
    }),
    WaitForEarlier: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'GetEarlier' },
    GetEarlier: {
      ...getExperiment('$found[0]'),
      Assign: {
        earlierStatus: jsonata(requiredString('$states.result.Experiment.State.Status')),
        overdue: jsonata(`${NOW} >= $steadyDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not see its earlier experiment " & $found[0] & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'HasEarlierEnded',
    },
    HasEarlierEnded: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$earlierStatus in ${ENDED}`), Assign: { earlierEnded: jsonata('$earlierEnded + 1') }, Next: 'FindEarlier' },
        { Condition: jsonata('$overdue'), ...EARLIER_BLOCKS },
      ],
      Default: 'WaitForEarlier',
    },
  };
}

const EARLIER_BLOCKS = {
  Assign: { failure: 'Blocked', detail: jsonata('"Experiment " & $join($found, ", ") & ", which this gate started earlier, is still under way"') },
  Next: 'Judge',
};

/** The last thing before the start: every guard is there, and OK. */
function steadyStateStates(props: GateDefinitionProps): States {
  return {
    ReadGuards: {
      ...describeGuards(props),
      Assign: {
        guards: jsonata(GUARDS),
        missing: jsonata(`($read := ${GUARDS}; [$filter($guardNames, function($name) { $not($name in $read.name) })])`),
        unsteady: jsonata(`($read := ${GUARDS}; [$filter($read, function($guard) { $not(${isSteady(props, '$guard.state')}) }).name])`),
        ...(props.observationTime === undefined ? { observation: jsonata(OBSERVATION) } : {}),
        steadyAt: jsonata(NOW),
        overdue: jsonata(`${NOW} >= $steadyDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not read its guard alarms (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'AreGuardsSteady',
    },
    AreGuardsSteady: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$count($missing) > 0'),
          Assign: { failure: 'Blocked', detail: jsonata('"Guard alarm " & $join($missing, ", ") & " does not exist"') },
          Next: 'Judge',
        },
        { Condition: jsonata('$count($unsteady) = 0'), Next: 'StartWatchdog' },
        { Condition: jsonata('$overdue'), Assign: { failure: 'NotSteady' }, Next: 'Judge' },
      ],
      Default: 'WaitForGuards',
    },
    WaitForGuards: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'ReadGuards' },
  };
}

/** Start it once: the token makes a repeated call harmless, and an answer that got lost does not mean that nothing was started. */
function startStates(props: GateDefinitionProps): States {
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
        // A redrive must not start what its first run may have started, and its watchdog is gone.
        ClientToken: jsonata(`($redrives := $states.context.Execution.RedriveCount;
          $assert($exists($redrives) ? $redrives = 0 : true, "a redriven execution starts no experiment");
          $states.context.Execution.Name)`),
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
        created: jsonata('$states.result.Experiment.CreationTime'),
      },
      Retry: [
        // Five experiments may be active in an account and Region (a quota): give the others time to end.
        { ErrorEquals: ['Fis.ServiceQuotaExceededException'], IntervalSeconds: 30, BackoffRate: 1.5, MaxAttempts: 4 },
        dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException', 'Fis.ConflictException', 'States.QueryEvaluationError'),
        RETRY_ANYTHING,
      ],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'StartFailed', detail: jsonata(CAUGHT) },
        Next: 'FindStarted',
      }],
      Next: 'BeginWatch',
    },
    ...searchStates({
      name: 'FindStarted',
      comment: 'No usable answer to the start: look for an experiment with the tag of this execution before saying that there is none.',
      where: `$lookup($item.Tags, "${EXECUTION_TAG}") = $states.context.Execution.Name and $lookup($item.Tags, "${GATE_TAG}") = $gateName`,
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
    WaitForList: { Type: 'Wait', Comment: 'FIS may be late to list an experiment that was started at the same time.', Seconds: DENSE, Next: 'FindRivals' },
    ...searchStates({
      name: 'FindRivals',
      comment: 'Two gates may have looked for an earlier experiment at the same moment. The older of their experiments stays.',
      where: `$item.Id != $experimentId and $lookup($item.Tags, "${GATE_TAG}") = $gateName and $not($item.State.Status in ${ENDED})
        and ($item.CreationTime < $created or ($item.CreationTime = $created and $item.Id < $experimentId))`,
      whenFound: [{
        Assign: { failure: 'Blocked', detail: jsonata('"Experiment " & $join($found, ", ") & " of this gate was started at the same time"') },
        Next: 'StopExperiment',
      }],
      whenNone: { Next: 'GetExperiment' },
      whenTooMany: { Next: 'GetExperiment' },
      whenFailed: {
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not list the experiments of its template (" & ${CAUGHT} & ")"`) },
        Next: 'StopExperiment',
      },
    }),
  };
}

/** Look at the experiment until it has ended, dense where something is likely to happen and sparse in between. */
function watchStates(props: GateDefinitionProps, completed: string, endedOtherwise: string): States {
  return {
    WaitForExperiment: { Type: 'Wait', Seconds: jsonata('$pause'), Next: 'GetExperiment' },
    GetExperiment: {
      ...getExperiment('$experimentId'),
      Assign: {
        ...seenExperiment(),
        overdue: jsonata(`${NOW} - $startedAt >= ${props.timeout * 1000}`),
        pause: jsonata(pauseExpression(props)),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not see experiment " & $experimentId & " (" & ${CAUGHT} & ")"`) },
        Next: 'StopExperiment',
      }],
      Next: 'HasItEnded',
    },
    HasItEnded: {
      Type: 'Choice',
      Comment: 'All statuses that FIS documents, each by name. One that FIS may have tomorrow is a failure, not a guess.',
      Choices: [
        {
          Condition: jsonata('$status = "completed"'),
          Assign: { recoveryDeadline: jsonata(`${NOW} + ($observation + ${props.recoveryTimeout}) * 1000`) },
          Next: completed,
        },
        { Condition: jsonata(`$status in ${ENDED}`), Next: endedOtherwise },
        { Condition: jsonata(`$status in ${UNDER_WAY} and $not($overdue)`), Next: 'WaitForExperiment' },
        { Condition: jsonata(`$status in ${UNDER_WAY}`), Assign: { failure: 'TimedOut' }, Next: 'StopExperiment' },
      ],
      Default: 'UnknownStatus',
    },
    UnknownStatus: {
      Type: 'Pass',
      Assign: {
        failure: 'GateError',
        detail: jsonata('"FIS reported the status " & $status & " for experiment " & $experimentId & ", which this gate does not know"'),
      },
      Next: 'StopExperiment',
    },
  };
}

/** Alarms trail the fault. Then: which guards left OK, if only for a moment, and are all of them back? */
function afterStates(props: GateDefinitionProps): States {
  const accepting = props.insufficientData === InsufficientData.ACCEPT;
  return {
    Observe: { Type: 'Wait', Seconds: jsonata('$observation'), Next: 'ReadGuardsAgain' },
    ReadGuardsAgain: {
      ...describeGuards(props),
      Assign: {
        // A guard that left OK has a new transition time, even if it came back.
        [accepting ? 'moved' : 'left']: jsonata(`($read := ${GUARDS};
          [$filter($guards, function($before) {
            $not($exists($filter($read, function($now) { $now.name = $before.name and $now.since = $before.since })))
          }).name])`),
        unsteady: jsonata(`($read := ${GUARDS};
          [$filter($guards, function($before) {
            $not($exists($filter($read, function($now) { $now.name = $before.name and ($now.state = "OK"${accepting ? ' or $now.state = $before.state' : ''}) })))
          }).name])`),
        overdue: jsonata(`${NOW} >= $recoveryDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { blind: true, detail: jsonata(`"The gate could not read its guard alarms after experiment " & $experimentId & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'AreGuardsBack',
    },
    AreGuardsBack: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($unsteady) > 0 and $not($overdue)'), Next: 'WaitForRecovery' }],
      Default: accepting ? 'IsHistoryNeeded' : 'Judge',
    },
    WaitForRecovery: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'ReadGuardsAgain' },
    ...(accepting ? historyStates() : {}),
  };
}

/** Where missing data is accepted, a guard that moved is judged by its history: did it come to ALARM, or only run out of data? */
function historyStates(): States {
  return {
    IsHistoryNeeded: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($moved) > 0'), Next: 'ReadHistory' }],
      Default: 'Judge',
    },
    ReadHistory: {
      Type: 'Task',
      Comment: 'The latest thirty changes since the steady-state check. More than that, or none at all, counts as an alarm that fired.',
      Resource: awsSdk('cloudwatch:describeAlarmHistory'),
      Arguments: {
        AlarmName: jsonata('$moved[0]'),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        StartDate: jsonata('$fromMillis($steadyAt)'),
        MaxRecords: 30,
      },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        left: jsonata(`($changes := [$map($states.result.AlarmHistoryItems, function($item) { $parse($item.HistoryData).newState.stateValue })];
          $harmless := $count($changes) > 0 and $not($exists($states.result.NextToken)) and $not($exists($filter($changes, function($state) { $not($state in ["OK", "INSUFFICIENT_DATA"]) })));
          $harmless ? $left : $append($left, [$moved[0]]))`),
        moved: jsonata('[$filter($moved, function($name) { $name != $moved[0] })]'),
      },
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { blind: true, detail: jsonata(`"The gate could not read the history of guard alarm " & $moved[0] & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'IsHistoryNeeded',
    },
  };
}

/** Stop the experiment and see it end. Asked again as long as it is not at least stopping. */
function stopStates(ended: string): States {
  return {
    StopExperiment: {
      ...stopExperiment('$experimentId'),
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'WaitForEnd' }],
      Next: 'WaitForEnd',
    },
    WaitForEnd: { Type: 'Wait', Seconds: STOP_INTERVAL, Next: 'ConfirmEnd' },
    ConfirmEnd: {
      ...getExperiment('$experimentId'),
      Assign: { ...seenExperiment(), stopChecks: jsonata('$stopChecks + 1') },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { status: 'unknown', stopChecks: jsonata('$stopChecks + 1') }, Next: 'IsItOver' }],
      Next: 'IsItOver',
    },
    IsItOver: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$status in ${ENDED}`), Next: ended },
        { Condition: jsonata(`$stopChecks >= ${STOP_CHECKS}`), Assign: { mayStillRun: true }, Next: ended },
        { Condition: jsonata('$status = "stopping"'), Next: 'WaitForEnd' },
      ],
      Default: 'StopExperiment',
    },
  };
}

function describeGuards(props: GateDefinitionProps): State {
  return {
    Type: 'Task',
    Resource: awsSdk('cloudwatch:describeAlarms'),
    // Without the types, CloudWatch leaves composite alarms out.
    Arguments: { AlarmNames: props.guardNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    TimeoutSeconds: CALL_TIMEOUT,
    Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
  };
}

/** The guards as CloudWatch answers them. An alarm without its state or its time is as good as none. */
const GUARDS = `[$append($states.result.MetricAlarms, $states.result.CompositeAlarms)
  [$exists(AlarmName) and $exists(StateValue) and $exists(StateTransitionedTimestamp)]
  .{ "name": AlarmName, "state": StateValue, "since": $string(StateTransitionedTimestamp) }]`;

/** The time in which the slowest guard sees a fault: its longest period as often as it is evaluated. */
const OBSERVATION = `($times := [$states.result.MetricAlarms.(
    $max($append([0], [Period, Metrics.Period, Metrics.MetricStat.Period])) * EvaluationPeriods
  )];
  $max($append([0], $times)) = 0 ? ${UNKNOWN_OBSERVATION} : $min([${LONGEST_OBSERVATION}, $max($times) + ${METRIC_DELAY}]))`;

function isSteady(props: GateDefinitionProps, state: string): string {
  return props.insufficientData === InsufficientData.ACCEPT ? `${state} in ["OK", "INSUFFICIENT_DATA"]` : `${state} = "OK"`;
}

/** What is kept of an experiment. Its answer repeats the whole template, which would soon fill a state. */
function seenExperiment(): { [variable: string]: string } {
  return {
    status: jsonata(`($assert($states.result.Experiment.Id = $experimentId, "the answer is about another experiment");
      ${requiredString('$states.result.Experiment.State.Status')})`),
    experimentArn: jsonata(text('$states.result.Experiment.Arn', 200)),
    reason: jsonata(text('$states.result.Experiment.State.Reason', 512)),
    faultsCompleted: jsonata('[$filter($faultNames, function($name) { $lookup($states.result.Experiment.Actions, $name).State.Status = "completed" })]'),
    troubled: jsonata(`[$each($states.result.Experiment.Actions, function($action, $name) {
        $action.State.Status in ["failed", "skipped", "cancelled", "stopped"]
          ? { "name": ${text('$name', 64)}, "status": $action.State.Status, "reason": ${text('$action.State.Reason', 200)} }
      })]`),
  };
}

/**
 * Seconds until the next look: dense in the first minute and around the expected end, sparse otherwise, and never much beyond the deadline.
 */
function pauseExpression(props: GateDefinitionProps): string {
  const sparse = props.expectedDuration <= 3600 ? SPARSE : SPARSE_IN_LONG_ONES;
  return `(
    $elapsed := (${NOW} - $startedAt) / 1000;
    $left := ${props.expectedDuration} - $elapsed;
    $pause := $elapsed < 60 or ($left <= ${DENSE} and $left > -180) ? ${DENSE} : $left > 0 ? $min([${sparse}, $left]) : ${sparse};
    $max([1, $ceil($min([$pause, ${props.timeout} - $elapsed]))])
  )`;
}
