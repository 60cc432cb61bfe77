/**
 * The contract of the stages that walk, embed and rank: rows in, rows out, the same bytes for a row whatever rows stand beside it. So
 * threads on this machine, or Node children of a Spark cluster, may cut the rows as they like.
 */
import { configDefaults } from '../config.js';
import type { TableName, Rows } from './table.js';

/** Stages that may be left out from the end; those before come by themselves. */
export const stageNames = ['prepare', 'neighborhoods', 'embeddings', 'related', 'generation'] as const;
/** A stage of a batch as `--stages` names it; `prepare` makes all tables up to the graph. */
export type StageName = (typeof stageNames)[number];

/** How a batch computes; every one has a default. */
export interface BatchOptions {
  /** Seeds the walks and the vectors that embeddings start from. */
  readonly seed: number;
  /** Most neighbors of an importance neighborhood. */
  readonly neighborCount: number;
  /** Hop pairs walked from each pin. */
  readonly walkSteps: number;
  /** Chance before each hop pair of returning to the pin, in [0, 1). */
  readonly restartProbability: number;
  /** Length of the vectors. */
  readonly dimension: number;
  /** Times that vectors are pooled over neighborhoods. */
  readonly layers: number;
  /** Length of related lists. */
  readonly relatedCount: number;
}

/** Defaults of a batch; the walk's are those of training. */
export const batchDefaults: BatchOptions = Object.freeze({
  seed: 1,
  neighborCount: configDefaults.neighborCount,
  walkSteps: configDefaults.walkSteps,
  restartProbability: configDefaults.restartProbability,
  dimension: 64,
  layers: 2,
  relatedCount: 50,
});

/** What a stage is told, in a thread, in a child and on another machine: text and numbers alone. */
export interface StageJob {
  readonly options: BatchOptions;
  /** A generation that holds the graph; absent where the stage needs none. */
  readonly graphFile?: string;
  /** [P, dimension] float32, little-endian: the layer below, or the embeddings; absent for the first layer. */
  readonly vectorFile?: string;
}

/** A stage over rows. `State` survives the way to a thread; its arrays are on shared memory. */
export interface RowStage<State = unknown> {
  /** What the rows that come out are. */
  readonly table: TableName;
  /** Reads what the stage needs besides its rows, once a process. */
  readonly load: (job: StageJob) => State;
  /** Makes ready in one thread; the function takes any rows, and its result has as many. */
  readonly open: (state: State, job: StageJob) => (rows: Rows) => Rows;
}

/** A row that a stage cannot take. It fails the whole batch at once: trying again would not help. */
export class PoisonRow extends Error {
  readonly row: number;

  constructor(row: number, message: string) {
    super(message);
    this.name = 'PoisonRow';
    this.row = row;
  }
}

/** @throws PoisonRow where some row is no pin of the graph */
export function checkPins(pins: Int32Array, pinCount: number): void {
  for (const pin of pins) {
    if (pin < 0 || pin >= pinCount) {
      throw new PoisonRow(pin, `a pin row must be from 0 to ${pinCount - 1} (got ${pin})`);
    }
  }
}
