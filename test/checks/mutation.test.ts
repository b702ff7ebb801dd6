import { EQUIVALENT } from '../../checks/mutation/equivalent';
import { Kind, liveVariables, mutantsOf } from '../../checks/mutation/mutants';
import { Proof, proofsOf, refute } from '../../checks/mutation/proofs';
import { Outcome, run } from '../../checks/mutation/runs';
import { Synthesized, VARIANTS } from '../../checks/mutation/subjects';

const ORIGINAL = VARIANTS.standard();
const MUTANTS = mutantsOf('standard', ORIGINAL);
let proofs: readonly Proof[];

beforeAll(async () => {
  const proven = await proofsOf('standard', ORIGINAL);
  expect(proven.broken).toEqual([]);
  proofs = proven.proofs;
});

/** Mutants of some kinds that no test notices and nobody explains. */
async function survivors(kinds: readonly Kind[]): Promise<string[]> {
  const outcomes: Outcome[] = [];
  await run(MUTANTS.filter(({ kind }) => kinds.includes(kind)), proofs, (outcome) => outcomes.push(outcome));
  expect(outcomes.length).toBeGreaterThan(10);
  return outcomes.filter(({ id, killedBy }) => !killedBy && !EQUIVALENT.some(({ mutants }) => mutants.test(id))).map(({ id }) => id);
}

test('removing any catcher is noticed', async () => {
  expect(await survivors(['catcher'])).toEqual([]);
});

test('removing or negating any rule or default is noticed', async () => {
  expect(await survivors(['rule', 'default'])).toEqual([]);
});

test('removing or widening any permission is noticed', async () => {
  expect(await survivors(['permission'])).toEqual([]);
});

test('a change without an effect is not noticed', async () => {
  const gateDefinition = JSON.parse(JSON.stringify(ORIGINAL.subject.gateDefinition));
  const same: Synthesized = { ...ORIGINAL, subject: { ...ORIGINAL.subject, gateDefinition } };
  const refuted: string[] = [];
  for (const proof of proofs) {
    if (await refute(same, proof)) { refuted.push(proof.name); }
  }
  expect(refuted).toEqual([]);
});

test('there is a mutant of every part, each with its own name', () => {
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  for (const [machine, definition] of [['gate', ORIGINAL.subject.gateDefinition], ['watchdog', ORIGINAL.subject.watchdogDefinition]]) {
    for (const [name, state] of Object.entries<any>(definition.States)) {
      const ofState = MUTANTS.filter((mutant) => mutant.machine === machine && mutant.state === name);
      const count = (kind: Kind) => ofState.filter((mutant) => mutant.kind === kind).length;
      expect([name, count('catcher'), count('retrier'), count('rule')])
        .toEqual([name, state.Catch?.length ?? 0, state.Retry?.length ?? 0, 2 * (state.Choices?.length ?? 0)]);
    }
  }
});

test('a variable is live as long as it can be read', () => {
  const live = liveVariables({
    States: {
      First: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'Second' },
      Second: { Type: 'Choice', Choices: [{ Condition: '{% $a = 1 %}', Assign: { b: 4 }, Next: 'Third' }], Default: 'Last' },
      Third: { Type: 'Pass', Assign: { d: '{% $b %}' }, Next: 'Last' },
      Last: { Type: 'Succeed', Output: '{% $c %}' },
    },
  });
  expect(Object.fromEntries([...live].map(([state, variables]) => [state, [...variables].sort()])))
    .toEqual({ First: ['c'], Second: ['a', 'c'], Third: ['b', 'c'], Last: ['c'] });
});
