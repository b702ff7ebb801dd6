import { evaluateCase, testExpressions } from './expression-case';
import { expressionCases } from './expression-cases';

describe.each(expressionCases().map(({ file, cases }) => [file, cases] as const))('%s', (_file, cases) => {
  testExpressions(cases);
});

test('there are cases, each with its own name', () => {
  const names = expressionCases().flatMap(({ file, cases }) => cases.map(({ name }) => `${file}: ${name}`));
  expect(names.length).toBeGreaterThan(0);
  expect(names.length - new Set(names).size).toBe(0);
});

describe('a case', () => {
  test('fails if it does not define what the expression reads', () => {
    expect(() => evaluateCase({ name: 'a case', expression: '$a + $b + $states.result.c', variables: { a: 1 } }))
      .toThrow('the case does not say what $b, $states.result is');
  });

  test('fails if Step Functions would reject the expression', () => {
    expect(() => evaluateCase({ name: 'a case', expression: '$now()' })).toThrow('Step Functions would reject the expression: it uses $now');
  });

  test('runs the expression of the definition, in which white space is one space', () => {
    expect(evaluateCase({ name: 'a case', expression: '"a\n   b"' })).toBe('a b');
  });
});
