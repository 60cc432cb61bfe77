/**
 * Scoring in threads: every thread holds the same models over the same shared arrays and takes slices of the work.
 */
import type { PinVectors } from '../../data/collection.js';
import { PinwalkError, type ErrorCode } from '../../data/errors.js';
import type { StoredMatrix } from '../../data/generation/schema.js';
import { shared } from '../../data/shared-arrays.js';
import { SlicePool } from '../../graph/slice-pool.js';
import type { Models } from '../evaluation/evaluate.js';
import { Scoring, type ScoringParts } from './scoring.js';

/** One slice of work, as a thread receives it. */
export interface ScoringCall {
  readonly method: 'measure' | 'candidatePools' | 'walkCandidatePools' | 'coldQuota' | 'related';
  readonly args: readonly unknown[];
}

/** What came of it; a failure is one that a user can act on. */
export type ScoringAnswer =
  { readonly result: unknown } | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** As `Scoring`, asynchronous; results do not depend on the number of threads. `close` ends them. */
export class ScoringPool implements Models {
  readonly names: readonly string[];
  readonly pinCount: number;
  /** One thread is this one. */
  readonly #scoring: SlicePool<ScoringCall, ScoringAnswer> | Scoring;

  private constructor(parts: ScoringParts, scoring: SlicePool<ScoringCall, ScoringAnswer> | Scoring) {
    this.names = parts.models ?? [];
    this.pinCount = parts.graph.pinCount;
    this.#scoring = scoring;
  }

  /**
   * @param workers  threads at most; with 1 this thread does the work
   * @param slices  calls that are made at once, at most: no more threads are started
   */
  static open(parts: ScoringParts, workers: number, slices = Infinity): ScoringPool {
    const threads = Math.min(workers, slices);
    if (threads < 2) return new ScoringPool(parts, new Scoring(parts));
    const matrices = new Map([...parts.matrices].map(([name, matrix]) => [name, onSharedMemory(matrix)] as const));
    const content = new Map([...(parts.content ?? [])].map(([name, block]) => [name, onSharedMemory(block)] as const));
    const worker = new URL('./scoring-pool.worker.js', import.meta.url);
    const workerData: ScoringParts = { ...parts, matrices, content };
    return new ScoringPool(parts, new SlicePool({ worker, workerData, threads, where: 'scoring' }));
  }

  measure(...args: Parameters<Scoring['measure']>): Promise<ReturnType<Scoring['measure']>> {
    return this.#call({ method: 'measure', args });
  }

  candidatePools(...args: Parameters<Scoring['candidatePools']>): Promise<ReturnType<Scoring['candidatePools']>> {
    return this.#call({ method: 'candidatePools', args });
  }

  walkCandidatePools(
    ...args: Parameters<Scoring['walkCandidatePools']>
  ): Promise<ReturnType<Scoring['walkCandidatePools']>> {
    return this.#call({ method: 'walkCandidatePools', args });
  }

  coldQuota(...args: Parameters<Scoring['coldQuota']>): Promise<ReturnType<Scoring['coldQuota']>> {
    return this.#call({ method: 'coldQuota', args });
  }

  related(...args: Parameters<Scoring['related']>): Promise<ReturnType<Scoring['related']>> {
    return this.#call({ method: 'related', args });
  }

  async close(): Promise<void> {
    if (this.#scoring instanceof SlicePool) await this.#scoring.close();
  }

  /** @throws PinwalkError `WORKER_FAILED` when a thread ends; what `Scoring` throws comes as it is, on this thread or another */
  async #call<Result>(call: ScoringCall): Promise<Result> {
    const scoring = this.#scoring;
    if (scoring instanceof Scoring) {
      await new Promise((resolve) => setImmediate(resolve)); // lets a signal in
      return (scoring[call.method] as (...args: readonly unknown[]) => Result).apply(scoring, [...call.args]);
    }
    const answer = await scoring.run(call);
    if ('failure' in answer) throw new PinwalkError(answer.failure.code, answer.failure.message);
    return answer.result as Result;
  }
}

function onSharedMemory<Block extends StoredMatrix | PinVectors>(block: Block): Block {
  return { ...block, values: shared(block.values) };
}
