import { GateRun, Subject } from '../simulator/gate-run';
import { Scenario, optionsOf } from '../simulator/scenarios';

/** The outcome of a scenario. */
export interface Outcome {
  readonly scenario: string;
  readonly verdict: string;
  readonly pipeline: 'Succeeded' | 'Failed';
  readonly error?: string;
  readonly message: string;
  readonly started: boolean;
  readonly leftRunning: boolean;
  readonly virtualSeconds: number;
  readonly transitions: number;
  readonly historyEvents: number;
  readonly path: readonly string[];
}

/** A scenario that has run. */
export interface Rehearsed {
  readonly outcome: Outcome;
  readonly run: GateRun;
}

export async function rehearse(scenario: Scenario, subject: Subject): Promise<Rehearsed> {
  const run = await new GateRun(subject, await optionsOf(scenario, subject)).run();
  const { gate } = run;
  const outcome = {
    scenario: scenario.name,
    verdict: run.verdict,
    pipeline: run.pipeline,
    error: gate.error,
    message: run.document?.message ?? `The execution was ${gate.status.toLowerCase()} (${gate.cause ?? 'no cause'}); its watchdog stopped the experiment.`,
    started: run.experiments.length > 0,
    leftRunning: run.leftRunning.length > 0,
    virtualSeconds: run.seconds,
    transitions: gate.transitions,
    historyEvents: gate.historyEvents,
    path: gate.path,
  };
  return { outcome, run };
}

/** Seconds as `h:mm:ss`. */
export function time(seconds: number): string {
  const part = (value: number) => `${Math.floor(value)}`.padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
}
