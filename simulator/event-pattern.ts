/**
 * EventBridge: whether a pattern matches an event.
 *
 * It supports only some operators. Any other operator is an error.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesEvent(pattern: any, event: any): boolean {
  return Object.entries<any>(pattern).every(([field, wanted]) => {
    if (field === '$or') { return wanted.some((alternative: any) => matchesEvent(alternative, event)); }
    if (!Array.isArray(wanted)) { return matchesEvent(wanted, event?.[field] ?? {}); }
    return wanted.some((matcher) => matchesValue(matcher, event?.[field]));
  });
}

function matchesValue(matcher: any, value: unknown): boolean {
  if (matcher === null || typeof matcher !== 'object') { return matcher === value; }
  const [[operator, argument], ...others] = Object.entries<any>(matcher);
  if (others.length > 0) { throw new Error(`a matcher has one operator, got ${JSON.stringify(matcher)}`); }
  switch (operator) {
    case 'exists': return (value !== undefined) === argument;
    case 'prefix': return typeof value === 'string' && value.startsWith(argument);
    case 'wildcard': return typeof value === 'string' && likeWildcard(argument, value);
    case 'anything-but':
      if (Array.isArray(argument?.wildcard)) { return typeof value === 'string' && !argument.wildcard.some((wildcard: string) => likeWildcard(wildcard, value)); }
      if (!Array.isArray(argument)) { throw new Error(`'anything-but' is only supported with a list, got ${JSON.stringify(argument)}`); }
      return value !== undefined && !argument.includes(value);
    default: throw new Error(`unsupported operator: '${operator}'`);
  }
}

function likeWildcard(wildcard: string, value: string): boolean {
  if (wildcard.includes('**') || wildcard.includes('\\')) { throw new Error(`adjacent asterisks and escapes are not supported, got '${wildcard}'`); }
  const expression = wildcard.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`, 's').test(value);
}
