/**
 * Virtual time for the simulator: a discrete event scheduler.
 *
 * Threads (async functions started with `spawn`) run until each of them sleeps, waits or has ended. Only then does the clock jump to the
 * next event. Events fire in order of time, and at the same time in order of their creation, so a run is deterministic.
 * `setImmediate` is used once per event, to let every pending promise settle. No real time passes.
 */

/** 2026-01-05T09:00:00Z, a Monday. */
export const START_OF_TIME = Date.UTC(2026, 0, 5, 9);

const DAY = 24 * 3600 * 1000;
/** A thread that neither continues nor sleeps after so many turns of the event loop waits for something that is not on the clock. */
const PATIENCE = 100;

export interface ClockOptions {
  /** Epoch milliseconds at which time begins. */
  readonly start?: number;
  /** Virtual milliseconds after which `run` gives up. */
  readonly maxDuration?: number;
  /** Events after which `run` gives up. */
  readonly maxEvents?: number;
  /** Whether times without milliseconds are written without them, as java.time.Instant does. */
  readonly shortTimes?: boolean;
}

export interface Timer {
  cancel(): void;
}

interface Event {
  readonly time: number;
  readonly sequence: number;
  fire?: () => void;
}

export class VirtualClock {
  private readonly start: number;
  private readonly maxDuration: number;
  private readonly maxEvents: number;
  private readonly shortTimes: boolean;
  private readonly queue = new EventQueue();
  private time: number;
  private sequence = 0;
  private events = 0;
  private active = 0;
  private running = false;
  private readonly outsiders = new Set<Promise<unknown>>();
  private failure?: { readonly error: unknown };

  constructor(options: ClockOptions = {}) {
    this.start = options.start ?? START_OF_TIME;
    this.maxDuration = options.maxDuration ?? 400 * DAY;
    this.maxEvents = options.maxEvents ?? 1_000_000;
    this.shortTimes = options.shortTimes ?? false;
    this.time = this.start;
  }

  /** The virtual time in epoch milliseconds. */
  public now(): number {
    return this.time;
  }

  /** The virtual time as an ISO 8601 string. */
  public iso(): string {
    return this.written(new Date(this.time).toISOString());
  }

  /** Converts all times in a value to the form in which this clock writes them. */
  public written<T>(value: T): T {
    return this.shortTimes ? JSON.parse(JSON.stringify(value).replace(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z"/g, '"$1Z"')) : value;
  }

  /** Starts a thread. It takes its first step when the caller sleeps, waits or ends. */
  public spawn<T>(fn: () => Promise<T>): Promise<T> {
    this.active++;
    return Promise.resolve().then(fn).finally(() => { this.active--; });
  }

  /** Calls `fn` at `time`, or as the next event if `time` has passed. If it throws, `run` fails. */
  public at(time: number, fn: () => void | Promise<void>): Timer {
    if (!Number.isFinite(time)) throw new Error(`a time must be finite, got ${time}`);
    const event = this.schedule(time, () => { this.spawn(async () => fn()).catch(error => this.abort(error)); });
    return { cancel: () => { event.fire = undefined; } };
  }

  /** Puts the calling thread to sleep. */
  public sleep(ms: number): Promise<void> {
    if (!(ms >= 0) || ms === Infinity) throw new Error(`the time to sleep must be a number of at least 0, got ${ms}`);
    this.fallAsleep();
    return new Promise(resolve => {
      this.schedule(this.time + ms, () => {
        this.active++;
        resolve();
      });
    });
  }

  /** Puts the calling thread to sleep until another thread or event settles `promise`. */
  public async wait<T>(promise: Promise<T>): Promise<T> {
    this.fallAsleep();
    try {
      return await promise;
    } finally {
      this.active++;
    }
  }

  /** Puts the calling thread to sleep for ever. */
  public forever(): Promise<never> {
    this.fallAsleep();
    return new Promise<never>(() => undefined);
  }

  /** Lets the calling thread wait for something outside the simulation, like another process. Virtual time stands still in the meantime. */
  public async outside<T>(promise: Promise<T>): Promise<T> {
    this.outsiders.add(promise);
    try {
      return await promise;
    } finally {
      this.outsiders.delete(promise);
    }
  }

  /** Makes `run` fail with an error of the simulation itself. */
  public abort(error: unknown): void {
    this.failure ??= { error };
  }

  /** Runs until there is nothing left to wait for. */
  public async run(): Promise<void> {
    if (this.running) throw new Error('the clock is running already');
    this.running = true;
    try {
      for (;;) {
        await this.settle();
        const event = this.queue.next();
        if (!event) return;
        this.advanceTo(event);
        event.fire!();
      }
    } finally {
      this.running = false;
    }
  }

  private schedule(time: number, fire: () => void): Event {
    const event = { time: Math.max(time, this.time), sequence: this.sequence++, fire };
    this.queue.add(event);
    return event;
  }

  private fallAsleep() {
    if (this.active === 0) throw new Error('only a thread can sleep: start it with spawn()');
    this.active--;
  }

  private async settle() {
    for (let turn = 0; turn < PATIENCE; turn++) {
      await new Promise<void>(resolve => setImmediate(resolve));
      if (this.failure) throw this.failure.error;
      if (this.active === 0) return;
      if (this.outsiders.size > 0) {
        await Promise.race(this.outsiders).catch(() => undefined);
        turn = 0;
      }
    }
    throw new Error(`${this.active} thread(s) wait for something that is not on the clock`);
  }

  private advanceTo(event: Event) {
    if (event.time - this.start > this.maxDuration) {
      throw new Error(`livelock: still busy after ${this.maxDuration / DAY} days of virtual time`);
    }
    if (++this.events > this.maxEvents) throw new Error(`livelock: still busy after ${this.maxEvents} events`);
    this.time = event.time;
  }
}

/** A binary heap by (time, sequence). A cancelled event stays in the heap until it would be next. */
class EventQueue {
  private readonly heap: Event[] = [];

  public add(event: Event) {
    const heap = this.heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = Math.floor((i - 1) / 2);
      if (!before(event, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = event;
  }

  public next(): Event | undefined {
    for (;;) {
      const event = this.pop();
      if (!event || event.fire) return event;
    }
  }

  private pop(): Event | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function before(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
