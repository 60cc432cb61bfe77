/**
 * Exact walks for many queries at once, spread over worker threads that map the same graph; or on this thread, with 0 workers.
 */
import { Piscina } from 'piscina';
import type { Board } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { ExactWalk, type WalkFactors } from './walk-scores.js';

/** Rows to score: boards, each through its own pins without itself, or pins, each a query of one. */
export interface WalkRows {
  readonly kind: 'boards' | 'pins';
  readonly rows: Uint32Array;
}

/** One piece of work for one thread: rows and the place their scores go to, [rows, P] on shared memory. */
export interface WalkTask extends WalkRows {
  readonly factors: WalkFactors;
  readonly out: Float32Array;
}

/** A task as a worker receives it: factors are copied on the way, so a number says which ones they are. */
export interface NumberedTask extends WalkTask {
  readonly factorsId: number;
}

/** Rows a thread takes at a time: enough to hide the message, few enough that threads end together. */
const rowsPerTask = 32;

/**
 * Scores of many queries by {@link ExactWalk}; the same bytes with any number of workers.
 *
 * Each worker holds 12 bytes a board and 4 a pin of scratch for every set of factors it has met; `close` ends the workers.
 */
export class WalkPool {
  readonly graph: BipartiteGraph;
  readonly #workers: Piscina | undefined;
  readonly #local: WalkRunner;
  readonly #factorsIds = new Map<WalkFactors, number>();

  private constructor(graph: BipartiteGraph, workers: Piscina | undefined) {
    this.graph = graph;
    this.#workers = workers;
    this.#local = new WalkRunner(graph);
  }

  /**
   * Opens a pool over a graph.
   *
   * @param options.workers  threads beside this one, from 0 (everything happens on this thread) to 64
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`
   */
  static open(graph: BipartiteGraph, { workers }: { workers: number }): WalkPool {
    if (!Number.isInteger(workers) || workers < 0 || workers > 64) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `WalkPool: workers must be an integer from 0 to 64 (got ${workers})`,
      );
    }
    if (workers === 0) return new WalkPool(graph, undefined);
    const filename = new URL('./walk.worker.js', import.meta.url).href;
    return new WalkPool(graph, new Piscina({ filename, workerData: graph, minThreads: workers, maxThreads: workers }));
  }

  /**
   * Scores rows against every pin.
   *
   * @param task.factors  what pins and boards count; keep and pass the same object, each new one costs scratch in every worker
   * @param task.out  [rows, P], on shared memory where there are workers (`scoreBuffer` makes one); overwritten; 0 = not reached
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`, `ROW_OUT_OF_RANGE`, `WORKER_FAILED`
   */
  async score(task: WalkTask): Promise<void> {
    const { rows, out, kind, factors } = task;
    const pinCount = this.graph.pinCount;
    const limit = kind === 'boards' ? this.graph.boardCount : pinCount;
    const bad = rows.find((row) => row >= limit);
    if (bad !== undefined) {
      throw new PinwalkError('ROW_OUT_OF_RANGE', `WalkPool: rows of ${kind} must be below ${limit} (got ${bad})`);
    }
    if (out.length !== rows.length * pinCount) {
      const must = `out must hold ${rows.length} x ${pinCount} scores`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', `WalkPool: ${must} (got ${out.length})`);
    }
    const factorsId = this.#factorsIds.get(factors) ?? this.#factorsIds.size;
    this.#factorsIds.set(factors, factorsId);
    if (!this.#workers) return this.#local.run({ ...task, factorsId });
    const pieces: Promise<unknown>[] = [];
    for (let start = 0; start < rows.length; start += rowsPerTask) {
      const end = Math.min(rows.length, start + rowsPerTask);
      const part = out.subarray(start * pinCount, end * pinCount);
      const piece: NumberedTask = { kind, factors, factorsId, rows: rows.slice(start, end), out: part };
      pieces.push(this.#workers.run(piece));
    }
    try {
      await Promise.all(pieces);
    } catch (cause) {
      throw new PinwalkError('WORKER_FAILED', `WalkPool: a worker must finish its walks (got ${String(cause)})`, {
        cause,
      });
    }
  }

  /** Ends the workers; the pool cannot be used afterwards. */
  async close(): Promise<void> {
    await this.#workers?.destroy();
  }
}

/** Zeros for `rowCount` rows of scores that workers can write. */
export function scoreBuffer(rowCount: number, pinCount: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(rowCount * pinCount * 4));
}

/** One thread's part: an exact walk for each set of factors, made when first met. */
export class WalkRunner {
  readonly #graph: BipartiteGraph;
  readonly #walks = new Map<number, ExactWalk>();

  constructor(graph: BipartiteGraph) {
    this.#graph = graph;
  }

  run({ kind, rows, factors, factorsId, out }: NumberedTask): void {
    const walk = this.#walks.get(factorsId) ?? new ExactWalk(this.#graph, factors);
    this.#walks.set(factorsId, walk);
    const { offsets, neighbors } = this.#graph.pinsOfBoard;
    const pinCount = this.#graph.pinCount;
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n] as number;
      const scores = out.subarray(n * pinCount, (n + 1) * pinCount);
      if (kind === 'boards') {
        const pins = neighbors.subarray(offsets[row], offsets[row + 1]);
        walk.scoreInto({ pins, ownBoard: row as Board }, scores);
      } else walk.scoreInto({ pins: Uint32Array.of(row) }, scores);
    }
  }
}
