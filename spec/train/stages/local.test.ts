import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { collectionOf } from '../../../data/collection-of.js';
import { openGeneration } from '../../../data/generation/read.js';
import { loadCollection } from '../../../data/load.js';
import { randomStream } from '../../../data/random.js';
import { importanceNeighborhoods } from '../../../graph/sampled-neighborhoods.js';
import { silent } from '../../../train/progress.js';
import { openGraphFile } from '../../../train/stages/graph-file.js';
import { runLocalBatch, type Manifest } from '../../../train/stages/local.js';
import { batchDefaults, stageNames } from '../../../train/stages/row-stage.js';

const random = randomStream(1, 'spec');
const saves = Array.from({ length: 900 }, () => ({
  board: `b${Math.floor(random() * 60)}`,
  pin: `p${Math.floor(random() ** 2 * 150)}`,
}));
const collection = collectionOf(saves);
const options = { ...batchDefaults, dimension: 8, walkSteps: 100, neighborCount: 5, relatedCount: 7 };
const folders: string[] = [];

async function batch(partitions: number, workers: number): Promise<{ out: string; manifest: Manifest }> {
  const out = mkdtempSync(path.join(tmpdir(), 'batch-'));
  folders.push(out);
  const bounds = { minPinDegree: 3, minBoardDegree: 2 };
  const stages = stageNames;
  const manifest = await runLocalBatch({
    ...{ collection, out, stages, bounds, options, partitions, workers },
    progress: silent,
  });
  return { out, manifest };
}

t.teardown(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

t.test('a batch has the same rows at 1, 4 and 16 partitions', async (t) => {
  const one = await batch(1, 1);
  const four = await batch(4, 2);
  t.strictSame(four.manifest, one.manifest);
  t.strictSame((await batch(16, 1)).manifest, one.manifest);
  t.ok((one.manifest.pruned?.rows ?? 0) < (one.manifest.saves?.rows ?? 0), 'pruning had something to do');
  t.equal(readdirSync(path.join(four.out, 'related')).length, 4);
  t.strictSame(JSON.parse(readFileSync(path.join(four.out, 'manifest.json'), 'utf8')), one.manifest);

  await t.test('its neighborhoods are those of training', async (t) => {
    const rows = await importanceNeighborhoods(openGraphFile(path.join(one.out, 'graph.sqlite')), options);
    t.equal(one.manifest.neighborhoods?.rows, rows.offsets.length - 1);
    const { parquetReadObjects, asyncBufferFromFile } = await import('hyparquet');
    const file = await asyncBufferFromFile(path.join(one.out, 'neighborhoods', 'part-00000.parquet'));
    const read = (await parquetReadObjects({ file })) as { neighbors: number[]; weights: number[] }[];
    t.strictSame(
      read.flatMap(({ neighbors }) => neighbors),
      Array.from(rows.neighbors),
    );
    t.strictSame(Float32Array.from(read.flatMap(({ weights }) => weights)), Float32Array.from(rows.weights));
  });

  await t.test('its generation is served: its lists are the table of related pins', (t) => {
    const generation = openGeneration(path.join(one.out, 'pinwalk.sqlite'));
    t.equal(generation.related?.offsets.at(-1), 7 * (one.manifest.related?.rows ?? 0));
    t.strictSame(generation.pins.table.ids, [...generation.pins.table.ids].sort());
    generation.close();
    t.end();
  });

  await t.test('its tables of saves are read as saves', async (t) => {
    const again = await loadCollection({ savesFile: [path.join(four.out, 'saves')] });
    t.equal(again.collection.saves.pins.length, one.manifest.saves?.rows);
  });
});
