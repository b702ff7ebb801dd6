import { Timeline } from '../../simulator/timeline';

const START = 1_000_000_000;

test('has its initial value until the first change, beginning a day before the start', () => {
  const timeline = new Timeline({ clock: START }, 'a', [{ at: 60, value: 'b' }]);
  expect([timeline.at(START), timeline.at(START + 59_999), timeline.at(START + 60_000)]).toEqual(['a', 'a', 'b']);
  expect(timeline.moments()[0]).toEqual({ time: START - 24 * 3600 * 1000, value: 'a' });
});

test('sorts its changes by time', () => {
  const timeline = new Timeline({ clock: START }, 1, [{ at: 20, value: 3 }, { at: 10, value: 2 }]);
  expect(timeline.until(START + 20_000).map(({ value }) => value)).toEqual([1, 2, 3]);
});

test('counts from the experiment once there is one', () => {
  const origins: { clock: number; experiment?: number } = { clock: START };
  const timeline = new Timeline(origins, 'a', [{ at: 10, from: 'experiment', value: 'b' }]);
  expect(timeline.at(START + 100_000)).toBe('a');
  origins.experiment = START + 50_000;
  expect([timeline.at(START + 59_999), timeline.at(START + 60_000)]).toEqual(['a', 'b']);
});

test('finds the first time of a value', () => {
  const timeline = new Timeline({ clock: START }, 'a', [{ at: 10, value: 'b' }, { at: 20, value: 'a' }, { at: 30, value: 'b' }]);
  const first = (value: string, from: number) => (timeline.first(v => v === value, START + from * 1000) - START) / 1000;
  expect([first('b', 0), first('b', 15), first('b', 20), first('a', 0), first('a', 12), first('c', 0)]).toEqual([10, 15, 30, 0, 20, Infinity]);
});
