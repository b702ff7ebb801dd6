/**
 * What a gate has to prove in every scenario, and which scenarios each variant of it has to go through.
 */
import { SimulatedExperiment } from '../simulator/experiment';
import { GateRun, RunOptions } from '../simulator/gate-run';
import { enforcing } from '../simulator/iam';
import { SCENARIOS, Scenario, optionsOf } from '../simulator/scenarios';
import { EXTRA_SCENARIOS, EXTRA_SCENARIOS_OF } from './extra-scenarios';
import { Synthesized } from './subjects';

/** A scenario of a variant, made ready to be run. */
export interface Proof {
  readonly name: string;
  readonly scenario: Scenario;
  readonly options: RunOptions;
  /** The states that the machines go through, as `gate GetExperiment`: a change of any other state changes nothing in this scenario. */
  readonly visited: ReadonlySet<string>;
}

/** All scenarios of a variant. Fails if one of them does not hold for the machines as they are. */
export async function proofsOf(variant: string, original: Synthesized): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const scenario of scenariosOf(variant)) {
    const options = await optionsOf(scenario, original.subject);
    const run = await runOf(original, options);
    const failure = failureOf(run, scenario);
    if (failure) { throw new Error(`${variant}: scenario '${scenario.name}' does not hold without any mutation: ${failure}`); }
    const proof = { name: scenario.name, scenario, options, visited: visitedIn(run) };
    if (await refute(original, proof)) { throw new Error(`${variant}: scenario '${scenario.name}' does not hold when it is run a second time`); }
    proofs.push(proof);
  }
  return proofs;
}

/** What is wrong with a gate in a scenario; nothing if all expectations hold. */
export async function refute(synthesized: Synthesized, { scenario, options }: Proof): Promise<string | undefined> {
  try {
    return failureOf(await runOf(synthesized, options), scenario);
  } catch (e) {
    return `the simulation fails: ${(e as Error).message.split('\n')[0]}`;
  }
}

async function runOf({ subject, roles }: Synthesized, options: RunOptions): Promise<GateRun> {
  return new GateRun(subject, enforcing(roles, options)).run();
}

function visitedIn({ gate, watchdogs }: GateRun): Set<string> {
  return new Set([...gate.path.map((state) => `gate ${state}`), ...watchdogs.flatMap(({ path }) => path.map((state) => `watchdog ${state}`))]);
}

/** The first expectation that does not hold. */
export function failureOf(run: GateRun, scenario: Scenario): string | undefined {
  const { gate, document, experiments, leftRunning, watchdogs } = run;
  const expect = (what: string, actual: unknown, expected: unknown) => (actual === expected ? [] : [`${what} is ${actual}, not ${expected}`]);
  const runningAtEnd = experiments.filter((experiment) => isActiveAt(gate.stopTime!, experiment.course));
  return [
    ...expect('the verdict', run.verdict, scenario.verdict),
    ...expect('the pipeline action', run.pipeline, scenario.pipeline),
    ...expect('started', experiments.length > 0, scenario.started),
    ...expect('the number of experiments left running', leftRunning.length, 0),
    ...watchdogs.flatMap(({ status }) => expect('the watchdog', status, 'SUCCEEDED')),
    ...expect('an experiment running when the gate has ended', runningAtEnd.length > 0, scenario.needsWatchdog ?? false),
    ...(document ? [
      ...expect('mayStillRun', document.mayStillRun, scenario.needsWatchdog ?? CANNOT_TELL.includes(scenario.name)),
      ...expect('the experiment of the verdict document', document.experiment.id, experiments[0]?.id ?? ''),
    ] : []),
  ][0];
}

/** Scenarios in which nothing runs, and the gate has no way to see that. */
const CANNOT_TELL: readonly string[] = ['access denied at start, and to the list'];

function isActiveAt(time: number, course: SimulatedExperiment['course']): boolean {
  const { status } = course.filter((each) => each.time <= time).at(-1)!;
  return ['pending', 'initiating', 'running', 'stopping'].includes(status);
}

/** What a variant of the gate must do in the scenarios: the same as the standard gate, but for what its option is about. */
const DIFFERENCES: { readonly [variant: string]: (scenario: Scenario) => Scenario | undefined } = {
  'missing data accepted': (scenario) => (scenario.name === 'guard without data before the start'
    ? { ...scenario, verdict: 'Passed', pipeline: 'Succeeded', started: true } : scenario),
  // It lets everything go on, unless an experiment may still be running or there is no verdict at all.
  'report-only': (scenario) => ({
    ...scenario,
    pipeline: scenario.needsWatchdog || CANNOT_TELL.includes(scenario.name) || scenario.verdict === 'ABORTED' ? 'Failed' : 'Succeeded',
  }),
  'unguarded': (scenario) => (/guard|alarm/i.test(scenario.name) ? undefined : scenario),
};

function scenariosOf(variant: string): readonly Scenario[] {
  const all = [...SCENARIOS, ...EXTRA_SCENARIOS.filter((each) => !SCENARIOS.some(({ name }) => name === each.name))];
  const difference = DIFFERENCES[variant] ?? ((scenario: Scenario) => scenario);
  return [...all.flatMap((scenario) => difference(scenario) ?? []), ...EXTRA_SCENARIOS_OF[variant] ?? []];
}
