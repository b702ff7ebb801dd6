/**
 * What two interpreters made of the same machines in the same world, side by side.
 */
import { MotoExecution } from './moto';
import { GateRun } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** Texts that differ although both interpreters mean the same, and why. */
export const SAME: ReadonlyArray<{ readonly what: string; readonly pattern: RegExp; readonly by: string }> = [
  {
    what: 'times: the simulator writes milliseconds, unless a world wants none where they are 0; in moto they are always left out there, as Step Functions does',
    pattern: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z/g,
    by: '$1Z',
  },
  {
    what: 'the cause of a refused call: its end (service, status code, request id) is added by moto, as by Step Functions; the simulator has it on some',
    pattern: / \(Service: \w+, Status Code: \d+, Request ID: [^)]*\)/g,
    by: '',
  },
  {
    what: 'the cause of a task that timed out: moto has none, as Step Functions; the simulator has a text for its readers',
    pattern: /(States\.Timeout: )no answer within \d+ seconds/g,
    by: '$1',
  },
  {
    what: 'a broken connection: the bridge to moto reports SdkClientException, as Step Functions; the simulator reports the service\'s own exception',
    pattern: /(Fis|CloudWatch|Sfn|CodePipeline)\.(\1Exception|SdkClientException)(: Unable to execute HTTP request)?(: Read timed out)?/g,
    by: '$1.$1Exception$3',
  },
];

/** What moto does otherwise than Step Functions. All but the last three are put right in interpreter.py. */
export const DEVIATIONS: readonly string[] = [
  'time is real: waits, pauses before a retry, jitter, timeouts and the times in the context are taken from the virtual clock instead',
  'it has no JSONata: npm jsonata evaluates; a failed expression is States.QueryEvaluationError, not States.Runtime',
  'strings go into an expression as they are, so that a quote breaks it: they are quoted',
  'parameters and answers keep the names of botocore: they are named as Step Functions does, checked against the API model',
  'errors are named after the service as the ARN spells it, fis.FisException: Fis.FisException',
  'a broken connection is States.Runtime: SdkClientException',
  'StopExecution loses Error and Cause: not compared',
  'the context has no Execution.RedriveCount: the gate takes that for 0',
  'States.ALL catches States.Runtime, and a Choice on a missing variable falls to its Default: no state of the machines can fail like this',
];

/** Statuses and reasons that FIS would not give to an experiment: scripts make them up, to see what a gate does with them. */
const MADE_UP = /Experiments?(\[\d+\])?\.State\.(Status|Reason) (is '|has )/;

/** A call: in which state, what, with which parameters, and the error that came of it. */
interface Attempt {
  readonly state: string;
  readonly resource: string;
  readonly arguments: unknown;
  readonly error?: string;
}

/** What differs; empty if they agree. */
export function differences(ours: GateRun, theirs: GateRun): string[] {
  const [first, second] = [ours, theirs].map((run) => [...run.gateMachine.executions, ...run.watchdogMachine.executions]);
  if (first.length !== second.length) { return [`the simulator has ${first.length} executions, moto ${second.length}`]; }
  return [
    ...first.flatMap((execution, i) => executionDifferences(execution, second[i] as unknown as MotoExecution)),
    ...difference('experiments', coursesOf(ours), coursesOf(theirs)),
  ];
}

/** What truly became of the experiments. */
function coursesOf({ aws }: GateRun): object[] {
  return aws.experiments.map(({ id, course }) => ({ id, course: course.map(({ status, time }) => [status, Math.round(time)]) }));
}

function executionDifferences(ours: Execution, theirs: MotoExecution): string[] {
  const { description, history, arn } = theirs;
  if (!description) { return [`${arn}: moto has not ended it`]; }
  const { status, output, error, cause } = description;
  // moto keeps no error and cause of an execution that was stopped
  const stopped = status === 'ABORTED';
  return [
    ...difference('status', ours.status, status),
    ...difference('path', ours.path, pathOf(history)),
    ...difference('path as the hub heard of it', ours.path, theirs.path),
    ...difference('calls', ours.calls.map(attemptOf), attemptsOf(history)),
    ...difference('calls as they arrived', ours.calls.map(arrivalOf), theirs.calls.map(arrivalOf)),
    ...difference('error', stopped ? undefined : ours.error, error),
    ...difference('cause', stopped ? undefined : parsed(ours.cause), parsed(cause)),
    ...difference('output', ours.output, parsed(output)),
    ...difference('end', Math.round(ours.stopTime!), Math.round(theirs.stopTime!)),
    ...theirs.problems.filter((problem) => !MADE_UP.test(problem)),
  ].map((problem) => `${ours.arn.split(':').slice(-2).join(':')}: ${problem}`);
}

function attemptOf({ state, resource, arguments: args, error }: Execution['calls'][number]): Attempt {
  return { state, resource, arguments: args, error: error?.error };
}

/** The parameters and the time with which a call arrived at AWS. */
function arrivalOf({ state, resource, arguments: args, at }: MotoExecution['calls'][number]): object {
  return { state, resource, arguments: args, at: Math.round(at) };
}

function pathOf(history: any[]): string[] {
  return history.flatMap(({ stateEnteredEventDetails }) => (stateEnteredEventDetails ? [stateEnteredEventDetails.name] : []));
}

/** The calls in moto's history. */
function attemptsOf(history: any[]): Attempt[] {
  const attempts: Array<Attempt & { error?: string }> = [];
  let state = '';
  let pending: { error?: string } | undefined;
  for (const event of history) {
    state = event.stateEnteredEventDetails?.name ?? state;
    const scheduled = event.taskScheduledEventDetails;
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (scheduled) {
      pending = { state, resource: `${scheduled.resourceType}:${scheduled.resource}`, arguments: JSON.parse(scheduled.parameters) } as Attempt;
      attempts.push(pending as Attempt);
    } else if (failed && pending) {
      pending.error = failed.error;
      pending = undefined;
    } else if (event.taskSucceededEventDetails) {
      pending = undefined;
    }
  }
  return attempts;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Where two values first differ. */
function difference(what: string, ours: unknown, theirs: unknown): string[] {
  const [a, b] = [ours, theirs].map(normal);
  if (a === b) { return []; }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const at = Array.from({ length: Math.max(ours.length, theirs.length) }).findIndex((_, i) => normal(ours[i]) !== normal(theirs[i]));
    return [`${what}: number ${at} of ${ours.length} is ${shown(ours[at])} in the simulator, of ${theirs.length} ${shown(theirs[at])} in moto`];
  }
  const from = Math.max(0, [...a].findIndex((character, i) => character !== b[i]) - 60);
  return [`${what}: ${a.slice(from, from + 300)} in the simulator, ${b.slice(from, from + 300)} in moto`];
}

function shown(value: unknown): string {
  return normal(value).slice(0, 600);
}

/** The same text for what counts as the same. */
function normal(value: unknown): string {
  return SAME.reduce((text, { pattern, by }) => text.replace(pattern, by), JSON.stringify(sorted(value)) ?? 'nothing');
}

function sorted(value: any): unknown {
  if (Array.isArray(value)) { return value.map(sorted); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.keys(value).sort().filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key])]));
}
