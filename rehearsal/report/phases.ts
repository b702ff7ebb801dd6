/**
 * The phases of the two machines, and their states. A state without a phase is an error: add it here.
 */
import { Hue } from './svg';

export interface Phase {
  readonly name: string;
  readonly hue: Hue;
  /** What the names of its states begin with. If two phases match, the longer prefix wins. */
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
    { name: 'during', hue: 'violet', prefixes: ['WaitForExperiment', 'GetExperiment', 'HasItEnded', 'UnknownStatus'] },
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
  if (candidates.length === 0) { throw new Error(`state '${state}' belongs to no phase: add it to one in rehearsal/report/phases.ts`); }
  return candidates.reduce((best, candidate) => (candidate.prefix.length > best.prefix.length ? candidate : best)).phase;
}
