/**
 * What an expression takes at most, and what it may take.
 */
import { failsOnNonBmpText } from './compare';
import { Outcome } from './engines';
import { Sample } from './samples';
import { Expression } from '../../simulator/expression';

/** The figures of an expression. */
export type Figures = { readonly [figure in keyof typeof BOUNDS]: number };

/** AWS documents that an expression is bounded in time, memory and recursion, and not where the bounds are: these are well below what is known to work. */
export const BOUNDS = {
  /** Characters. */
  'length': 4_000,
  'steps in Node': 20_000,
  'steps in Java': 20_000,
  'depth in Node': 80,
  'depth in Java': 80,
  /** Field names that are looked up in whatever the context is: Step Functions refuses some of them. */
  'bare names': 0,
  /** 1 if `$substring` in Java fails on text outside the Basic Multilingual Plane. */
  'non-BMP text': 0,
};

const NAMES = Object.keys(BOUNDS) as (keyof Figures)[];

/** An expression that is beyond a bound today, by the place where it stands. */
export interface Known {
  readonly place: string;
  readonly figure: keyof Figures;
  readonly value: number;
}

/** The figures that can be had without evaluating it. */
export function staticFigures(expression: Expression): Figures {
  return {
    'length': expression.text.slice(2, -2).trim().length,
    'steps in Node': 0,
    'steps in Java': 0,
    'depth in Node': 0,
    'depth in Java': 0,
    'bare names': expression.bareNames.length,
    'non-BMP text': 0,
  };
}

export function figuresOf(sample: Sample, inNode: Outcome, inJava: Outcome): Figures {
  return {
    ...staticFigures(sample.expression),
    'steps in Node': inNode.steps,
    'steps in Java': inJava.steps,
    'depth in Node': inNode.depth,
    'depth in Java': inJava.depth,
    'non-BMP text': failsOnNonBmpText(sample, inNode, inJava) ? 1 : 0,
  };
}

/** The worst of each. */
export function worst(one: Figures, other: Figures): Figures {
  return Object.fromEntries(NAMES.map((name) => [name, Math.max(one[name], other[name])])) as unknown as Figures;
}

/** What is beyond the bounds. */
export function beyond(places: ReadonlyMap<string, Figures>): Known[] {
  return [...places].flatMap(([place, figures]) => NAMES.filter((figure) => figures[figure] > BOUNDS[figure])
    .map((figure) => ({ place, figure, value: figures[figure] })));
}

/** What is wrong, by its place: something new is beyond the bounds, something known got worse, or is no longer there. The list can only shrink. */
export function problemsOf(places: ReadonlyMap<string, Figures>, known: readonly Known[]): Map<string, string[]> {
  const problems = new Map<string, string[]>();
  const add = (place: string, problem: string) => problems.set(place, [...problems.get(place) ?? [], problem]);
  const same = (one: Known) => (other: Known) => one.place === other.place && one.figure === other.figure;
  const found = beyond(places);
  for (const each of found) {
    const { value } = known.find(same(each)) ?? { value: BOUNDS[each.figure] };
    if (each.value > value) { add(each.place, `${each.figure}: ${each.value}, at most ${value} allowed`); }
  }
  for (const each of known) {
    if (!found.some(same(each))) { add(each.place, `${each.figure}: within the bounds, or gone; remove it from known.ts`); }
  }
  return problems;
}
