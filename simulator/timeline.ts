/**
 * The real course of something that has one value at a time: the state of an alarm, the status of a pipeline run.
 */

/** The moments from which scripted times are counted, in epoch milliseconds. */
export interface Origins {
  readonly clock: number;
  /** When the first experiment was created, not counting those with their own script. Until then, nothing that is counted from it has happened. */
  experiment?: number;
}

export interface Change<T> {
  /** Seconds since the origin. */
  readonly at: number;
  /** The moment from which `at` is counted; by default the start of the clock. */
  readonly from?: keyof Origins;
  readonly value: T;
}

/** A value that holds from `time`, in epoch milliseconds. */
export interface Moment<T> {
  readonly time: number;
  readonly value: T;
}

export class Timeline<T> {
  private known?: { readonly experiment?: number; readonly moments: ReadonlyArray<Moment<T>> };

  /** `initial` holds from `since` seconds before the clock started. */
  constructor(
    private readonly origins: Origins,
    private readonly initial: T,
    private readonly changes: ReadonlyArray<Change<T>> = [],
    private readonly since: number = 24 * 3600,
  ) {}

  /** Everything from the start, in order. */
  public moments(): ReadonlyArray<Moment<T>> {
    const { clock, experiment } = this.origins;
    if (!this.known || this.known.experiment !== experiment) {
      const moments = this.changes.flatMap(({ at, from, value }) => {
        const origin = this.origins[from ?? 'clock'];
        return origin === undefined ? [] : [{ time: origin + at * 1000, value }];
      });
      moments.sort((a, b) => a.time - b.time);
      this.known = { experiment, moments: [{ time: clock - this.since * 1000, value: this.initial }, ...moments] };
    }
    return this.known.moments;
  }

  /** Everything up to a time, in order. */
  public until(time: number): ReadonlyArray<Moment<T>> {
    return this.moments().filter(moment => moment.time <= time);
  }

  public at(time: number): T {
    const past = this.until(time);
    return past[past.length - 1].value;
  }

  /** The first time, not before `from`, at which the value is a wanted one; Infinity if there is none. */
  public first(wanted: (value: T) => boolean, from: number): number {
    if (wanted(this.at(from))) return from;
    return this.moments().find(moment => moment.time > from && wanted(moment.value))?.time ?? Infinity;
  }
}
