/**
 * Where expressions stand in the machines, so that a report can name them.
 */
import { Expression } from '../../simulator/expression';
import { Subject } from '../../simulator/gate-run';
import { compilePayload } from '../../simulator/payload';

/** All expressions of a gate and its watchdog, with their places: `gate ReadGuards/Assign/guards`. */
export function placesOf({ gateDefinition, watchdogDefinition }: Subject): Map<Expression, string> {
  const places = new Map<Expression, string>();
  for (const [machine, { States }] of Object.entries({ gate: gateDefinition, watchdog: watchdogDefinition })) {
    for (const [name, { Retry, Comment, ...state }] of Object.entries<any>(States)) {
      for (const { field, expression } of compilePayload(state, `${machine} ${name}`).expressions) {
        if (!places.has(expression)) { places.set(expression, field); }
      }
    }
  }
  return places;
}
