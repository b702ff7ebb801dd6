import * as fc from 'fast-check';
import { world } from './arbitrary';
import { Counts, everything, noCoverage } from './coverage';
import { TrueExperiment, TrueGuard, GroundTruth } from './ground-truth';
import { VERDICTS } from './invariants';
import { Request, whyNot } from './oracle';
import { searchInParallel } from './pool';
import { REGRESSIONS } from './regressions';
import { commandFor, commandsFor, problemsIn, search } from './search';
import { Trigger, play } from './world';
import { DETOURS } from './worlds';
import { Subject } from '../../simulator/gate-run';
import { Verdict } from '../../src/verdict';

const SEED = 20261123;
const RUNS = 5000;

// in processes of their own, while the other tests run in this one
const randomWorlds = searchInParallel({ seed: SEED, runs: RUNS });
randomWorlds.catch(() => undefined);

test('the verdicts with invariants are all that there are', () => {
  expect([...VERDICTS].sort()).toEqual(Object.values(Verdict).sort());
});

test.each(REGRESSIONS)('everything holds when %s', async (_name, one) => {
  const problems = await problemsIn(one);
  expect(problems.length === 0 ? [] : [...problems, commandFor(one)]).toEqual([]);
});

describe('everything holds when a machine is ended in any of its states', () => {
  const endedIn: Counts = {};

  test.each(DETOURS)('and %s', async (_name, one) => {
    const run = await play(one);
    for (const [machine, path] of [['gate', run.gate.path], ['watchdog', run.watchdogs[0].path]] as const) {
      for (const when of triggersIn(path)) {
        const ended = { ...one, ends: [...one.ends, { machine, when }] };
        const coverage = noCoverage();
        const problems = await problemsIn(ended, coverage);
        expect(problems.length === 0 ? [] : [...problems, commandFor(ended)]).toEqual([]);
        Object.keys(coverage.endedIn).forEach((name) => { endedIn[name] = 1; });
      }
    }
  });

  test('these were all states', () => {
    expect(everything().states.filter((name) => !endedIn[name])).toEqual([]);
  });
});

/** The first and the last time that a path enters each of its states: immediately, during a call, and a while later. */
function triggersIn(path: readonly string[]): Trigger[] {
  return [...new Set(path)].flatMap((state) => {
    const visits = path.filter((name) => name === state).length;
    return [...new Set([1, visits])].flatMap((visit) => [0, 0.1, 5].map((seconds) => ({ state, visit, seconds })));
  });
}

test(`everything holds in ${RUNS} random worlds, which reach every verdict and every state`, async () => {
  const { found, coverage } = await randomWorlds;
  if (found) { throw new Error(`seed ${SEED}: something does not hold\n\n${found.story}\n\n${commandsFor(found)}`); }

  expect(coverage.runs).toBe(RUNS);
  expect(VERDICTS.filter((verdict) => !coverage.verdicts[verdict])).toEqual([]);
  expect(everything().states.filter((state) => !coverage.states[state])).toEqual([]);
}, 600_000);

test('the same seed gives the same worlds', async () => {
  const first = await search(7, 20);
  expect(await search(7, 20)).toEqual(first);
  expect(await search(8, 20)).not.toEqual(first);
});

describe('fails for a gate that', () => {
  test.each<[string, Changes]>([
    ['ignores that faults were not injected', { gate: ({ Judge }) => { Judge.Assign.verdict = Judge.Assign.verdict.replace('"NothingInjected"', '"Passed"'); } }],
    ['ignores alarms that returned to OK', { gate: ({ Judge }) => { Judge.Assign.verdict = Judge.Assign.verdict.replace('$guard.leftOk', '$not($guard.recovered)'); } }],
    ['does not observe', { gate: ({ HasItEnded }) => { HasItEnded.Choices[0].Next = 'ReadGuardsAgain'; } }],
    ['does not search for rivals', { gate: ({ WaitForList }) => { WaitForList.Next = 'GetExperiment'; } }],
    ['treats an unknown status as the end', { gate: ({ UnknownStatus }) => { UnknownStatus.Next = 'Judge'; } }],
    ['does not catch errors', { gate: ({ GetExperiment }) => { delete GetExperiment.Catch; } }],
    ['does not stop at the deadline', { gate: ({ HasItEnded }) => { HasItEnded.Choices[7].Next = 'Judge'; } }],
    ['starts no watchdog', { gate: ({ AreGuardsSteady }) => { AreGuardsSteady.Choices[1].Next = 'StartExperiment'; } }],
    ['has a watchdog that does not search for experiments', { watchdog: ({ HasGateEnded }) => { HasGateEnded.Choices[0].Next = 'Clean'; } }],
    ['has a watchdog that does not check the pipeline', { watchdog: ({ HasGateEnded }) => { HasGateEnded.Choices.pop(); } }],
    ['has a watchdog that stops every running experiment', {
      watchdog: ({ FindExperiments }) => { FindExperiments.Assign.foundExperiments = FindExperiments.Assign.foundExperiments.replace(/function\(\$item\) \{.*?\}\)/, 'function($item) { $item.State.Status = "running" })'); },
    }],
  ])('%s', async (_name, changes) => {
    const change = changing(changes);
    for (const one of fc.sample(world, { seed: SEED, numRuns: 1000 })) {
      if ((await problemsIn(one, undefined, change)).length > 0) { return; }
    }
    throw new Error('no world out of 1000 shows it');
  });
});

