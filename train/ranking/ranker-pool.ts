/**
 * Rankers in threads: many queries at once, each scored as one `Ranker` would.
 */
import { Piscina } from 'piscina';
import { boardQuery, Ranker, type RankerParts, type StoredMatrix } from './ranker.js';
import type { Strategy } from './settings.js';

/** Boards, each queried by its own pins without itself, or single pins. */
export interface RankTask {
  readonly kind: 'boards' | 'pins';
  readonly rows: Uint32Array;
  readonly strategy: Strategy;
}

/** Scores every pin for each row of a task: [rows, P]. */
export function scoreTask(ranker: Ranker, { kind, rows, strategy }: RankTask): Float32Array {
  if (kind === 'pins') return ranker.scorePins(rows, strategy);
  return ranker.scoreBoards(
    Array.from(rows, (board) => boardQuery(ranker.graph, board)),
    strategy,
  );
}

/** One `Ranker` a thread over the same shared matrices; each keeps its own copy in a workspace. `close` ends the threads. */
export class RankerPool {
  readonly pinCount: number;
  readonly #threads: Piscina;
  readonly #workers: number;

  private constructor(pinCount: number, threads: Piscina, workers: number) {
    this.pinCount = pinCount;
    this.#threads = threads;
    this.#workers = workers;
  }

  /** @param workers  threads, from 1 up */
  static open(parts: RankerParts, workers: number): RankerPool {
    const matrices = new Map([...parts.matrices].map(([name, matrix]) => [name, shared(matrix)] as const));
    const filename = new URL('./ranker.worker.js', import.meta.url).href;
    const workerData = { ...parts, matrices };
    const threads = new Piscina({
      filename,
      workerData,
      minThreads: workers,
      maxThreads: workers,
      idleTimeout: 60_000,
    });
    return new RankerPool(parts.graph.pinCount, threads, workers);
  }

  /** As `scoreTask`, its rows dealt out to the threads. */
  async score({ kind, rows, strategy }: RankTask): Promise<Float32Array> {
    const scores = new Float32Array(rows.length * this.pinCount);
    const share = Math.ceil(rows.length / this.#workers);
    const starts = Array.from({ length: Math.ceil(rows.length / Math.max(share, 1)) }, (_, n) => n * share);
    await Promise.all(
      starts.map(async (start) => {
        const task: RankTask = { kind, strategy, rows: rows.slice(start, start + share) };
        scores.set((await this.#threads.run(task)) as Float32Array, start * this.pinCount);
      }),
    );
    return scores;
  }

  async close(): Promise<void> {
    await this.#threads.destroy();
  }
}

function shared(matrix: StoredMatrix): StoredMatrix {
  if (matrix.values.buffer instanceof SharedArrayBuffer) return matrix;
  const values = new Float32Array(new SharedArrayBuffer(matrix.values.byteLength));
  values.set(matrix.values);
  return { ...matrix, values };
}
