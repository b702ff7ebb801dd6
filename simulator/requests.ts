/**
 * Checks requests against the API models: like AWS, it rejects unknown members, missing members and wrong types.
 */
import { TaskError } from './errors';

/** The rule for one member: its type, followed by `!` if the member is required. */
type MemberType = 'string' | 'string!' | 'integer' | 'strings' | 'stringMap' | 'object';
export type Shape = { readonly [member: string]: MemberType };

const CHECKS: { readonly [type: string]: (value: unknown) => boolean } = {
  string: value => typeof value === 'string',
  integer: value => Number.isInteger(value),
  strings: value => Array.isArray(value) && value.every(element => typeof element === 'string'),
  stringMap: value => isObject(value) && Object.values(value).every(element => typeof element === 'string'),
  object: isObject,
};

/** Fails with `error` unless the request has the shape. */
export function checkRequest(request: unknown, shape: Shape, error: string): void {
  if (!isObject(request)) throw new TaskError(error, 'the request is not an object');
  for (const member of Object.keys(request)) {
    if (!Object.prototype.hasOwnProperty.call(shape, member)) throw new TaskError(error, `unknown member '${member}'`);
  }
  for (const [member, type] of Object.entries(shape)) {
    const value = request[member];
    if (value === undefined) {
      if (type.endsWith('!')) throw new TaskError(error, `'${member}' is required`);
    } else if (!CHECKS[type.replace('!', '')](value)) {
      throw new TaskError(error, `'${member}' must be of type ${type.replace('!', '')}`);
    }
  }
}

export function isObject(value: unknown): value is { [key: string]: any } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One page of a list: its elements, and the token of the next page if there is one. */
export function page<T>(all: readonly T[], size: number, token: string | undefined, invalidToken: string): { items: T[]; nextToken?: string } {
  const match = token === undefined ? ['', '0'] : /^page-from-(\d+)$/.exec(token);
  if (!match) throw new TaskError(invalidToken, `invalid NextToken '${token}'`);
  const from = Number(match[1]);
  const end = from + size;
  return { items: all.slice(from, end), ...(end < all.length && { nextToken: `page-from-${end}` }) };
}

/** Fails with `error` unless the number is undefined or within the range. */
export function checkRange(member: string, value: number | undefined, min: number, max: number, error: string) {
  if (value !== undefined && (value < min || value > max)) throw new TaskError(error, `'${member}' must be from ${min} to ${max}, got ${value}`);
}

/** The same text for the same value, regardless of the order of its keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}
