import { CALL_TIMEOUT, CAUGHT, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, State, States, awsSdk, dontRetry, jsonata, text } from './asl';
import { EXECUTION_TAG, GATE_TAG, PIPELINE_EXECUTION_TAG } from './constants';
import { judgeStates } from './judge';

/**
 * All that a gate machine needs to know. Strings may be tokens or come from users: they stay outside of JSONata.
 */
export interface GateDefinitionProps {
  /** The gate's name, the value of its tag on every experiment it starts. */
  readonly gateName: string;
  readonly experimentTemplateId: string;
  /** Names of the guard alarms; without any, nothing but FIS is watched. */
  readonly guardNames: string[];
  /** Names of the actions that inject a fault. */
  readonly faultNames: string[];
  /** URL of the console's experiment page, to which an experiment's id is appended. */
  readonly consoleUrl: string;
  /** All in seconds. */
  readonly steadyStateTimeout: number;
  readonly expectedDuration: number;
  readonly timeout: number;
}

/** Time between two looks at a guard that is not OK, in seconds. */
const GUARD_INTERVAL = 15;

/** How often the end of a stopped experiment is looked for, and the time between two looks in seconds: 10 minutes in all. */
const STOP_CHECKS = 60;
const STOP_INTERVAL = 10;

/** How many pages of experiments are searched for one whose start was not answered. */
const SEARCH_PAGES = 50;

/**
 * The gate: wait for a steady state, start the experiment, watch it to its end, judge, and stop it wherever something goes wrong.
 *
 * Only Task states have a Catch. So an answer of AWS is touched in the `Assign` of its own Task alone, where an unexpected one is an
 * error that can be caught. All other states work on variables that exist and whose types are known, and cannot fail.
 */
export function gateDefinition(props: GateDefinitionProps): object {
  const guarded = props.guardNames.length > 0;
  return {
    Comment: 'A release gate: runs one AWS FIS experiment and passes only if it really ran, injected its faults, and no guard alarm left OK.',
    QueryLanguage: 'JSONata',
    StartAt: 'Configure',
    States: {
      ...beforeStates(props, guarded ? 'ReadGuards' : 'StartExperiment'),
      ...(guarded ? steadyStateStates(props) : {}),
      ...startStates(),
      ...watchStates(props, guarded ? 'ReadGuardsAgain' : 'Judge'),
      ...(guarded ? afterStates(props) : {}),
      ...stopStates(guarded ? 'ReadGuardsAgain' : 'Judge'),
      ...judgeStates(guarded),
    },
  };
}

/** Everything that later states read exists from here on, so that no path, however it got there, meets an unknown variable. */
function beforeStates(props: GateDefinitionProps, next: string): States {
  const empty = jsonata('""');
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
        pipelineExecutionId: jsonata(text('$states.input.pipelineExecutionId', 200)),
        steadyDeadline: jsonata(`${NOW} + ${props.steadyStateTimeout * 1000}`),
        guards: [],
        missing: [],
        unsteady: [],
        left: [],
        blind: false,
        experimentId: empty,
        experimentArn: empty,
        status: empty,
        reason: empty,
        faultsCompleted: [],
        troubled: [],
        startedAt: 0,
        pause: FIRST_PAUSE,
        overdue: false,
        nextToken: empty,
        found: [],
        pages: 0,
        stopChecks: 0,
        mayStillRun: false,
        failure: empty,
        detail: empty,
      },
      Next: 'CheckInput',
    },
    CheckInput: {
      Type: 'Choice',
      Comment: 'The template id that the pipeline passes is compared and never used. None is needed: by hand or on a schedule there is no input.',
      Choices: [{
        Condition: jsonata('$exists($states.input.experimentTemplateId) and $states.input.experimentTemplateId != $experimentTemplateId'),
        Assign: {
          failure: 'Blocked',
          detail: 'The experiment template was replaced after this pipeline run had read its id',
        },
        Next: 'Judge',
      }],
      Default: next,
    },
  };
}

/** The last thing before the start: every guard is there, and OK. */
function steadyStateStates(props: GateDefinitionProps): States {
  return {
    ReadGuards: {
      ...describeGuards(props),
      Assign: {
        guards: jsonata(GUARDS),
        missing: jsonata(`($read := ${GUARDS}; [$filter($guardNames, function($name) { $not($name in $read.name) })])`),
        unsteady: jsonata(`($read := ${GUARDS}; [$filter($read, function($guard) { $guard.state != "OK" }).name])`),
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
        { Condition: jsonata('$count($unsteady) = 0'), Next: 'StartExperiment' },
        { Condition: jsonata('$overdue'), Assign: { failure: 'NotSteady' }, Next: 'Judge' },
      ],
      Default: 'WaitForGuards',
    },
    WaitForGuards: { Type: 'Wait', Seconds: GUARD_INTERVAL, Next: 'ReadGuards' },
  };
}

