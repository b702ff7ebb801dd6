import type { GateDefinitionProps } from '../../../src/private/gate/definition';
import { templateStates } from '../../../src/private/gate/read-template';
import { ExpressionCase } from '../../support/expression-case';

const { Assign } = templateStates({} as GateDefinitionProps, 'Next').ReadTemplate as { Assign: { [variable: string]: string } };

const expected = (name: string, Actions: object, gives: number): ExpressionCase => ({
  name: `expected duration: ${name}`,
  expression: Assign.expected.slice(2, -2),
  variables: { experimentTemplateId: 'EXT1' },
  states: { result: { ExperimentTemplate: { Id: 'EXT1', Actions } } },
  gives,
});

const lasting = (duration: string, ...StartAfter: string[]) => ({ ActionId: 'aws:fis:wait', Parameters: { duration }, StartAfter });
const nameOf = (i: number) => `${String(i).padStart(3, '0')}-${'n'.repeat(60)}`;

/** As many actions as FIS allows, with names as long as it allows. */
const twenty = (waitsFor: (i: number) => string[]) =>
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [nameOf(i), lasting('P0DT0H1M1S', ...waitsFor(i))]));

export const CASES: ExpressionCase[] = [
  expected('no action', {}, 0),
  expected('one action', { a: lasting('PT5M') }, 300),
  expected('the longer of two that run at once', { a: lasting('PT5M'), b: lasting('PT1H30M') }, 5400),
  expected('one after the other', { b: lasting('PT1H30M', 'a'), a: lasting('PT5M') }, 5700),
  expected('twenty in a chain', twenty((i) => (i === 0 ? [] : [nameOf(i - 1)])), 20 * 61),
  expected('twenty, each after all before it', twenty((i) => Array.from({ length: i }, (_, j) => nameOf(j))), 20 * 61),
];
