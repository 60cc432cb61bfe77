/**
 * Vectors for the Embedding Projector, alone or in TensorBoard: tensors and metadata as text, and the file that names them.
 *
 * TensorBoard looks for the projector only in folders with an event file, so there is one.
 */
import path from 'node:path';
import type { StreamedFile } from '../../data/whole-file.js';
import { versionEvent } from '../../data/writers/event-file.js';
import { floatLines } from '../../data/writers/float-lines.js';
import { itemsOf, piecesOf, type ExportedVectors, type VectorSource, type VectorTable } from './vectors.js';

/** `projector_config.pbtxt`, `pins.tsv`, `pins-metadata.tsv`, the same of boards, and an event file where there is none yet. */
export function projectorFiles(
  folder: string,
  source: VectorSource,
  { vectors, withEvents }: { readonly vectors: ExportedVectors; readonly withEvents: boolean },
): StreamedFile[] {
  const at = (name: string): string => path.join(folder, name);
  const files = (['pins', 'boards'] as const).flatMap((kind) => [
    { file: at(`${kind}.tsv`), pieces: tensorLines(vectors[kind]) },
    { file: at(`${kind}-metadata.tsv`), pieces: metadataLines(source, kind, vectors[kind].rows) },
  ]);
  const events = { file: at('events.out.tfevents.0000000000.pinwalk'), pieces: [versionEvent(0)] };
  return [
    ...files,
    { file: at('projector_config.pbtxt'), pieces: [configOf(vectors)] },
    ...(withEvents ? [events] : []),
  ];
}

function configOf(vectors: ExportedVectors): string {
  return (['pins', 'boards'] as const)
    .filter((kind) => vectors[kind].rows.length > 0)
    .map((kind) => {
      const { rows, dimension } = vectors[kind];
      return `embeddings {
  tensor_name: "${kind}"
  tensor_shape: ${rows.length}
  tensor_shape: ${dimension}
  tensor_path: "${kind}.tsv"
  metadata_path: "${kind}-metadata.tsv"
}
`;
    })
    .join('');
}

function* tensorLines(table: VectorTable): Generator<Uint8Array> {
  for (const piece of piecesOf(table)) yield floatLines(piece, table.dimension);
}

/** A header, since there are several columns; tabs and line ends within a cell become blanks. */
function* metadataLines(source: VectorSource, kind: 'pins' | 'boards', rows: Uint32Array): Generator<string> {
  const plain = (text: string): string => text.replaceAll(/[\t\n\r]/g, ' ');
  yield 'label\tid\tsaves\tcommunity\tattributes\n';
  for (const { id, title, saves, community, attributes } of itemsOf(source, kind, rows)) {
    const cells = [title === '' ? id : title, id, String(saves), String(community ?? -1)];
    yield `${[...cells, attributes ? JSON.stringify(attributes) : ''].map(plain).join('\t')}\n`;
  }
}