interface Changes {
  readonly gate?: (states: any) => void;
  readonly watchdog?: (states: any) => void;
}

/** Changes machines. Returns the same object for the same machines, so they are compiled only once. */
function changing({ gate, watchdog }: Changes): (machines: Subject) => Subject {
  const known = new Map<Subject, Subject>();
  const changed = (definition: any, change?: (states: any) => void) => {
    if (!change) { return definition; }
    const copy = JSON.parse(JSON.stringify(definition));
    change(copy.States);
    expect(copy).not.toEqual(definition);
    return reachable(copy);
  };
  return (machines) => {
    // an unguarded gate has no states that read guards
    if (!machines.gateDefinition.States.AreGuardsSteady) { return machines; }
    let found = known.get(machines);
    if (!found) {
      found = {
        ...machines,
        gateDefinition: changed(machines.gateDefinition, gate),
        watchdogDefinition: changed(machines.watchdogDefinition, watchdog),
      };
      known.set(machines, found);
    }
    return found;
  };
}

/** Without states that cannot be reached any more. */
function reachable(definition: any): any {
  const known = new Set<string>([definition.StartAt]);
  for (const name of known) {
    const { Next, Default, Choices = [], Catch = [] } = definition.States[name];
    [Next, Default, ...[...Choices, ...Catch].map((rule: any) => rule.Next)].filter(Boolean).forEach((next) => known.add(next));
  }
  return { ...definition, States: Object.fromEntries(Object.entries(definition.States).filter(([name]) => known.has(name))) };
}

