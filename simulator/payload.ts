/**
 * A payload template: JSON in which any string may be an expression. It is compiled once. Parts without an expression are shared, not copied.
 */
import { Expression, isExpression, Scope, setProperty } from './expression';

export interface Payload {
  /** Its expressions, each with the path of its field. */
  readonly expressions: ReadonlyArray<{ readonly field: string; readonly expression: Expression }>;
  evaluate(scope: Scope): unknown;
}

export function compilePayload(template: unknown, field: string): Payload {
  if (isExpression(template)) {
    const expression = Expression.of(template);
    return { expressions: [{ field, expression }], evaluate: scope => expression.evaluate(scope, field) };
  }
  const literal = { expressions: [], evaluate: () => template };
  if (typeof template !== 'object' || template === null) return literal;
  const parts = Object.entries(template).map(([key, value]) => ({ key, payload: compilePayload(value, `${field}/${key}`) }));
  const expressions = parts.flatMap(part => part.payload.expressions);
  if (expressions.length === 0) return literal;
  return {
    expressions,
    evaluate: scope => {
      const value = Array.isArray(template) ? [] : {};
      for (const { key, payload } of parts) setProperty(value, key, payload.evaluate(scope));
      return value;
    },
  };
}
