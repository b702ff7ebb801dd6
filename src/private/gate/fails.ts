import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { Catcher, Exit, Jsonata, jsonata } from '../machine/asl';

/** What can go wrong on the way, before or beside what the judge finds. */
export type Failure =
  Verdict.NOT_STEADY | Verdict.BLOCKED | Verdict.START_FAILED | Verdict.TIMED_OUT | Verdict.GATE_ERROR;

/** Where a failure leads: to the judge, or, once an experiment may have started, first to its end. */
export type AfterFailure = 'Judge' | 'StopExperiment';

/**
 * Notes what went wrong. The judge decides whether it is the verdict.
 *
 * @param detail What happened, as the beginning of a sentence
 */
export function fails(verdict: Failure, detail: string | Jsonata, next: AfterFailure): Exit<GateVariables> {
  return { Assign: { failure: verdict, detail }, Next: next };
}

/** The same for a call that failed. The verdict document says why. */
export function catches(verdict: Failure, detail: string | Jsonata, next: AfterFailure): Catcher<GateVariables> {
  return { ErrorEquals: ['States.ALL'], Assign: { failure: verdict, detail, caught: CAUGHT }, Next: next };
}

/** The error output of a Catch. */
export const CAUGHT = jsonata('$states.errorOutput');
