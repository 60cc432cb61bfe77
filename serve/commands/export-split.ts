/** Writes the saves that a run trained on, validated on and was tested on, as they were drawn. */
import path from 'node:path';
import type { Collection, Saves } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import type { Generation } from '../../data/generation/read.js';
import { shortestFloat32 } from '../../data/float32-text.js';
import { streamWhole } from '../../data/whole-file.js';
import { csvLine } from '../../data/writers/csv.js';
import { checkConfig } from '../../train/config.js';
import { splitOf } from '../../train/prepare.js';
import { RunFolder } from '../../train/run-folder.js';
import type { ExportedPart } from './export-vectors.js';
import { readCollection } from './session.js';

/**
 * Writes `train.csv`, `validation.csv` and `test.csv` of the run that a generation belongs to; its data is read again.
 *
 * @param out  a folder
 * @throws PinwalkError `NOT_FOUND` where no run.json lies beside the generation; `INPUT_INVALID` where the data is no more what it was;
 *   what reading throws
 */
export async function exportSplit(
  generation: Generation,
  { out, say }: { readonly out: string; readonly say: (line: string) => void },
): Promise<ExportedPart> {
  const { dir, base } = path.parse(path.dirname(path.resolve(generation.file)));
  const { source, config } = RunFolder.find(dir, base).readSettings();
  const { collection } = await readCollection(source, { strict: false, say, report: () => {} });
  const trainedOn = generation.meta['fingerprint'];
  if (trainedOn !== undefined && trainedOn !== collection.fingerprint) {
    const must = `the data must be what ${generation.file} was trained on (got fingerprint ${collection.fingerprint.slice(0, 12)})`;
    throw new PinwalkError('INPUT_INVALID', `export: ${must}; bring its files back, or train again`);
  }
  const { split } = splitOf(collection, checkConfig(config));
  const parts = { train: split.train, validation: split.validation, test: split.test };
  const files = Object.entries(parts).map(([name, saves]) => ({
    file: path.join(out, `${name}.csv`),
    pieces: saveLines(collection, saves),
  }));
  await streamWhole(files);
  const counts = Object.entries(parts).map(([name, { pins }]) => [name, pins.length] as const);
  return { files: files.map(({ file }) => file), counts: Object.fromEntries(counts) };
}

function* saveLines({ pins, boards }: Collection, { savedAt, weights, ...rows }: Saves): Generator<string> {
  yield csvLine(['board', 'pin', ...(savedAt ? ['savedAt'] : []), ...(weights ? ['weight'] : [])]);
  for (let n = 0; n < rows.pins.length; n++) {
    const at = savedAt?.[n] ?? NaN;
    const own = [boards.ids[rows.boards[n] as number] as string, pins.ids[rows.pins[n] as number] as string];
    const time = Number.isNaN(at) ? '' : new Date(at).toISOString();
    const weight = weights ? [shortestFloat32(weights[n] as number)] : [];
    yield csvLine([...own, ...(savedAt ? [time] : []), ...weight]);
  }
}
