import { Lazy } from 'aws-cdk-lib';
import { Selection } from '../src/selection';

test.each([
  ['ALL', Selection.ALL],
  ['COUNT(1)', Selection.count(1)],
  ['COUNT(250)', Selection.count(250)],
  ['PERCENT(1)', Selection.percent(1)],
  ['PERCENT(100)', Selection.percent(100)],
])('%s is the selection mode for FIS', (mode, selection) => {
  expect(selection._data).toEqual({ mode, problems: [] });
});

test.each([
  [Selection.count(0), "'count' must be a whole number of 1 or more, got 0"],
  [Selection.count(1.5), "'count' must be a whole number of 1 or more, got 1.5"],
  [Selection.count(NaN), "'count' must be a whole number of 1 or more, got NaN"],
  [Selection.percent(0), "'percent' must be a whole number from 1 to 100, got 0"],
  [Selection.percent(101), "'percent' must be a whole number from 1 to 100, got 101"],
  [Selection.percent(12.5), "'percent' must be a whole number from 1 to 100, got 12.5"],
  [Selection.percent('50' as any), "'percent' must be a whole number from 1 to 100, got 50"],
])('fails with a problem and without throwing: %#', (selection, problem) => {
  expect(selection._data.problems).toEqual([problem]);
});

test('a token is not checked', () => {
  const selection = Selection.percent(Lazy.number({ produce: () => 1000 }));

  expect(selection._data.problems).toEqual([]);
  expect(selection._data.mode).toMatch(/^PERCENT\(\$\{Token\[/);
});
