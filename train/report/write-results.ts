/**
 * Ends a run's evaluation with what programs and people read: `metrics.json`, `queries.parquet` and `report.html` in its folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../../data/whole-file.js';
import type { Config } from '../config.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { MetricsTable } from '../evaluation/table.js';
import type { FusionChoice } from '../fusion/fusion-weights.js';
import type { ModelShape } from '../model/weights.js';
import { splitCounts, type Preparation, type Tasks } from '../prepare.js';
import type { RankerParts } from '../ranking/ranker.js';
import type { RunFolder } from '../run-folder.js';
import { readAblation } from './ablation-file.js';
import { cosineDistribution } from './cosine-distribution.js';
import { recallByDegree } from './degree-groups.js';
import { differencesFrom } from './differences.js';
import { findExamples } from './examples.js';
import { learningCurves } from './learning-curves.js';
import { renderReport } from './page.js';
import type { Provenance } from './provenance.js';
import { queryResults, writeQueries, type TaskQueries } from './query-results.js';
import { versionsHere, type ReportData } from './report-data.js';

/** What came of an evaluation, and of what. */
export interface RunResults {
  readonly prepared: Preparation;
  readonly config: Config;
  /** What was minimized. */
  readonly loss: ModelShape['loss'];
  readonly fusion: FusionChoice;
  /** What the evaluation ranked with. */
  readonly parts: RankerParts;
  /** What test asked. */
  readonly tasks: Tasks;
  readonly evaluation: Evaluation;
  /** The evaluation's means. */
  readonly models: MetricsTable;
  /** Models that the data could have and nobody asked for. */
  readonly notJudged: readonly string[];
  readonly provenance?: Provenance | undefined;
}

/**
 * Writes `metrics.json`, `queries.parquet` and `report.html`, each whole or not at all.
 *
 * @throws PinwalkError `INPUT_INVALID` when an `ablation.json` in the folder is none; `STORAGE_FAILED`
 *
 * Time: seconds, most of it in paired tests; memory: the ranking's matrices once more.
 */
export async function writeResults(folder: RunFolder, results: RunResults): Promise<void> {
  const { prepared, config, parts, tasks, evaluation, models, fusion } = results;
  const { collection, contentFingerprint, split } = prepared;
  const { fingerprint } = collection;
  folder.writeMetrics({ models, config, split: splitCounts(split), fusion, fingerprint, contentFingerprint });

  const queries = queryResults(evaluation, Object.values(tasks), { collection, known: parts.graph });
  writeQueries(path.join(folder.folder, 'queries.parquet'), queries);

  const page = renderReport(await reportData(folder, queries, results));
  writeWhole(path.join(folder.folder, 'report.html'), page);
}

async function reportData(
  folder: RunFolder,
  queries: readonly TaskQueries[],
  { prepared, config, loss, fusion, parts, tasks, models, notJudged, provenance }: RunResults,
): Promise<ReportData> {
  const { collection, split, validation } = prepared;
  const boards = queries.find(({ task }) => task === 'boardIdeas');
  const vectors = parts.matrices.get('pin.target');
  const cosines = vectors && cosineDistribution(vectors, { seed: config.seed });
  const ablation = readAblation(folder.folder)?.rows;
  const log = path.join(folder.folder, 'metrics.jsonl');
  return {
    run: folder.name,
    writtenAt: new Date().toISOString(),
    data: {
      name: collection.name,
      pins: collection.pins.ids.length,
      boards: collection.boards.ids.length,
      saves: collection.saves.pins.length + (collection.givenTest?.pins.length ?? 0),
      fingerprint: collection.fingerprint,
    },
    models,
    notJudged,
    sampledFrom: Object.fromEntries<number>(
      Object.values(tasks).flatMap(({ name, sampledFrom }) => (sampledFrom === undefined ? [] : [[name, sampledFrom]])),
    ),
    differences: differencesFrom('pinwalk', queries, config.seed),
    degreeGroups: boards ? recallByDegree(boards) : [],
    curves: learningCurves(existsSync(log) ? readFileSync(log, 'utf8') : ''),
    examples: await findExamples(parts, collection, config.seed),
    config,
    loss,
    split: splitCounts(split),
    validated: {
      boards: validation.boardIdeas.queries.length,
      pins: validation.relatedPins.queries.length,
      cold: validation.coldPins.queries.length,
    },
    ranking: fusion.settings,
    versions: versionsHere(),
    ...(provenance && { provenance }),
    ...(cosines && { cosines }),
    ...(ablation && { ablation }),
  };
}
