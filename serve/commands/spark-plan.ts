/** What a batch on a cluster will hold and move, stage by stage, before it runs. */
import Table from 'cli-table3';
import { batchDefaults } from '../../train/stages/row-stage.js';
import type { PlanOptions } from './batch-options.js';
import type { Output } from './options.js';

/** Seconds that a partition should take at least: a child costs a third of a CPU second to start. */
const partitionSeconds = 60;

/** One stage of a plan. */
export interface PlannedStage {
  readonly stage: string;
  readonly by: 'Spark' | 'Node';
  /** Rows that come out and their bytes as Arrow. */
  readonly rows: number;
  readonly bytes: number;
  /** Bytes that each child holds beside its rows. */
  readonly childBytes: number;
  readonly partitions: number;
}

/**
 * The stages of a batch of so many saves.
 *
 * Rows cost what Arrow needs for them (ids taken as 16 bytes); Node's partitions come from hop pairs and products a core makes in a second
 * (spec/scale.md), Spark's from 128 MiB a partition.
 */
export function planOf({ saveCount, pinCount, boardCount, cores }: PlanOptions): PlannedStage[] {
  const { neighborCount, walkSteps, dimension, relatedCount } = batchDefaults;
  const graphBytes = 8 * saveCount + 4 * (pinCount + boardCount);
  const vectorBytes = 4 * dimension * pinCount;
  const spark = (stage: string, rows: number, rowBytes: number): PlannedStage => {
    const bytes = rows * rowBytes;
    const partitions = Math.max(cores, Math.ceil(bytes / 2 ** 27));
    return { stage, by: 'Spark', rows, bytes, childBytes: 0, partitions };
  };
  const node = (stage: string, rowBytes: number, more: { seconds: number; childBytes: number }): PlannedStage => {
    const partitions = Math.max(1, Math.min(pinCount, Math.ceil(more.seconds / partitionSeconds)));
    const bytes = pinCount * rowBytes;
    return { stage, by: 'Node', rows: pinCount, bytes, childBytes: more.childBytes, partitions };
  };
  return [
    spark('saves', saveCount, 52),
    spark('pruned', saveCount, 52),
    spark('pins', pinCount, 24),
    spark('boards', boardCount, 24),
    spark('edges', saveCount, 12),
    node('neighborhoods', 8 * neighborCount + 12, {
      seconds: (pinCount * walkSteps) / 5e6,
      childBytes: graphBytes + 8 * pinCount,
    }),
    node('embeddings', 4 * dimension + 8, {
      seconds: (pinCount * neighborCount * dimension) / 2e8,
      childBytes: vectorBytes,
    }),
    node('related', 8 * relatedCount + 12, {
      seconds: (pinCount * pinCount * dimension) / 2e9,
      childBytes: graphBytes + 3 * vectorBytes + 64 * 4 * 4 * pinCount,
    }),
  ];
}

/** Prints a plan. */
export function sparkPlan(options: PlanOptions, output: Output): void {
  const plan = planOf(options);
  if (options.json) {
    output.out(`${JSON.stringify(plan)}\n`);
    return;
  }
  const table = new Table({ head: ['stage', 'by', 'rows', 'MB', 'MB a child holds', 'partitions'] });
  const megabytes = (bytes: number): string => Math.ceil(bytes / 1e6).toLocaleString('en-US');
  for (const { stage, by, rows, bytes, childBytes, partitions } of plan) {
    const held = by === 'Node' ? megabytes(childBytes) : '';
    table.push([stage, by, rows.toLocaleString('en-US'), megabytes(bytes), held, partitions.toLocaleString('en-US')]);
  }
  output.out(`${table.toString()}\n`);
}
