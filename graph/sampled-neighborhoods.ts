/**
 * Importance neighborhoods: for each pin the pins that short random walks from it visit most, with their shares of visits.
 *
 * Source: Ying et al. 2018 (PinSage), section 3.1: importance-based neighborhoods, weights the L1-normalized visit counts.
 * Differs: walks restart (as in Pixie), so near pins weigh more; normalized over the kept neighbors only; the pin
 * itself is never among them; each pin has its own stream of randomness, so any number of workers gives the same bytes.
 */
import { checkFraction, checkInteger } from '../data/checks.js';
import type { BipartiteGraph } from './bipartite-graph.js';
import type { CompressedRows } from './compressed-rows.js';
import { type NeighborhoodOptions, neighborhoodsOf, type NeighborhoodTask } from './neighborhood-walks.js';
import { joinRows, type NeighborhoodRows } from './neighborhoods.js';
import { prepareWalk, Walker } from './random-walk.js';
import { runSlices, slices } from './slice-pool.js';

/** Pins of one task; small enough to keep workers equally busy, large enough to make messages rare. */
const taskPins = 1024;

/**
 * Samples the importance neighborhood of every pin.
 *
 * @param graph  P pins
 * @param options.workers  threads, 1 or more (default 1)
 * @param options.onProgress  told how many pins of P are done, now and then
 * @returns P rows on shared memory: neighbors by weight, largest first, equal weights lower row first (not ascending as in
 *   the graph's own rows); weights are shares of visits and add up to 1; a pin whose walk meets no other has an empty row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`, `WORKER_FAILED`
 *
 * Time O(P * walkSteps): 41,000 pins of 1,000 steps took 4.4 s of one core's time. Memory 8 bytes a
 * neighbor, and 8 P a worker. Same seed, same bytes, whatever the number of workers.
 */
export async function importanceNeighborhoods(
  graph: BipartiteGraph,
  options: NeighborhoodOptions & {
    readonly workers?: number;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<CompressedRows & { readonly weights: Float32Array }> {
  const { neighborCount, walkSteps, restartProbability, seed, workers = 1, onProgress } = options;
  checkInteger('importanceNeighborhoods: neighborCount', neighborCount, 1, 1000);
  checkInteger('importanceNeighborhoods: walkSteps', walkSteps, 1, 2 ** 31);
  checkInteger('importanceNeighborhoods: workers', workers, 1, 256);
  checkFraction('importanceNeighborhoods: restartProbability', restartProbability);
  const { pinCount } = graph;
  const given = { neighborCount, walkSteps, restartProbability, seed };
  const tasks = slices(pinCount, taskPins).map((slice): NeighborhoodTask => ({ ...slice, options: given }));
  const rows: NeighborhoodRows[] = [];
  let done = 0;
  const take = (result: NeighborhoodRows, { from, to }: NeighborhoodTask): void => {
    rows[from / taskPins] = result;
    onProgress?.((done += to - from), pinCount);
  };
  if (tasks.length <= 1) {
    // Starting a thread would take longer than the walks.
    const walker = new Walker(prepareWalk(graph));
    for (const task of tasks) take(neighborhoodsOf(walker, task), task);
  } else {
    const worker = new URL('./sampled-neighborhoods.worker.js', import.meta.url);
    const workerData = prepareWalk(graph);
    await runSlices({ worker, workerData, tasks, workers, where: 'importanceNeighborhoods', take });
  }
  return joinRows(rows);
}
