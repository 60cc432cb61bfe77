/** Writes the vectors of a generation in the form that another tool opens. */
import type { Generation } from '../../data/generation/read.js';
import { streamWhole, type StreamedFile } from '../../data/whole-file.js';
import { npyFiles } from '../../train/export/npy.js';
import { onnxFiles } from '../../train/export/onnx.js';
import { parquetFiles } from '../../train/export/parquet.js';
import { pgvectorFiles } from '../../train/export/pgvector.js';
import { projectorFiles } from '../../train/export/projector.js';
import { safetensorsFile } from '../../train/export/safetensors.js';
import { vectorsOf } from '../../train/export/vectors.js';
import { rankingSettings } from '../snapshot.js';

/** What was written, and how much of what. */
export interface ExportedPart {
  readonly files: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Formats of vectors; safetensors is a file, all others fill a folder. */
export const vectorFormats = ['npy', 'safetensors', 'parquet', 'projector', 'pgvector', 'onnx'] as const;
export type VectorFormat = (typeof vectorFormats)[number];

/**
 * Writes vectors of pins and boards, and what each format holds beside them; files appear together or not at all.
 *
 * @throws PinwalkError `GENERATION_INVALID` without an embedding; `OPTION_OUT_OF_RANGE` for ids that the format cannot hold;
 *   `STORAGE_FAILED`
 */
export async function exportVectors(generation: Generation, format: VectorFormat, out: string): Promise<ExportedPart> {
  const settings = rankingSettings(generation);
  const vectors = vectorsOf(generation, settings);
  const counts = { strippedCharacters: 0 };
  const filesOf: Readonly<Record<VectorFormat, () => StreamedFile[]>> = {
    npy: () => npyFiles(out, generation, vectors),
    safetensors: () => safetensorsFile(out, generation, vectors),
    parquet: () => parquetFiles(out, generation, vectors),
    projector: () => projectorFiles(out, generation, { vectors, withEvents: true }),
    pgvector: () => pgvectorFiles(out, generation, { vectors, counts }),
    onnx: () => onnxFiles(out, generation, { vectors, settings }),
  };
  const files = filesOf[format]();
  await streamWhole(files);
  const { pins, boards, leftOut } = vectors;
  return {
    files: files.map(({ file }) => file),
    counts: {
      ...{ pins: pins.rows.length, boards: boards.rows.length, dimension: pins.dimension },
      ...{ pinsWithoutVector: leftOut.pins, boardsWithoutVector: leftOut.boards, ...counts },
    },
  };
}
