/**
 * A world in which a gate runs, as plain data. A printed world is all that is needed to repeat its run.
 */
import { AnswerFault, malformedAnswer } from './answers';
import { SimulatedSubject, SubjectName, subjectNamed } from './subjects';
import { AlarmChange, AlarmState } from '../../simulator/cloudwatch';
import { PipelineStatus } from '../../simulator/code-pipeline';
import { TaskError } from '../../simulator/errors';
import { ExperimentScript, SimulatedExperiment } from '../../simulator/experiment';
import { Outcome, Rule, ServiceCall, unmodelled } from '../../simulator/faults';
import { SafetyLeverChange } from '../../simulator/fis';
import { EXECUTION, GateRun, PIPELINE_EXECUTION, RunOptions, Subject } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** A time: seconds after the gate was started, after its experiment was created or should end, or after the observation should end. */
export interface Moment {
  readonly after: 'start' | 'creation' | 'end' | 'observation';
  readonly seconds: number;
}

/** An event: seconds after the gate was started, after it entered a state for the `visit`th time, or after it entered its `visit`th state. */
export type Trigger =
  | { readonly seconds: number }
  | { readonly state: string; readonly visit: number; readonly seconds: number }
  | { readonly visit: number; readonly seconds: number };

export interface GuardWorld {
  readonly initial: AlarmState;
  readonly changes: ReadonlyArray<{ readonly at: Moment; readonly state: AlarmState }>;
  readonly period: number;
  readonly evaluationPeriods: number;
  /** Whether it is an alarm on a metric math expression, whose period is in its queries. */
  readonly expression?: boolean;
  readonly missing?: boolean;
  /** Seconds after the gate was started. */
  readonly deletedAt?: number;
}

export type FaultKind = 'throttled' | 'denied' | 'broken' | 'lost' | 'disconnected' | 'late' | 'late effect' | 'refused' | 'malformed';

/** What happens to calls. */
export interface CallFault {
  readonly by: 'gate' | 'watchdog' | 'both';
  /** `*` for all. */
  readonly operation: string;
  /** The first affected call of each execution and operation, from 1. */
  readonly from: number;
  /** How many calls are affected from there on; by default all. */
  readonly calls?: number;
  /** One call in so many succeeds. */
  readonly sparesOneIn?: number;
  readonly what: FaultKind;
  /** `late`: by how many seconds. */
  readonly seconds?: number;
  /** `refused`: the error. */
  readonly error?: string;
  /** `malformed`: how. */
  readonly answer?: AnswerFault;
}

/** A service fails for some time, whoever calls it. */
export interface Outage {
  readonly service: 'fis' | 'cloudwatch' | 'sfn' | 'codepipeline' | '*';
  /** Seconds after the gate was started. */
  readonly from: number;
  readonly seconds: number;
  readonly what: 'throttled' | 'broken' | 'lost' | 'disconnected';
}

/**
 * An experiment that the gate under test did not start. Its owner is:
 * `sibling`: another execution of this gate. `namesake`: an execution of another gate, with the same name. `nameless`: it has only the tag of
 * this gate. `stranger`: it has no tags. (And `double`: an earlier execution of this gate, with the same name.)
 */
export interface Neighbour {
  readonly who: 'sibling' | 'namesake' | 'nameless' | 'stranger';
  readonly when: Trigger;
  readonly script: ExperimentScript;
}

/** Something that ends a machine from outside. */
export interface End {
  readonly machine: 'gate' | 'watchdog';
  readonly when: Trigger;
}

export interface World {
  readonly subject: SubjectName;
  /** Seed of the jitter of retries. */
  readonly seed: number;
  /** Milliseconds until a request takes effect. */
  readonly latency: number;
  /** Whether times without milliseconds are written without them, as the SDK of Step Functions does. */
  readonly shortTimes?: true;
  readonly listing: { readonly order: 'newest first' | 'oldest first' | 'mixed'; readonly lag: number };
  readonly experiment: ExperimentScript;
  readonly guards: readonly GuardWorld[];
  readonly lever: ReadonlyArray<{ readonly at: Moment; readonly status: SafetyLeverChange['status'] }>;
  readonly faults: readonly CallFault[];
  readonly outages: readonly Outage[];
  readonly pipeline: ReadonlyArray<{ readonly at: Moment; readonly status: PipelineStatus }>;
  readonly neighbours: readonly Neighbour[];
  /** How many experiments of the template ended long ago: siblings, strangers, and some doubles. */
  readonly past: number;
  /** What ends the machines from outside. */
  readonly ends: readonly End[];
  /** Seconds after which Step Functions ends the gate, instead of the timeout of its definition. */
  readonly timeout?: number;
  /** When the gate is started a second time. */
  readonly rival?: Trigger;
  /** When somebody stops all of the gate's experiments. */
  readonly stoppedByHand?: Trigger;
  /** The input of the gate, instead of the one from the pipeline. */
  readonly input?: { readonly value: unknown };
}

