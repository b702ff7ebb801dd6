import { matchesEvent } from '../../simulator/event-pattern';

test.each<[any, any, boolean]>([
  [{ source: ['a', 'b'] }, { source: 'b', more: 1 }, true],
  [{ source: ['a'] }, { source: 'b' }, false],
  [{ source: ['a'] }, {}, false],
  [{ detail: { status: ['X'] } }, { detail: { status: 'X' } }, true],
  [{ detail: { status: ['X'] } }, {}, false],
  [{ a: [1], b: [2] }, { a: 1, b: 3 }, false],
  [{ $or: [{ a: [1] }, { b: [2] }] }, { a: 0, b: 2 }, true],
  [{ a: [1], $or: [{ b: [2] }] }, { a: 0, b: 2 }, false],
  [{ a: [{ exists: false }] }, {}, true],
  [{ a: [{ exists: false }] }, { a: null }, false],
  [{ a: [{ exists: true }] }, { a: null }, true],
  [{ a: [{ prefix: 'x' }] }, { a: 'xy' }, true],
  [{ a: [{ wildcard: '*"b":"c.d"*' }] }, { a: '{"b":"c.d",\n"e":1}' }, true],
  [{ a: [{ wildcard: '*"b":"c.d"*' }] }, { a: '{"b":"cXd"}' }, false],
  [{ a: [{ wildcard: '*' }] }, { a: null }, false],
  [{ a: [{ 'anything-but': ['x'] }] }, { a: 'y' }, true],
  [{ a: [{ 'anything-but': ['x'] }] }, { a: 'x' }, false],
  [{ a: [{ 'anything-but': ['x'] }] }, {}, false],
  [{ a: [{ 'anything-but': { wildcard: ['*x*', 'z'] } }] }, { a: 'yy' }, true],
  [{ a: [{ 'anything-but': { wildcard: ['*x*', 'z'] } }] }, { a: 'yxy' }, false],
  [{ a: [{ 'anything-but': { wildcard: ['*x*', 'z'] } }] }, {}, false],
])('%j and %j: %s', (pattern, event, matches) => {
  expect(matchesEvent(pattern, event)).toBe(matches);
});

test.each([[{ numeric: ['>', 1] }], [{ 'anything-but': 'x' }], [{ wildcard: '**' }], [{ prefix: 'a', suffix: 'b' }]])('fails for an unsupported operator: %j', (matcher) => {
  expect(() => matchesEvent({ a: [matcher] }, { a: 'x' })).toThrow();
});
