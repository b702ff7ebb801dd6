/**
 * What must hold in every scenario, and which scenarios each variant of the gate goes through.
 */
import { EXTRA_SCENARIOS, EXTRA_SCENARIOS_OF, ProvingScenario } from './extra-scenarios';
import { Synthesized } from './subjects';
import { SimulatedExperiment } from '../../simulator/experiment';
import { GateRun, RunOptions } from '../../simulator/gate-run';
import { enforcing } from '../../simulator/iam';
import { Execution } from '../../simulator/interpreter';
import { SCENARIOS, optionsOf } from '../../simulator/scenarios';

/** A scenario of a variant, ready to run. */
export interface Proof {
  readonly name: string;
  readonly scenario: ProvingScenario;
  readonly options: RunOptions;
  /** What the machines visit, as `gate HasItEnded` and `gate HasItEnded to Judge`. A change of anything else has no effect in this scenario. */
  readonly visited: ReadonlySet<string>;
  /** The cost of a run, in state transitions. */
  readonly cost: number;
}

/** The proofs of a variant, and the scenarios that fail for the original machines, with the reason. */
export async function proofsOf(variant: string, original: Synthesized): Promise<{ proofs: Proof[]; broken: string[] }> {
  const proofs: Proof[] = [];
  const broken: string[] = [];
  for (const scenario of scenariosOf(variant)) {
    const options = await optionsOf(scenario, original.subject);
    const run = await runOf(original, options);
    const proof = { name: scenario.name, scenario, options, visited: visitedIn(run), cost: costOf(run) };
    const failure = failureOf(run, scenario);
    if (failure) { broken.push(`${variant}: '${scenario.name}': ${failure}`); } else { proofs.push(proof); }
  }
  return { proofs, broken };
}

/** What is wrong with a gate in a scenario; undefined if all expectations hold. */
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

function visitedIn({ gate, watchdogs, subject }: GateRun): Set<string> {
  return new Set([...placesOf('gate', gate, subject.gateDefinition), ...watchdogs.flatMap((each) => placesOf('watchdog', each, subject.watchdogDefinition))]);
}

function costOf({ gate, watchdogs }: GateRun): number {
  return [gate, ...watchdogs].reduce((sum, { transitions }) => sum + transitions, 0);
}

/** The states of an execution, each also with the next state, and those in which a call failed. */
function placesOf(machine: string, { path, calls }: Execution, definition: any): string[] {
  return [machine, ...path.flatMap((state, i) => {
    const next = path[i + 1];
    const ofState = calls.filter((call) => call.state === state);
    const wentWrong = (definition.States[state].Next ?? next) !== next || ofState.some(({ error }) => error)
      || ofState.length !== path.filter((each) => each === state).length;
    return [`${machine} ${state}`, `${machine} ${state} to ${next}`, ...(definition.States[state].Type === 'Task' && wentWrong ? [`${machine} ${state} error`] : [])];
  })];
}

/** The expectations that do not hold. */
export function failureOf(run: GateRun, scenario: ProvingScenario): string | undefined {
  const { gate, document, experiments, leftRunning, watchdogs } = run;
  const expect = (what: string, actual: unknown, expected: unknown) => (actual === expected ? [] : [`${what} is ${actual}, not ${expected}`]);
  const runningAtEnd = experiments.filter((experiment) => isActiveAt(gate.stopTime!, experiment.course));
  return [
    ...expect('the verdict', run.verdict, scenario.verdict),
    ...expect('the pipeline action', run.pipeline, scenario.pipeline),
    ...expect('started', experiments.length > 0, scenario.started),
    ...(scenario.gaveUp ? [] : expect('the number of experiments left running', leftRunning.length, 0)),
    ...watchdogs.flatMap(({ status, error }) => expect('the watchdog', error ?? status, scenario.gaveUp ? 'ExperimentLeftRunning' : 'SUCCEEDED')),
    ...expect('an experiment running when the gate has ended', runningAtEnd.length > 0, scenario.needsWatchdog ?? false),
    ...(document ? untruths(run, scenario) : []),
    ...touched(run),
    ...(scenario.slow || scenario.gaveUp ? [] : delays(run)),
    scenario.also?.(run),
  ].filter((failure) => failure !== undefined)[0];
}

