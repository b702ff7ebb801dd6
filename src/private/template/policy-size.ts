import * as iam from 'aws-cdk-lib/aws-iam';
import { MOST_TAG_CHARACTERS } from '../limits';

/** Quotes, colon and comma around a key and its value. */
const PUNCTUATION = 6;

/**
 * Joins statements that allow several actions on the same resources under the same conditions: it means the same, and is shorter.
 *
 * Statements with a sid, and those that say what is not meant, stay as they are.
 */
export function joinStatements(statements: iam.PolicyStatement[]): iam.PolicyStatement[] {
  const groups = new Map<string, iam.PolicyStatement[]>();
  statements.forEach((statement, index) => {
    const { sid, effect, resources, conditions } = statement;
    const plain = !sid && !statement.hasPrincipal && statement.actions.length > 0 && resources.length > 0 && statement.notResources.length === 0;
    const key = plain ? JSON.stringify([effect, [...resources].sort(), conditions]) : `${index}`;
    groups.set(key, [...groups.get(key) ?? [], statement]);
  });
  return [...groups.values()].map((group) => group.length === 1 ? group[0] : new iam.PolicyStatement({
    effect: group[0].effect,
    actions: [...new Set(group.flatMap(({ actions }) => actions))],
    resources: group[0].resources,
    conditions: group[0].conditions,
  }));
}

/**
 * Leaves out the tags that would make a statement too long for IAM. What is left allows more resources than the target has, and FIS
 * still chooses only those with all of the tags.
 */
export function limitTags(statement: iam.PolicyStatement): iam.PolicyStatement {
  const { StringEquals: equals, ...others } = statement.conditions;
  if (!equals) { return statement; }

  let left = MOST_TAG_CHARACTERS;
  const kept = Object.entries<unknown>(equals).filter(([key, value]) => {
    if (!/ResourceTag\//i.test(key)) { return true; }
    left -= key.length + `${value}`.length + PUNCTUATION;
    return left >= 0;
  });
  if (kept.length === Object.keys(equals).length) { return statement; }
  return new iam.PolicyStatement({
    effect: statement.effect,
    actions: statement.actions,
    resources: statement.resources,
    conditions: { ...others, StringEquals: Object.fromEntries(kept) },
  });
}
