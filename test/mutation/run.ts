/**
 * Runs the proofs on mutants.
 */
import { Kind, Mutant, mutantsOf } from './mutants';
import { Proof, proofsOf, refute } from './proofs';
import { Synthesized, VARIANTS } from './subjects';
import { violationOf } from './forbidden';
import { compile } from '../simulator/program';

export interface Outcome {
  readonly id: string;
  readonly kind: Kind;
  /** What killed it, and which expectation did not hold; nothing for a survivor. */
  readonly killedBy?: string;
}

/** The mutants of a variant, and what to hold against them. */
export interface Batch {
  readonly variant: string;
  readonly original: Synthesized;
  readonly mutants: readonly Mutant[];
}

/** All mutants there are. What several variants have in common is mutated in the first of them. */
export function batches(names: readonly string[] = Object.keys(VARIANTS)): Batch[] {
  const seen = new Set<string>();
  return names.map((variant) => {
    const original = VARIANTS[variant]();
    const mutants = mutantsOf(variant, original).filter(({ fragment }) => !seen.has(fragment));
    mutants.forEach(({ fragment }) => seen.add(fragment));
    return { variant, original, mutants };
  });
}

/** Runs the proofs on those mutants of a batch for which `chosen` holds. Gives back which proofs do not hold without any mutation. */
export async function run({ variant, original, mutants }: Batch, chosen: (mutant: Mutant) => boolean, report: (outcome: Outcome) => void): Promise<string[]> {
  const mine = mutants.filter(chosen);
  if (mine.length === 0) { return []; }
  const { proofs, broken } = await proofsOf(variant, original);
  const kills = new Map<Proof, number>();
  for (const mutant of mine) {
    const { id, kind } = mutant;
    report({ id, kind, killedBy: await killerOf(mutant, proofs, kills) });
  }
  return broken;
}

async function killerOf(mutant: Mutant, proofs: readonly Proof[], kills: Map<Proof, number>): Promise<string | undefined> {
  const mutated = mutant.mutate();
  const refused = refusalOf(mutated) ?? (mutant.kind === 'permission' ? violationOf(mutated) : undefined);
  if (refused) { return refused; }
  const killsOf = (proof: Proof) => kills.get(proof) ?? 0;
  const able = proofs.filter(({ visited }) => mutant.state === undefined || visited.has(`${mutant.machine} ${mutant.state}`));
  for (const proof of [...able].sort((a, b) => killsOf(b) - killsOf(a))) {
    const failure = await refute(mutated, proof);
    if (failure) {
      kills.set(proof, killsOf(proof) + 1);
      return `'${proof.name}': ${failure}`;
    }
  }
  return undefined;
}

/** Why Step Functions would not take the definition. */
function refusalOf({ subject }: Synthesized): string | undefined {
  try {
    compile(subject.gateDefinition);
    compile(subject.watchdogDefinition);
    return undefined;
  } catch (e) {
    return `refused: ${(e as Error).message.split('\n').slice(1).join('; ')}`;
  }
}
