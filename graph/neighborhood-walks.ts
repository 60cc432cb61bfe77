/**
 * Walks from some pins and keeps whom they visit most: the part of importance neighborhoods that a thread does. It stands apart from
 * what opens threads, which takes as long to load as all of this.
 */
import type { Pin } from '../data/collection.js';
import { randomStream } from '../data/random.js';
import { type NeighborhoodRows, NeighborhoodWriter } from './neighborhoods.js';
import type { Walker } from './random-walk.js';
import { TopPins } from './top-pins.js';

/** Walkers in lock-step: the fastest of 1 to 128 on graphs of 0.8 million saves; part of what fixes the result. */
const walkers = 16;

/** How importance neighborhoods are sampled. */
export interface NeighborhoodOptions {
  /** T, the most neighbors a pin may have. */
  readonly neighborCount: number;
  /** Hop pairs walked from each pin. */
  readonly walkSteps: number;
  /** Chance before each hop pair of returning to the pin, in [0, 1). */
  readonly restartProbability: number;
  readonly seed: number;
}

/** A task for a worker: the pins from `from` up to, not with, `to`. */
export interface NeighborhoodTask {
  readonly from: number;
  readonly to: number;
  readonly options: NeighborhoodOptions;
}

/** The neighborhoods of one task's pins: each pin has its own stream of randomness, so it does not matter who walks from it. */
export function neighborhoodsOf(walker: Walker, task: NeighborhoodTask): NeighborhoodRows {
  const { neighborCount, walkSteps, restartProbability, seed } = task.options;
  const writer = new NeighborhoodWriter(task.to - task.from, neighborCount);
  const top = new TopPins(neighborCount);
  for (let pin = task.from; pin < task.to; pin++) {
    const random = randomStream(seed, 'importance', pin);
    walker.walk(pin as Pin, { steps: walkSteps, walkers, restartProbability, random });
    for (let i = 0; i < walker.visitedCount; i++) {
      const visited = walker.visited[i] as number;
      top.offer(visited, walker.counts[visited] as number);
    }
    writer.add(top);
    top.clear();
    walker.clear();
  }
  return writer.finish();
}
