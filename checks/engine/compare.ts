/**
 * Compares what two engines make of the same expression and inputs.
 */
import { Outcome } from './engines';
import { Sample, hasNonBmpText } from './samples';
import { differences } from '../bindings/compare';

/**
 * Whether `$substring` in Java failed because the text has characters outside the Basic Multilingual Plane, and fewer than were asked for.
 * Nobody knows whether Step Functions does the same.
 */
export function failsOnNonBmpText({ scope }: Sample, inNode: Outcome, inJava: Outcome): boolean {
  return inNode.error === undefined && inJava.error === 'java.lang.IndexOutOfBoundsException' && hasNonBmpText(JSON.stringify(scope));
}

/** What the engines disagree on, one line each. Of an error only that there is one counts. */
export function disagreements(inNode: Outcome, inJava: Outcome): string[] {
  if (inNode.error !== undefined && inJava.error !== undefined) { return []; }
  if (inNode.error !== undefined) { return [`fails in Node (${inNode.error}), gives ${JSON.stringify(inJava.value)} in Java`]; }
  if (inJava.error !== undefined) { return [`gives ${JSON.stringify(inNode.value)} in Node, fails in Java (${inJava.error})`]; }
  return differences({ value: inNode.value }, { value: inJava.value }).map((line) => `Node and Java: ${line}`);
}
