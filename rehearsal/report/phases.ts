/**
 * What the states of the two machines are for. A state that belongs to no phase is an error: say here which it is.
 */
import { Hue } from './svg';

export interface Phase {
  readonly name: string;
  readonly hue: Hue;
  /** What the names of its states begin with. Of two phases, the one with the longer beginning has the state. */
  readonly prefixes: readonly string[];
}

/** Columns of phases, as they are drawn. */
export type Phases = ReadonlyArray<readonly Phase[]>;

export const GATE_PHASES: Phases = [
  [{
    name: 'before',
    hue: 'blue',
    prefixes: [
      'Configure', 'CheckInput', 'ReadTemplate', 'IsTemplateUsable', 'ReadSafetyLever', 'IsSafetyLever',
      'FindExperiments', 'IsStartUnknown', 'WaitForEarlier', 'GetEarlier', 'HasEarlier', 'ReadGuards', 'AreGuardsSteady', 'WaitForGuards',
    ],
  }],
  [{ name: 'start', hue: 'teal', prefixes: ['StartWatchdog', 'StartExperiment', 'BeginWatch', 'WaitForList'] }],
  [
    { name: 'during', hue: 'violet', prefixes: ['WaitForExperiment', 'GetExperiment', 'HasItEnded'] },
    { name: 'stop', hue: 'orange', prefixes: ['StopExperiment', 'WaitForEnd'] },
  ],
  [
    { name: 'after', hue: 'green', prefixes: ['Observe', 'ReadGuardsAgain', 'AreGuardsBack', 'WaitForRecovery', 'IsHistoryNeeded', 'ReadHistory'] },
    { name: 'judge', hue: 'grey', prefixes: ['Judge', 'Explain', 'Report', 'HasItPassed', 'Passed', 'Failed'] },
  ],
];

export const WATCHDOG_PHASES: Phases = [
  [
    { name: 'begin', hue: 'blue', prefixes: ['Configure', 'FindPipeline'] },
    { name: 'watch', hue: 'violet', prefixes: ['Wait', 'Check', 'HasGateEnded', 'IsPipelineAbandoned', 'StopGate'] },
  ],
  [
    { name: 'clean up', hue: 'orange', prefixes: ['FindExperiments', 'StopExperiment', 'AreMoreFound', 'AreLooksClean', 'WaitBetweenLooks'] },
    { name: 'end', hue: 'grey', prefixes: ['Clean', 'GaveUp'] },
  ],
];

/** The phase of a state. */
export function phaseOf(state: string, phases: Phases): Phase {
  const candidates = phases.flat()
    .flatMap((phase) => phase.prefixes.map((prefix) => ({ phase, prefix })))
    .filter(({ prefix }) => state.startsWith(prefix));
  if (candidates.length === 0) { throw new Error(`state '${state}' belongs to no phase: say in docs/pictures/phases.ts to which`); }
  return candidates.reduce((best, candidate) => (candidate.prefix.length > best.prefix.length ? candidate : best)).phase;
}