/** Start it once: the token makes a repeated call harmless, and an answer that got lost does not mean that nothing was started. */
function startStates(): States {
  return {
    StartExperiment: {
      Type: 'Task',
      Resource: awsSdk('fis:startExperiment'),
      Arguments: {
        ClientToken: jsonata('$states.context.Execution.Name'),
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
        Next: 'FindExperiment',
      }],
      Next: 'BeginWatch',
    },
    FindExperiment: {
      Type: 'Task',
      Comment: 'No usable answer to the start: look for an experiment with the tag of this execution before saying that there is none.',
      Resource: awsSdk('fis:listExperiments'),
      Arguments: jsonata(`$merge([
        { "ExperimentTemplateId": $experimentTemplateId, "MaxResults": 20 },
        $nextToken = "" ? {} : { "NextToken": $nextToken }
      ])`),
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        found: jsonata(`($assert($type($states.result.Experiments) = "array", "the list of experiments is missing");
          $name := $states.context.Execution.Name;
          [$filter($states.result.Experiments, function($item) {
            $lookup($item.Tags, "${EXECUTION_TAG}") = $name and $lookup($item.Tags, "${GATE_TAG}") = $gateName and $type($item.Id) = "string"
          }).Id])`),
        nextToken: jsonata('$type($states.result.NextToken) = "string" ? $states.result.NextToken : ""'),
        pages: jsonata('$pages + 1'),
      },
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { mayStillRun: true }, Next: 'Judge' }],
      Next: 'WasItStarted',
    },
    WasItStarted: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$count($found) > 0'), Assign: { experimentId: jsonata('$found[0]') }, Next: 'StopExperiment' },
        { Condition: jsonata('$nextToken = ""'), Next: 'Judge' },
        { Condition: jsonata(`$pages >= ${SEARCH_PAGES}`), Assign: { mayStillRun: true }, Next: 'Judge' },
      ],
      Default: 'FindExperiment',
    },
  };
}

/** Look at the experiment until it has ended, dense where something is likely to happen and sparse in between. */
function watchStates(props: GateDefinitionProps, ended: string): States {
  return {
    BeginWatch: {
      Type: 'Pass',
      Comment: 'Retries of the start do not count against the deadline.',
      Assign: { startedAt: jsonata(NOW) },
      Next: 'WaitForExperiment',
    },
    WaitForExperiment: { Type: 'Wait', Seconds: jsonata('$pause'), Next: 'GetExperiment' },
    GetExperiment: {
      ...getExperiment(),
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
        { Condition: jsonata(ENDED), Next: ended },
        { Condition: jsonata(`${UNDER_WAY} and $not($overdue)`), Next: 'WaitForExperiment' },
        { Condition: jsonata(UNDER_WAY), Assign: { failure: 'TimedOut' }, Next: 'StopExperiment' },
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

/** What became of the guards: one that left OK, if only for a moment, has a new transition time. */
function afterStates(props: GateDefinitionProps): States {
  return {
    ReadGuardsAgain: {
      ...describeGuards(props),
      Assign: {
        left: jsonata(`($read := ${GUARDS};
          [$filter($guards, function($before) {
            $not($exists($filter($read, function($now) { $now.name = $before.name and $now.since = $before.since })))
          }).name])`),
        unsteady: jsonata(`($read := ${GUARDS};
          [$filter($guardNames, function($name) {
            $not($exists($filter($read, function($now) { $now.name = $name and $now.state = "OK" })))
          })])`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { blind: true, detail: jsonata(`"The gate could not read its guard alarms after experiment " & $experimentId & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'Judge',
    },
  };
}

/** Stop the experiment and see it end. Asked again as long as it is not at least stopping. */
function stopStates(ended: string): States {
  return {
    StopExperiment: {
      Type: 'Task',
      Resource: awsSdk('fis:stopExperiment'),
      Arguments: { Id: jsonata('$experimentId') },
      TimeoutSeconds: CALL_TIMEOUT,
      Retry: [dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException'), RETRY_ANYTHING],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'WaitForEnd' }],
      Next: 'WaitForEnd',
    },
    WaitForEnd: { Type: 'Wait', Seconds: STOP_INTERVAL, Next: 'ConfirmEnd' },
    ConfirmEnd: {
      ...getExperiment(),
      Assign: { ...seenExperiment(), stopChecks: jsonata('$stopChecks + 1') },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { status: 'unknown', stopChecks: jsonata('$stopChecks + 1') }, Next: 'IsItOver' }],
      Next: 'IsItOver',
    },
    IsItOver: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(ENDED), Next: ended },
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

function getExperiment(): State {
  return {
    Type: 'Task',
    Resource: awsSdk('fis:getExperiment'),
    Arguments: { Id: jsonata('$experimentId') },
    TimeoutSeconds: CALL_TIMEOUT,
    Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
  };
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

const ENDED = '$status in ["completed", "stopped", "failed", "cancelled"]';
const UNDER_WAY = '$status in ["pending", "initiating", "running", "stopping"]';

/** A string that must be there: anything else is an evaluation error, which the Task catches. */
function requiredString(value: string): string {
  return `($assert($type(${value}) = "string", "a field of the answer is missing"); $substring(${value}, 0, 200))`;
}

/** Seconds between looks where something is likely to happen: a bad template fails at once, a good one ends when it should. */
const FIRST_PAUSE = 15;

/**
 * Seconds until the next look: dense in the first minute and from half a minute before the expected end to three minutes after it,
 * sparse otherwise, and never much beyond the deadline.
 */
function pauseExpression(props: GateDefinitionProps): string {
  const sparse = props.expectedDuration <= 3600 ? 25 : 55;
  return `(
    $elapsed := (${NOW} - $startedAt) / 1000;
    $left := ${props.expectedDuration} - $elapsed;
    $pause := $elapsed < 60 or ($left <= 30 + ${FIRST_PAUSE} and $left > -180)
      ? ${FIRST_PAUSE}
      : $left > 0 ? $min([${sparse}, $left - 30]) : ${sparse};
    $max([1, $ceil($min([$pause, ${props.timeout} - $elapsed]))])
  )`;
}
