/**
 * What a number of runs have visited: states, rules of Choices, retries, catches, verdicts, and the states in which a machine was ended from
 * outside.
 */
import { SUBJECT_NAMES, subjectNamed } from './subjects';
import { GateRun } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

export type Counts = { [name: string]: number };

export interface Coverage {
  runs: number;
  /** Of the gate under test. */
  readonly verdicts: Counts;
  /** `gate GetExperiment`. */
  readonly states: Counts;
  /** `gate HasItEnded Choices[0]`. */
  readonly branches: Counts;
  /** The states in which a machine was ended from outside. */
  readonly endedIn: Counts;
}

export function noCoverage(): Coverage {
  return { runs: 0, verdicts: {}, states: {}, branches: {}, endedIn: {} };
}

/** Counts what a run visits, from its first step on. Call the function that it returns when the run is over. */
export function cover(run: GateRun, coverage: Coverage): () => void {
  const executions: Array<[string, Execution]> = [];
  const listen = (machine: string) => (execution: Execution) => {
    executions.push([machine, execution]);
    execution.onBranch((state, branch) => count(coverage.branches, `${machine} ${state} ${branch}`));
  };
  listen('gate')(run.gate);
  run.gateMachine.onStart(listen('gate'));
  run.watchdogMachine.onStart(listen('watchdog'));
  return () => {
    coverage.runs++;
    count(coverage.verdicts, run.verdict);
    for (const [machine, { path, status }] of executions) {
      for (const state of new Set(path)) { count(coverage.states, `${machine} ${state}`); }
      if (status === 'ABORTED' || status === 'TIMED_OUT') { count(coverage.endedIn, `${machine} ${path[path.length - 1]}`); }
    }
  };
}

function count(counts: Counts, name: string, by = 1) {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Adds the counts of `more` to a coverage. */
export function add(coverage: Coverage, more: Coverage) {
  coverage.runs += more.runs;
  for (const kind of ['verdicts', 'states', 'branches', 'endedIn'] as const) {
    for (const [name, times] of Object.entries(more[kind])) { count(coverage[kind], name, times); }
  }
}

/** All states and branches of the machines of all subjects. */
export function everything(): { readonly states: readonly string[]; readonly branches: readonly string[] } {
  const states = new Set<string>();
  const branches = new Set<string>();
  for (const name of SUBJECT_NAMES) {
    const { gateDefinition, watchdogDefinition } = subjectNamed(name).machines;
    for (const [machine, definition] of [['gate', gateDefinition], ['watchdog', watchdogDefinition]]) {
      for (const [state, { Choices = [], Default, Retry = [], Catch = [] }] of Object.entries<any>(definition.States)) {
        states.add(`${machine} ${state}`);
        const mark = (branch: string) => branches.add(`${machine} ${state} ${branch}`);
        Choices.forEach((_rule: any, i: number) => mark(`Choices[${i}]`));
        if (Default) { mark('Default'); }
        Retry.forEach(({ MaxAttempts }: any, i: number) => { if (MaxAttempts !== 0) { mark(`Retry[${i}]`); } });
        Catch.forEach((_rule: any, i: number) => mark(`Catch[${i}]`));
      }
    }
  }
  return { states: [...states], branches: [...branches] };
}

/** The counts as text. */
export function report({ verdicts, states, branches, endedIn }: Coverage): string {
  const all = everything();
  const listing = (title: string, counts: Counts, names: readonly string[]) => {
    const missing = names.filter((name) => !counts[name]);
    return [
      `${title}: ${names.length - missing.length} of ${names.length}`,
      ...names.filter((name) => counts[name]).sort((a, b) => counts[a] - counts[b]).map((name) => `${String(counts[name]).padStart(8)}  ${name}`),
      ...missing.map((name) => `   never  ${name}`),
    ];
  };
  return [
    ...listing('verdicts', verdicts, Object.keys(verdicts)),
    ...listing('states', states, all.states),
    ...listing('branches', branches, all.branches),
    ...listing('states in which a machine was ended from outside', endedIn, all.states),
  ].join('\n');
}
