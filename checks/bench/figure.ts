/** A measured figure, and its bound if it has one. */
export interface Figure {
  /** What was measured: the gate, synthesis, ... */
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly below?: number;
}

/** Whether a figure is within its bound, or has none. A figure that could not be measured is not. */
export function holds({ value, atMost = Infinity, below = Infinity }: Figure): boolean {
  return Number.isFinite(value) && value <= atMost && (value < below || below === Infinity);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
