/**
 * The worker thread of importance neighborhoods: maps the graph once, then walks from the pins of each task.
 */
import { workerData } from 'node:worker_threads';
import { type NeighborhoodTask, neighborhoodsOf } from './neighborhood-walks.js';
import type { NeighborhoodRows } from './neighborhoods.js';
import { type WalkGraph, Walker } from './random-walk.js';

// The pool hands over exactly what sampled-neighborhoods.ts gave it.
const walker = new Walker(workerData as WalkGraph);

export default function run(task: NeighborhoodTask): NeighborhoodRows {
  return neighborhoodsOf(walker, task);
}