/** The second execution of the gate. */
export const RIVAL = 'run-2';

/** Seconds that never pass. */
export const NEVER = 1e9;

const TAG = 'cdk-chaos-experiment-stage:';

/** Runs the gate in this world until all executions have ended. With `change`, the gate is changed first; it must return the same object for the
 * same argument. */
export async function play(world: World, watch?: (run: GateRun) => void, change = (machines: Subject) => machines): Promise<GateRun> {
  const subject = subjectNamed(world.subject);
  return new GateRun(withTimeout(change(subject.machines), world.timeout), {
    ...optionsOf(world, subject),
    prepare: (run) => {
      watch?.(run);
      arrange(world, run);
    },
  }).run();
}

/** Seconds for which the guards of this world must be observed. */
export function observationOf(world: World, subject = subjectNamed(world.subject)): number {
  if (subject.observation !== undefined) { return subject.observation; }
  const times = world.guards.filter((_guard, i) => subject.composite[i] === false).map(({ period, evaluationPeriods }) => period * evaluationPeriods);
  return times.length === 0 ? 300 : Math.min(3600, Math.max(...times) + 120);
}

function optionsOf(world: World, subject: SimulatedSubject): RunOptions {
  const { machines } = subject;
  const change = <T>({ at, ...value }: { at: Moment } & T) => ({ ...origin(at, world, subject), ...value });
  return {
    seed: world.seed,
    latencyMs: world.latency,
    shortTimes: world.shortTimes,
    listingLag: world.listing.lag,
    listOrder: ORDERS[world.listing.order],
    script: world.experiment,
    safetyLever: world.lever.map(change),
    guards: subject.composite.map((composite, i) => {
      const { initial, changes, period, evaluationPeriods, expression, deletedAt } = world.guards[i];
      return {
        composite,
        initial,
        timeline: changes.map(change) as AlarmChange[],
        evaluationPeriods,
        ...(expression ? { metrics: [{ Id: 'e', Expression: 'm / 2' }, { Id: 'm', MetricStat: { Metric: {}, Period: period, Stat: 'Sum' } }] } : { period }),
        deletedAt,
      };
    }),
    withoutGuards: subject.composite.flatMap((_composite, i) => (world.guards[i].missing ? [i] : [])),
    faults: [...world.outages.map(outageRule), ...world.faults.map((fault) => faultRule(fault, machines))],
    ...(machines.pipelineName && {
      pipelineRuns: [{ pipeline: machines.pipelineName, executionId: PIPELINE_EXECUTION, timeline: world.pipeline.map(change) }],
    }),
    ...(world.input && { input: world.input.value }),
  };
}

function origin({ after, seconds }: Moment, world: World, subject: SimulatedSubject): { at: number; from: 'clock' | 'experiment' } {
  switch (after) {
    case 'start': return { at: seconds, from: 'clock' };
    case 'creation': return { at: Math.max(0, seconds), from: 'experiment' };
    case 'end': return { at: Math.max(0, subject.length + seconds), from: 'experiment' };
    case 'observation': return { at: Math.max(0, subject.length + observationOf(world, subject) + seconds), from: 'experiment' };
  }
}

const ORDERS: { readonly [order in World['listing']['order']]: (newestFirst: readonly SimulatedExperiment[]) => readonly SimulatedExperiment[] } = {
  'newest first': (all) => all,
  'oldest first': (all) => [...all].reverse(),
  'mixed': (all) => [...all].sort((a, b) => (reversed(a.id) < reversed(b.id) ? -1 : 1)),
};

function reversed(text: string): string {
  return [...text].reverse().join('');
}

/** The same machines, but Step Functions ends the gate after so many seconds. They are cached, because they are compiled only once. */
function withTimeout(machines: Subject, seconds: number | undefined): Subject {
  if (seconds === undefined) { return machines; }
  const known = machinesWithTimeout.get(machines) ?? new Map<number, Subject>();
  machinesWithTimeout.set(machines, known);
  let found = known.get(seconds);
  if (!found) { known.set(seconds, found = { ...machines, gateDefinition: { ...machines.gateDefinition, TimeoutSeconds: seconds } }); }
  return found;
}

const machinesWithTimeout = new Map<Subject, Map<number, Subject>>();

