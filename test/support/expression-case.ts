/**
 * One evaluation of an expression of a machine, and the expected result. The same cases run as unit tests and, in `checks/engine`, in a second
 * engine.
 */
import { Expression, Scope } from '../../simulator/expression';
import { jsonata } from '../../src/private/machine/asl';

export interface ExpressionCase {
  readonly name: string;
  /** JSONata, without `{% %}`. */
  readonly expression: string;
  /** The variables of the machine that it reads, without `$`. */
  readonly variables?: { readonly [name: string]: unknown };
  /** The members of `$states` that it reads. */
  readonly states?: { readonly input?: unknown; readonly result?: unknown; readonly context?: unknown; readonly errorOutput?: unknown };
  readonly gives?: unknown;
  /** Whether it must fail. Otherwise it must have a value. */
  readonly fails?: true;
}

/** The expression as it is in a definition. */
export function expressionOf({ expression }: ExpressionCase): Expression {
  return Expression.of(jsonata(expression));
}

export function scopeOf({ states = {}, variables = {} }: ExpressionCase): Scope {
  return { states, variables };
}

/** The value of the expression, as in Step Functions. Fails if the expression fails, or if the case does not define everything that it reads. */
export function evaluateCase(each: ExpressionCase): unknown {
  const expression = expressionOf(each);
  const { states, variables } = scopeOf(each);
  const unknown = [
    ...expression.variables.filter((name) => !(name in variables)).map((name) => `$${name}`),
    ...expression.statesMembers.filter((member) => !(member in states)).map((member) => `$states.${member}`),
  ];
  if (unknown.length > 0) { throw new Error(`the case does not say what ${unknown.join(', ')} is`); }
  if (expression.problems.length > 0) { throw new Error(`Step Functions would reject the expression: it ${expression.problems.join(', it ')}`); }
  return expression.evaluate({ states, variables }, each.name);
}

/** Defines one test for each case. */
export function testExpressions(cases: readonly ExpressionCase[]) {
  test.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    if (each.fails) {
      expect(() => evaluateCase(each)).toThrow(expect.objectContaining({ error: 'States.QueryEvaluationError' }));
    } else {
      expect(each).toHaveProperty('gives');
      expect(evaluateCase(each)).toEqual(each.gives);
    }
  });
}
