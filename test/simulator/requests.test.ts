import { canonical, checkRange, checkRequest, page } from '../../simulator/requests';

const SHAPE = { Id: 'string!', Count: 'integer', Names: 'strings', Tags: 'stringMap', Options: 'object' } as const;
const check = (request: unknown) => () => checkRequest(request, SHAPE, 'Fis.ValidationException');

test('accepts valid requests', () => {
  expect(check({ Id: 'x' })).not.toThrow();
  expect(check({ Id: 'x', Count: 1, Names: ['a'], Tags: { a: 'b' }, Options: {} })).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['a string', 'x', 'the request is not an object'],
  ['a list', [], 'the request is not an object'],
  ['an unknown member', { Id: 'x', id: 'x' }, "unknown member 'id'"],
  ['a member that every object has', { Id: 'x', toString: 'x' }, "unknown member 'toString'"],
  ['a missing member', { Count: 1 }, "'Id' is required"],
  ['a number for a string', { Id: 1 }, "'Id' must be of type string"],
  ['null', { Id: null }, "'Id' must be of type string"],
  ['a fraction for an integer', { Id: 'x', Count: 1.5 }, "'Count' must be of type integer"],
  ['a string for a list', { Id: 'x', Names: 'a' }, "'Names' must be of type strings"],
  ['a list of numbers', { Id: 'x', Names: [1] }, "'Names' must be of type strings"],
  ['a map of numbers', { Id: 'x', Tags: { a: 1 } }, "'Tags' must be of type stringMap"],
  ['a list for an object', { Id: 'x', Options: [] }, "'Options' must be of type object"],
])('fails for %s', (_, request, cause) => {
  expect(check(request)).toThrow(expect.objectContaining({ error: 'Fis.ValidationException', cause }));
});

test('fails outside the range', () => {
  expect(() => checkRange('MaxResults', undefined, 1, 100, 'E')).not.toThrow();
  expect(() => checkRange('MaxResults', 100, 1, 100, 'E')).not.toThrow();
  expect(() => checkRange('MaxResults', 0, 1, 100, 'E')).toThrow("'MaxResults' must be from 1 to 100, got 0");
  expect(() => checkRange('MaxResults', 101, 1, 100, 'E')).toThrow('got 101');
});

test('pages through a list', () => {
  const first = page([1, 2, 3, 4, 5], 2, undefined, 'E');
  const second = page([1, 2, 3, 4, 5], 2, first.nextToken, 'E');
  const third = page([1, 2, 3, 4, 5], 2, second.nextToken, 'E');
  expect([first.items, second.items, third.items, third.nextToken]).toEqual([[1, 2], [3, 4], [5], undefined]);
  expect(page([1, 2], 2, undefined, 'E').nextToken).toBeUndefined();
});

test('fails for an unknown token', () => {
  expect(() => page([1], 1, 'x', 'Fis.ValidationException')).toThrow("invalid NextToken 'x'");
});

test('the same value has the same text', () => {
  expect(canonical({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  expect(canonical({ a: 1, b: 2 })).toBe(canonical({ b: 2, a: 1 }));
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
});