/** What the verdict document says must be true. */
function untruths({ document, experiments, clock, gate, aws }: GateRun, scenario: ProvingScenario): string[] {
  const expect = (what: string, told: unknown, is: unknown) => (JSON.stringify(told) === JSON.stringify(is) ? []
    : [`${what} is ${JSON.stringify(is)}, but the document says ${JSON.stringify(told)}`]);
  const [experiment] = experiments;
  const truth: any = experiment?.describe(clock.now());
  const actions = Object.entries<any>(truth?.Actions ?? {}).map(([name, { State }]) => ({ name, status: State.Status, reason: State.Reason }));
  return [
    ...expect('mayStillRun', document.mayStillRun, scenario.cannotTell ?? scenario.needsWatchdog ?? CANNOT_TELL.includes(scenario.name)),
    ...(scenario.wrongAnswers ? [] : expect('the experiment', document.experiment.id, experiment?.id ?? '')),
    ...(document.mayStillRun || scenario.wrongAnswers || WRONG_ANSWERS.includes(scenario.name) ? [] : [
      ...expect('its status', document.experiment.status, truth?.State.Status ?? ''),
      ...expect('its failed actions', document.actions,
        actions.filter(({ status }) => ['failed', 'skipped', 'cancelled', 'stopped'].includes(status))),
      ...expect('its completed faults', document.faultsCompleted, actions.filter(({ name, status }) => status === 'completed' && FAULTS.includes(name)).map(({ name }) => name)),
    ]),
    ...(gate.path.includes('AreGuardsBack') ? document.guards.flatMap(({ arn, name, steadyAfterwards }: any) => {
      const alarm = aws.cloudWatch.alarmByArn(arn);
      const state = alarm?.exists(gate.stopTime!) ? alarm.state(gate.stopTime!) : 'gone';
      return steadyAfterwards === (state !== 'OK') && state !== 'INSUFFICIENT_DATA' && !scenario.wrongAnswers ? [`${name} is ${state}, but the document says that it is ${steadyAfterwards ? '' : 'not '}steady`] : [];
    }) : []),
  ];
}

/** The actions of the experiment that inject a fault. */
const FAULTS = ['latency', 'reboot'];

/** Scenarios in which nothing is running, but the gate cannot know that. */
const CANNOT_TELL: readonly string[] = ['access denied at start, and the list throttled'];

/** Scenarios in which the answers of FIS about the experiment are wrong. */
const WRONG_ANSWERS: readonly string[] = ['completed without a list of actions'];

/** Experiments of others continue: only their scripts end them. */
function touched({ aws, experiments }: GateRun): string[] {
  return aws.experiments.filter((experiment) => !experiments.includes(experiment) && experiment.course.some(({ status }) => status === 'stopping'))
    .map(({ id }) => `experiment ${id} of somebody else was stopped`);
}

/** When the gate has ended, its experiment is stopped within 90 seconds, and the watchdog ends soon afterwards. */
function delays({ gate, experiments, watchdogs }: GateRun): string[] {
  const end = gate.stopTime!;
  const told = experiments.map(({ course }) => course.find(({ status }) => !['pending', 'initiating', 'running'].includes(status))?.time ?? Infinity);
  const over = Math.max(end, ...experiments.map(({ endTime = Infinity }) => endTime));
  return [
    ...(Math.max(end, ...told) > end + 90_000 ? [`the experiment was stopped ${(Math.max(...told) - end) / 1000} s after the gate had ended`] : []),
    ...watchdogs.filter(({ stopTime = Infinity }) => stopTime > over + 300_000).map(({ stopTime }) => `the watchdog ended ${(stopTime! - over) / 1000} s after everything else`),
  ];
}

function isActiveAt(time: number, course: SimulatedExperiment['course']): boolean {
  const { status } = course.filter((each) => each.time <= time).at(-1)!;
  return ['pending', 'initiating', 'running', 'stopping'].includes(status);
}

/** What a variant of the gate must do in the scenarios: the same as the standard gate, except for the effect of its option. */
const DIFFERENCES: { readonly [variant: string]: (scenario: ProvingScenario) => ProvingScenario | undefined } = {
  'missing data accepted': (scenario) => (scenario.name === 'guard has no data before the start'
    ? { ...scenario, verdict: 'Passed', pipeline: 'Succeeded', started: true } : scenario),
  // It lets every release go on, unless an experiment may still be running or there is no verdict.
  'report-only': (scenario) => ({
    ...scenario,
    pipeline: (scenario.cannotTell ?? scenario.needsWatchdog) || CANNOT_TELL.includes(scenario.name) || scenario.verdict === 'ABORTED' ? 'Failed' : 'Succeeded',
  }),
  'observation given': (scenario) => (scenario.name === 'a slow guard fires late' ? undefined : scenario),
  // Its watchdog must expect the longest experiment, so it checks the pipeline less often and does not retry.
  'existing template': (scenario) => (/watchdog is throttled/.test(scenario.name) ? { ...scenario, slow: true, also: undefined } : scenario),
  'existing template, timeout given': (scenario) => (/at its deadline|stop is throttled/.test(scenario.name) ? { ...scenario, also: undefined } : scenario),
  'unguarded': (scenario) => (/guard|alarm/i.test(scenario.name) ? undefined : scenario),
};

export function scenariosOf(variant: string): readonly ProvingScenario[] {
  const all: ProvingScenario[] = [...SCENARIOS, ...EXTRA_SCENARIOS.filter((each) => !SCENARIOS.some(({ name }) => name === each.name))];
  const difference = DIFFERENCES[variant] ?? ((scenario: ProvingScenario) => scenario);
  return [...all.flatMap((scenario) => difference(scenario) ?? []), ...EXTRA_SCENARIOS_OF[variant] ?? []];
}