describe('the oracle', () => {
  const EXPERIMENT: TrueExperiment = {
    id: 'EXP1',
    gate: 'gate',
    execution: 'run',
    created: 100_000,
    end: { time: 400_000, status: 'completed' },
    actions: [
      { name: 'a', actionId: 'aws:ec2:stop-instances', status: 'completed' }, { name: 'b', actionId: 'aws:fis:wait', status: 'completed' },
    ],
  };
  /** In ALARM at the given times, for a second. */
  const guard = (...alarms: number[]): TrueGuard => ({
    name: 'errors',
    composite: false,
    detectionTime: 60,
    state: (time) => (alarms.some((at) => time >= at && time < at + 1000) ? 'ALARM' : 'OK'),
    changes: alarms.flatMap((at) => [{ time: at, state: 'ALARM' as const }, { time: at + 1000, state: 'OK' as const }]),
    gone: Infinity,
  });
  const truth = (more: Partial<GroundTruth> = {}): GroundTruth => ({
    gate: 'gate',
    execution: 'run',
    started: 0,
    ended: 700_000,
    templateId: 'EXT1',
    input: {},
    experiments: more.own ?? [EXPERIMENT],
    own: [EXPERIMENT],
    guards: [guard()],
    effects: () => [50_000, 600_000],
    lag: 0,
    ...more,
  });
  const STRICT: Request = { acceptsMissingData: false };
  const ended = (status: string) => [{ ...EXPERIMENT, end: { time: 400_000, status } }];
  const action = (status: string, actionId = 'aws:ec2:stop-instances') => [{ ...EXPERIMENT, actions: [{ name: 'a', actionId, status }] }];

  test('lets a release go on if everything it requires happened', () => {
    expect(whyNot(truth(), STRICT)).toEqual([]);
  });

  test.each<[string, Partial<GroundTruth>, string]>([
    ['nothing was started', { own: [] }, '0 experiments were started'],
    ['the experiment failed', { own: ended('failed') }, 'the experiment ended as failed'],
    ['the experiment was stopped', { own: ended('stopped') }, 'the experiment ended as stopped'],
    ['the experiment has not ended', { own: [{ ...EXPERIMENT, end: undefined }] }, 'the experiment had not ended'],
    ['the experiment completed later', { ended: 399_999 }, 'the experiment had not ended'],
    ['an action was skipped', { own: action('skipped') }, 'action a is skipped'],
    ['nothing but a wait completed', { own: action('completed', 'aws:fis:wait') }, 'the experiment has no fault'],
    ['a guard fired for a moment', { guards: [guard(), guard(200_000)] }, 'guard errors was in ALARM'],
    ['a guard fired just before the start', { guards: [guard(60_000)] }, 'guard errors was in ALARM'],
    ['a guard fired at the end of the observation', { guards: [guard(579_000)] }, 'guard errors was in ALARM'],
    ['a guard was in ALARM at the check before the start', { guards: [guard(50_000)] }, 'guard errors was in ALARM'],
    ['a guard is in ALARM at the end', { guards: [guard(599_500)] }, 'guard errors was in ALARM at the end'],
    ['the guards were not checked before the start', { effects: () => [600_000] }, 'guard errors was not checked before the start'],
    ['the guards were not checked after the observation', { effects: () => [50_000, 579_999] }, 'guard errors was not checked after the observation'],
    ['a guard was deleted', { guards: [{ ...guard(), gone: 300_000 }] }, 'guard errors was deleted'],
    ['an older experiment of the gate ran all the time', {
      experiments: [EXPERIMENT, { ...EXPERIMENT, id: 'EXP0', created: 90_000, end: { time: 500_000, status: 'completed' } }],
    }, 'experiment EXP0 of the same gate ran all the time'],
    ['the template was replaced', { input: { experimentTemplateId: 'EXT2' } }, 'the gate was asked for template "EXT2"'],
  ])('stops a release if %s', (_name, more, reason) => {
    expect(whyNot(truth(more), STRICT)).toContain(reason);
  });

  test.each<[string, Partial<GroundTruth>]>([
    ['a guard fired before the last check before the start', { guards: [guard(40_000)] }],
    ['a guard fired after the observation, and returned to OK', { guards: [guard(585_000)] }],
    ['an experiment of another gate ran all the time', { experiments: [EXPERIMENT, { ...EXPERIMENT, id: 'EXP0', gate: 'other', created: 90_000, end: undefined }] }],
    ['an older experiment of the gate ended soon', {
      experiments: [EXPERIMENT, { ...EXPERIMENT, id: 'EXP0', created: 90_000, end: { time: 110_000, status: 'failed' } }],
    }],
    ['there are no guards', { guards: [], effects: () => [] }],
    ['it was asked for this template', { input: { experimentTemplateId: 'EXT1' } }],
  ])('lets a release go on if %s', (_name, more) => {
    expect(whyNot(truth(more), STRICT)).toEqual([]);
  });

  test('accepts missing data only with that option', () => {
    const poor: TrueGuard = { ...guard(), state: () => 'INSUFFICIENT_DATA' };
    expect(whyNot(truth({ guards: [poor] }), STRICT)).toContain('guard errors was in INSUFFICIENT_DATA');
    expect(whyNot(truth({ guards: [poor] }), { acceptsMissingData: true })).toEqual([]);
    const lost: TrueGuard = { ...guard(), state: (time) => (time < 500_000 ? 'OK' : 'INSUFFICIENT_DATA'), changes: [{ time: 500_000, state: 'INSUFFICIENT_DATA' }] };
    expect(whyNot(truth({ guards: [lost] }), { acceptsMissingData: true })).toEqual(['guard errors was in INSUFFICIENT_DATA at the end']);
  });

  test('knows how long the guards must be observed', () => {
    expect(whyNot(truth({ guards: [guard(550_000)] }), { ...STRICT, observation: 100 })).toEqual([]);
    expect(whyNot(truth({ guards: [{ ...guard(), composite: true }] }), STRICT)).toEqual(['guard errors was not checked after the observation']);
  });
});
