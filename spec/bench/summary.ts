/** How benches time, and what they print of repeated timings. */

/** Median and quartiles. */
export interface Summary {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** @param values  at least one; the quartiles are the nearest entries */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

/** Runs `work` and gives the milliseconds of processor time it took, on all cores: what other programs disturb least. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