function arrange(world: World, run: GateRun) {
  const { clock, aws, subject, gate } = run;
  for (let i = 1; i <= world.past; i++) {
    const who = i % 3 === 0 ? 'stranger' : i % 4 === 0 ? 'double' : 'sibling';
    start(run, who, { ends: 'failed', endsAfter: 60 }, `past-${i}`, clock.now() - Math.min((world.past - i + 1) * 10, 1400) * 60_000);
  }
  world.neighbours.forEach(({ who, when, script }, i) => on(run, gate, when, () => start(run, who, script, `neighbour-${i}`)));
  if (world.rival) { on(run, gate, world.rival, () => { run.gateMachine.start(gate.input, RIVAL); }); }
  if (world.stoppedByHand) {
    on(run, gate, world.stoppedByHand, () => {
      aws.experiments.filter(({ tags }) => tags[`${TAG}gate`] === subject.gateName).forEach((experiment) => experiment.stop(clock.now()));
    });
  }
  for (const { machine, when } of world.ends) {
    if (machine === 'gate') {
      on(run, gate, when, () => gate.stop('Aborted', 'by hand'));
    } else {
      run.watchdogMachine.onStart((watchdog) => { if (watchdog.name === EXECUTION) { on(run, watchdog, when, () => watchdog.stop('Aborted', 'by hand')); } });
    }
  }
}

/** Does something at an event in an execution that has just been started. */
function on({ clock }: GateRun, execution: Execution, trigger: Trigger, act: () => void) {
  const actIn = (seconds: number) => (seconds === 0 ? act() : void clock.at(clock.now() + seconds * 1000, act));
  if (!('visit' in trigger)) {
    actIn(trigger.seconds);
    return;
  }
  let visits = 0;
  execution.onState((name) => {
    if ((!('state' in trigger) || trigger.state === name) && ++visits === trigger.visit) { actIn(trigger.seconds); }
  });
}

/** Starts an experiment of another owner, unless the quota of active experiments is reached. */
function start({ aws, subject }: GateRun, who: Neighbour['who'] | 'double', script: ExperimentScript, token: string, createdAt?: number) {
  const tags = {
    sibling: { [`${TAG}gate`]: subject.gateName, [`${TAG}execution`]: 'run-0' },
    double: { [`${TAG}gate`]: subject.gateName, [`${TAG}execution`]: EXECUTION },
    namesake: { [`${TAG}gate`]: 'another-gate', [`${TAG}execution`]: EXECUTION },
    nameless: { [`${TAG}gate`]: subject.gateName },
    stranger: {},
  }[who];
  try {
    aws.fis.startExperiment({ ClientToken: token, ExperimentTemplateId: subject.template.id, Tags: tags }, script, createdAt);
  } catch (e) {
    if (!(e instanceof TaskError)) { throw e; }
  }
}

function faultRule(fault: CallFault, { gateName, watchdogName }: Subject): Rule {
  const { by, operation, from, calls = Infinity, sparesOneIn = 0 } = fault;
  const counts = new Map<string, number>();
  return (call) => {
    if (operation !== '*' && call.operation !== operation) { return 'pass'; }
    const machine = call.execution.arn.includes(`:${gateName}:`) ? 'gate' : call.execution.arn.includes(`:${watchdogName}:`) ? 'watchdog' : 'other';
    if (by !== 'both' && by !== machine) { return 'pass'; }
    const key = `${call.execution.arn} ${call.operation}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    if (nth < from || nth >= from + calls) { return 'pass'; }
    if (sparesOneIn > 0 && (nth - from) % sparesOneIn === sparesOneIn - 1) { return 'pass'; }
    return outcome(call, fault);
  };
}

function outageRule({ service, from, seconds, what }: Outage): Rule {
  let begin: number | undefined;
  return (call) => {
    begin ??= call.at + from * 1000;
    const affected = service === '*' || call.operation.startsWith(`${service}:`);
    return affected && call.at >= begin && call.at < begin + seconds * 1000 ? outcome(call, { what }) : 'pass';
  };
}

function outcome({ operation }: ServiceCall, { what, seconds = 0, error = '', answer }: Pick<CallFault, 'what' | 'seconds' | 'error' | 'answer'>): Outcome {
  switch (what) {
    case 'throttled': return unmodelled(operation, 'Rate exceeded', 429);
    case 'denied': return unmodelled(operation, `User is not authorized to perform: ${operation}`, 403);
    case 'broken': return unmodelled(operation, 'Internal server error', 500);
    case 'lost': return { lost: true };
    case 'disconnected': return { lost: true, ...unmodelled(operation, 'Unable to execute HTTP request: Read timed out', 0) };
    case 'late': return { delayMs: seconds * 1000 };
    case 'late effect': return { effectAfterMs: seconds * 1000 };
    case 'refused': return { error, cause: 'for no reason' };
    case 'malformed': return { answer: (original: unknown) => malformedAnswer(answer!, original) };
  }
}
