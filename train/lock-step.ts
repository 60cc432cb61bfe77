/// <reference lib="es2024.sharedmemory" />
/**
 * Keeps trainers in step with each other by three counters in shared memory: steps begun, computed and applied.
 *
 * The thread that coordinates begins a step; whoever has computed its shard waits for all others; whoever has applied its rows is
 * done, and the step is over when all are. Worker threads sleep in `Atomics.wait`; the coordinator, whose event loop must go on,
 * in `Atomics.waitAsync`.
 */

const BEGUN = 0;
const COMPUTED = 1;
const APPLIED = 2;

/** Counters, on shared memory so that a thread may be given them. */
export type LockStep = Int32Array;

/** Counters at zero: no step has begun. */
export function lockStep(): LockStep {
  return new Int32Array(new SharedArrayBuffer(12));
}

/** What trainers count up. */
export const phases = { computed: COMPUTED, applied: APPLIED } as const;

/** Lets every trainer go on with the next step. */
export function begin(counters: LockStep): void {
  count(counters, BEGUN);
}

/** Says that this trainer is done with a phase. */
export function arrive(counters: LockStep, phase: keyof typeof phases): void {
  count(counters, phases[phase]);
}

/** Sleeps until the coordinator has begun `rounds` steps; in worker threads only. */
export function sleepUntilBegun(counters: LockStep, rounds: number): void {
  sleepUntil(counters, BEGUN, rounds);
}

/** Sleeps until trainers have arrived `arrivals` times at a phase, over all steps; in worker threads only. */
export function sleepUntilAll(counters: LockStep, phase: keyof typeof phases, arrivals: number): void {
  sleepUntil(counters, phases[phase], arrivals);
}

/**
 * As `sleepUntilAll`, with the event loop going on.
 *
 * @param failure  asked whenever something has happened; an error it gives is thrown
 */
export async function waitForAll(
  counters: LockStep,
  phase: keyof typeof phases,
  { arrivals, failure }: { arrivals: number; failure: () => Error | undefined },
): Promise<void> {
  const counter = phases[phase];
  for (;;) {
    const error = failure();
    if (error) throw error;
    const seen = Atomics.load(counters, counter);
    if (seen >= arrivals) return;
    const change = Atomics.waitAsync(counters, counter, seen);
    if (change.async) await change.value;
  }
}

/** Wakes the coordinator to ask for a failure. */
export function wake(counters: LockStep): void {
  Atomics.notify(counters, COMPUTED);
  Atomics.notify(counters, APPLIED);
}

function count(counters: LockStep, counter: number): void {
  Atomics.add(counters, counter, 1);
  Atomics.notify(counters, counter);
}

function sleepUntil(counters: LockStep, counter: number, least: number): void {
  for (let seen = Atomics.load(counters, counter); seen < least; seen = Atomics.load(counters, counter)) {
    Atomics.wait(counters, counter, seen);
  }
}
