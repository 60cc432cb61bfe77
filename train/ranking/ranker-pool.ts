/**
 * Rankers in threads: many queries at once, each scored as one `Ranker` would.
 */
import { Piscina } from 'piscina';
import { boardQuery, Ranker, type Query, type RankerParts, type StoredMatrix } from './ranker.js';
import type { ScoreName, Strategy } from './settings.js';

/** Boards, each queried by its own pins without itself, or single pins; ranked by a strategy, or by one score alone. */
export type RankTask = { readonly kind: 'boards' | 'pins'; readonly rows: Uint32Array } & (
  { readonly strategy: Strategy } | { readonly part: ScoreName }
);

/** Scores every pin for each row of a task: [rows, P]; a part is divided by its spread. */
export function scoreTask(ranker: Ranker, task: RankTask): Float32Array {
  const { kind, rows } = task;
  const queries = Array.from(rows, (row): Query => {
    return kind === 'boards' ? boardQuery(ranker.graph, row) : { pins: Uint32Array.of(row) };
  });
  if ('part' in task) return ranker.spreadScores(queries, task.part);
  return kind === 'boards' ? ranker.scoreBoards(queries, task.strategy) : ranker.scorePins(rows, task.strategy);
}

/** One `Ranker` a thread over the same shared matrices; each keeps its own copy in a workspace. `close` ends the threads. */
export class RankerPool {
  readonly pinCount: number;
  /** A single worker is this thread. */
  readonly #scorer: Piscina | Ranker;
  readonly #workers: number;

  private constructor(pinCount: number, scorer: Piscina | Ranker, workers: number) {
    this.pinCount = pinCount;
    this.#scorer = scorer;
    this.#workers = workers;
  }

  /** @param workers  threads beside this one, from 2 up; 1 works on this thread */
  static open(parts: RankerParts, workers: number): RankerPool {
    if (workers < 2) return new RankerPool(parts.graph.pinCount, Ranker.open(parts), 1);
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
  async score(task: RankTask): Promise<Float32Array> {
    const scorer = this.#scorer;
    if (scorer instanceof Ranker) return scoreTask(scorer, task);
    const { rows } = task;
    const scores = new Float32Array(rows.length * this.pinCount);
    const share = Math.ceil(rows.length / this.#workers);
    const starts = Array.from({ length: Math.ceil(rows.length / Math.max(share, 1)) }, (_, n) => n * share);
    await Promise.all(
      starts.map(async (start) => {
        const piece: RankTask = { ...task, rows: rows.slice(start, start + share) };
        scores.set((await scorer.run(piece)) as Float32Array, start * this.pinCount);
      }),
    );
    return scores;
  }

  async close(): Promise<void> {
    if (this.#scorer instanceof Piscina) await this.#scorer.destroy();
  }
}

function shared(matrix: StoredMatrix): StoredMatrix {
  if (matrix.values.buffer instanceof SharedArrayBuffer) return matrix;
  const values = new Float32Array(new SharedArrayBuffer(matrix.values.byteLength));
  values.set(matrix.values);
  return { ...matrix, values };
}
