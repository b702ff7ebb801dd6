/**
 * Compares what two interpreters did with the same machines in the same world.
 */
import { MotoExecution } from './moto';
import { GateRun } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** Texts that differ although they mean the same, and why. */
export const SAME: ReadonlyArray<{ readonly what: string; readonly pattern: RegExp; readonly by: string }> = [
  {
    what: 'times: the simulator writes milliseconds, unless a world omits them if they are 0; moto always omits them in that case, like Step Functions',
    pattern: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z/g,
    by: '$1Z',
  },
  {
    what: 'the cause of a rejected call: moto, like Step Functions, adds service, status code and request id; the simulator does so for some',
    pattern: / \(Service: \w+, Status Code: \d+, Request ID: [^)]*\)/g,
    by: '',
  },
  {
    what: 'the cause of a task that timed out: moto, like Step Functions, has none; the simulator explains it',
    pattern: /(States\.Timeout: )no answer within \d+ seconds/g,
    by: '$1',
  },
  {
    what: 'a broken connection: the bridge to moto, like Step Functions, reports SdkClientException; the simulator reports the exception of the service',
    pattern: /(Fis|CloudWatch|Sfn|CodePipeline)\.(\1Exception|SdkClientException)(: Unable to execute HTTP request)?(: Read timed out)?/g,
    by: '$1.$1Exception$3',
  },
];

/** What moto does differently from Step Functions. interpreter.py corrects all but the last three. */
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

/** Statuses and reasons that FIS does not use. Scripts use them to see what a gate does. */
const MADE_UP = /Experiments?(\[\d+\])?\.State\.(Status|Reason) (is '|has )/;

/** A call: its state, operation, parameters and error. */
interface Attempt {
  readonly state: string;
  readonly resource: string;
  readonly arguments: unknown;
  readonly error?: string;
}

/** The differences; empty if the two agree. */
export function differences(ours: GateRun, theirs: GateRun): string[] {
  const [first, second] = [ours, theirs].map((run) => [...run.gateMachine.executions, ...run.watchdogMachine.executions]);
  if (first.length !== second.length) { return [`the simulator has ${first.length} executions, moto ${second.length}`]; }
  return [
    ...first.flatMap((execution, i) => executionDifferences(execution, second[i] as unknown as MotoExecution)),
    ...difference('experiments', coursesOf(ours), coursesOf(theirs)),
  ];
}

/** What really happened to the experiments. */
function coursesOf({ aws }: GateRun): object[] {
  return aws.experiments.map(({ id, course }) => ({ id, course: course.map(({ status, time }) => [status, Math.round(time)]) }));
}

function executionDifferences(ours: Execution, theirs: MotoExecution): string[] {
  const { description, history, arn } = theirs;
  if (!description) { return [`${arn}: moto has not ended it`]; }
  const { status, output, error, cause } = description;
  // moto does not keep the error and cause of an execution that was stopped
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

/** The parameters and the time of a call, as it arrived at AWS. */
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

/** The first place where two values differ. */
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

/** The same text for values that count as the same. */
function normal(value: unknown): string {
  return SAME.reduce((text, { pattern, by }) => text.replace(pattern, by), JSON.stringify(sorted(value)) ?? 'nothing');
}

function sorted(value: any): unknown {
  if (Array.isArray(value)) { return value.map(sorted); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.keys(value).sort().filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key])]));
}
