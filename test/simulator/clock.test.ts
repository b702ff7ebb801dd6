import { START_OF_TIME, VirtualClock } from '../../simulator/clock';

let clock: VirtualClock;
let log: string[];
const seconds = () => (clock.now() - START_OF_TIME) / 1000;

/** Longer than the clock waits for a thread that does nothing. */
async function turnsOfTheEventLoop(count: number) {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
}

beforeEach(() => {
  clock = new VirtualClock();
  log = [];
});

test('time begins at a fixed date and stands still without events', async () => {
  await clock.run();
  expect(clock.iso()).toBe('2026-01-05T09:00:00.000Z');
});

test('times without milliseconds can be written without them', async () => {
  clock = new VirtualClock({ shortTimes: true });
  expect(clock.iso()).toBe('2026-01-05T09:00:00Z');
  expect(clock.written({ At: ['2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.100Z'], Of: 'at 09:00:00.000Z' }))
    .toEqual({ At: ['2026-01-05T09:00:00Z', '2026-01-05T09:00:00.100Z'], Of: 'at 09:00:00.000Z' });
  void clock.spawn(() => clock.sleep(1));
  await clock.run();
  expect(clock.iso()).toBe('2026-01-05T09:00:00.001Z');
});

test('a sleeping thread wakes at its time', async () => {
  const woken = clock.spawn(async () => {
    await clock.sleep(1500);
    return seconds();
  });
  await clock.run();
  expect(await woken).toBe(1.5);
});

test('threads take turns in the order of time', async () => {
  const thread = (name: string, ms: number) => clock.spawn(async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(ms);
      log.push(`${name}${seconds()}`);
    }
  });
  void thread('a', 2000);
  void thread('b', 3000);
  await clock.run();
  expect(log).toEqual(['a2', 'b3', 'a4', 'b6', 'a6', 'b9']);
});

test('events of the same time fire in the order of their creation', async () => {
  for (let i = 0; i < 20; i++) clock.at(START_OF_TIME + 1000 * ((i * 7) % 3), () => { log.push(`${(i * 7) % 3}:${i}`); });
  await clock.run();
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  expect(log).toEqual([0, 1, 2].flatMap(time => numbers.filter(i => (i * 7) % 3 === time).map(i => `${time}:${i}`)));
});

test('time does not advance while a thread still computes', async () => {
  clock.at(START_OF_TIME + 1, () => { log.push('event'); });
  void clock.spawn(async () => {
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    log.push(`computed at ${seconds()}`);
  });
  await clock.run();
  expect(log).toEqual(['computed at 0', 'event']);
});

test('time stands still while a thread waits for another process', async () => {
  clock.at(START_OF_TIME + 1, () => { log.push('event'); });
  void clock.spawn(async () => {
    await clock.outside(turnsOfTheEventLoop(500));
    log.push(`answered at ${seconds()}`);
  });
  await clock.run();
  expect(log).toEqual(['answered at 0', 'event']);
});

test('a thread gets the error of the other process', async () => {
  const asking = clock.spawn(() => clock.outside(turnsOfTheEventLoop(500).then(() => { throw new Error('gone'); })));
  await Promise.all([clock.run(), expect(asking).rejects.toThrow('gone')]);
});

test('a thread that waits for another one lets time pass', async () => {
  const slow = clock.spawn(() => clock.sleep(5000));
  const waiting = clock.spawn(async () => {
    await clock.wait(slow);
    return seconds();
  });
  await clock.run();
  expect(await waiting).toBe(5);
});

test('waiting for a failing thread fails', async () => {
  const failing = clock.spawn(async () => {
    await clock.sleep(1000);
    throw new Error('broken');
  });
  const waiting = expect(clock.spawn(() => clock.wait(failing))).rejects.toThrow('broken');
  await clock.run();
  await waiting;
});

test('a cancelled event neither fires nor moves time', async () => {
  const timer = clock.at(START_OF_TIME + 9000, () => { log.push('late'); });
  clock.at(START_OF_TIME + 1000, () => timer.cancel());
  await clock.run();
  expect(log).toEqual([]);
  expect(seconds()).toBe(1);
});

test('an event in the past fires now', async () => {
  clock.at(START_OF_TIME - 1000, () => { log.push(`${seconds()}`); });
  await clock.run();
  expect(log).toEqual(['0']);
});

test('a thread that sleeps for ever does not keep the clock running', async () => {
  void clock.spawn(async () => {
    await clock.forever();
    log.push('never');
  });
  await clock.run();
  expect(log).toEqual([]);
});

test('a clock can run again, and continues where it was', async () => {
  void clock.spawn(() => clock.sleep(1000));
  await clock.run();
  void clock.spawn(() => clock.sleep(1000));
  await clock.run();
  expect(seconds()).toBe(2);
});

test('fails with what a scheduled function throws', async () => {
  clock.at(START_OF_TIME, () => { throw new Error('broken'); });
  await expect(clock.run()).rejects.toThrow('broken');
});

test('fails with the first error that is reported to it', async () => {
  clock.abort(new Error('first'));
  clock.abort(new Error('second'));
  await expect(clock.run()).rejects.toThrow('first');
});

test('fails when too much time passes', async () => {
  clock = new VirtualClock({ maxDuration: 24 * 3600 * 1000 });
  void clock.spawn(async () => {
    for (;;) await clock.sleep(3600 * 1000);
  });
  await expect(clock.run()).rejects.toThrow('livelock: still busy after 1 days of virtual time');
});

test('fails when threads spin without time passing', async () => {
  clock = new VirtualClock({ maxEvents: 1000 });
  void clock.spawn(async () => {
    for (;;) await clock.sleep(0);
  });
  await expect(clock.run()).rejects.toThrow('livelock: still busy after 1000 events');
});

test('fails when a thread waits for something that is not on the clock', async () => {
  void clock.spawn(() => new Promise(() => undefined));
  await expect(clock.run()).rejects.toThrow('1 thread(s) wait for something that is not on the clock');
});

test('fails to sleep outside a thread, or for an invalid time', async () => {
  expect(() => clock.sleep(1)).toThrow('only a thread can sleep');
  expect(() => clock.sleep(-1)).toThrow('got -1');
  expect(() => clock.sleep(NaN)).toThrow('got NaN');
  expect(() => clock.at(Infinity, () => undefined)).toThrow('got Infinity');
});

test('fails to run twice at the same time', async () => {
  const first = clock.run();
  await expect(clock.run()).rejects.toThrow('running already');
  await first;
});
