/**
 * Runs the proofs on mutants.
 */
import { violationOf } from './forbidden';
import { Kind, Mutant, mutantsOf } from './mutants';
import { Proof, refute } from './proofs';
import { Synthesized, VARIANTS } from './subjects';
import { compile } from '../../simulator/program';

export interface Outcome {
  readonly id: string;
  readonly kind: Kind;
  /** What killed it, and which expectation did not hold; undefined for a survivor. */
  readonly killedBy?: string;
  /** An assignment that nothing reads. It is not run. */
  readonly dead?: boolean;
}

/** The mutants of a variant, and its proofs. */
export interface Batch {
  readonly variant: string;
  readonly original: Synthesized;
  readonly mutants: readonly Mutant[];
}

/** All mutants. What several variants have in common is only mutated in the first of them. */
export function batches(names: readonly string[] = Object.keys(VARIANTS)): Batch[] {
  const seen = new Set<string>();
  return names.map((variant): Batch => {
    const original = VARIANTS[variant]();
    const mutants = mutantsOf(variant, original).filter(({ fragment }) => !seen.has(fragment));
    mutants.forEach(({ fragment }) => seen.add(fragment));
    return { variant, original, mutants };
  });
}

/** Runs the proofs on mutants. */
export async function run(mutants: readonly Mutant[], proofs: readonly Proof[], report: (outcome: Outcome) => void): Promise<void> {
  const kills = new Map<Proof, number>();
  for (const mutant of mutants) {
    const { id, kind, dead } = mutant;
    report({ id, kind, ...(dead ? { dead } : { killedBy: await killerOf(mutant, proofs, kills) }) });
  }
}

async function killerOf(mutant: Mutant, proofs: readonly Proof[], kills: Map<Proof, number>): Promise<string | undefined> {
  const mutated = mutant.mutate();
  const refused = refusalOf(mutated) ?? (mutant.kind === 'permission' ? violationOf(mutated) : undefined);
  if (refused) { return refused; }
  const killsOf = (proof: Proof) => kills.get(proof) ?? 0;
  const able = proofs.filter(({ visited }) => visited.has(mutant.where));
  for (const proof of [...able].sort((a, b) => killsOf(b) - killsOf(a) || a.cost - b.cost)) {
    const failure = await refute(mutated, proof);
    if (failure) {
      kills.set(proof, killsOf(proof) + 1);
      return `'${proof.name}': ${failure}`;
    }
  }
  return undefined;
}

/** Why Step Functions would reject the definition. */
function refusalOf({ subject }: Synthesized): string | undefined {
  try {
    compile(subject.gateDefinition);
    compile(subject.watchdogDefinition);
    return undefined;
  } catch (e) {
    return `rejected: ${(e as Error).message.split('\n').slice(1).join('; ')}`;
  }
}
