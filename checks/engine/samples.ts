/**
 * The inputs with which expressions are evaluated: those that differ, and of these the largest and some others.
 */
import { createHash } from 'crypto';
import { Expression, Scope } from '../../simulator/expression';

/** An expression, and all that it reads. */
export interface Sample {
  readonly expression: Expression;
  readonly scope: Scope;
}

/** How many inputs of an expression are kept. */
export interface Limits {
  /** The longest ones, as JSON. */
  readonly largest: number;
  /** Those with text outside the Basic Multilingual Plane. */
  readonly nonBmp: number;
  /** Any others. */
  readonly others: number;
  /** How many are remembered until the next choice. */
  readonly candidates: number;
}

const MOST: Limits = { largest: 12, nonBmp: 12, others: 24, candidates: 500 };

export class Samples {
  /** The inputs of each expression, as JSON. */
  private readonly inputs = new Map<Expression, Set<string>>();

  /** Another seed chooses others. */
  constructor(private readonly seed = '1', private readonly most: Limits = MOST) {}

  /** Takes a copy of what the expression reads. */
  public add(expression: Expression, scope: Scope) {
    const inputs = this.inputs.get(expression) ?? new Set();
    inputs.add(JSON.stringify(whatIsRead(expression, scope)));
    this.inputs.set(expression, inputs.size > this.most.candidates ? new Set(this.chosen(inputs)) : inputs);
  }

  public all(): Sample[] {
    return [...this.inputs].flatMap(([expression, inputs]) => this.chosen(inputs).map((json) => ({ expression, scope: JSON.parse(json) as Scope })));
  }

  /** Chooses the same ones in whatever order they come, and however often some are chosen before all have come. */
  private chosen(all: Iterable<string>): string[] {
    const ranked = [...all].map((json) => ({ json, rank: createHash('sha256').update(this.seed).update(json).digest('hex') }))
      .sort((one, other) => (one.rank < other.rank ? -1 : 1));
    const longest = [...ranked].sort((one, other) => other.json.length - one.json.length).slice(0, this.most.largest);
    const nonBmp = ranked.filter(({ json }) => hasNonBmpText(json)).slice(0, this.most.nonBmp);
    return [...new Set([...longest, ...nonBmp, ...ranked.slice(0, this.most.others)])].map(({ json }) => json);
  }
}

/** Whether a text has characters outside the Basic Multilingual Plane, which are two characters in JavaScript and in Java. */
export function hasNonBmpText(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

/** JSON has no undefined, and neither has an answer of AWS. */
function whatIsRead({ statesMembers, variables: names }: Expression, { states, variables }: Scope): Scope {
  const pick = (from: { readonly [name: string]: unknown }, wanted: readonly string[]) =>
    Object.fromEntries(wanted.map((name) => [name, from[name]]));
  return { states: pick(states, statesMembers), variables: pick(variables, names) };
}
