/**
 * Vectors as ONNX models that answer: pins related to pins, and ideas for a board, best first.
 *
 * The vectors lie beside the models in `.npy` files, whose values begin where their headers end.
 */
import path from 'node:path';
import type { StreamedFile } from '../../data/whole-file.js';
import { npyHeader } from '../../data/writers/npy.js';
import { onnxBytes, type OnnxModel, type OnnxTensor, type OnnxValue } from '../../data/writers/onnx-model.js';
import { logitScaleOf, type LogitScale } from '../ranking/logit-scale.js';
import { idLines, npyPieces } from './npy.js';
import { describeItems } from './safetensors.js';
import type { ExportedVectors, VectorSource, VectorTable } from './vectors.js';

/** What a masked pin scores: below all others. */
const LOWEST = -3.4028234663852886e38;

/**
 * `related-pins.onnx`, `board-ideas.onnx`, and what they read: `pins.npy`, `query-vectors.npy`; `pins.txt` has the ids of their rows.
 *
 * @param settings  of the generation's ranking
 */
export function onnxFiles(
  folder: string,
  source: VectorSource,
  { vectors, settings }: { readonly vectors: ExportedVectors; readonly settings: LogitScale },
): StreamedFile[] {
  const metadata = describeItems('pin', source, vectors.pins.rows);
  const at = (name: string): string => path.join(folder, name);
  return [
    { file: at('pins.txt'), pieces: idLines(source.pins.table.ids, vectors.pins.rows) },
    { file: at('pins.npy'), pieces: npyPieces(vectors.pins) },
    { file: at('query-vectors.npy'), pieces: npyPieces(vectors.queryVectors) },
    { file: at('related-pins.onnx'), pieces: [onnxBytes(relatedPins(vectors, metadata))] },
    { file: at('board-ideas.onnx'), pieces: [onnxBytes(boardIdeas(vectors, { settings, metadata }))] },
  ];
}

const k: OnnxValue = { name: 'k', type: 'int64', shape: [1] };

/** `pin` [n] rows, `k` [1] -> `pins` [n, k] rows and `scores` [n, k], the cosines of targets; a pin is not in its own list. */
function relatedPins({ pins }: ExportedVectors, metadata: OnnxModel['metadata']): OnnxModel {
  return {
    name: 'related-pins',
    description: 'Rows of pins to the rows of the k pins nearest to each, best first.',
    inputs: [{ name: 'pin', type: 'int64', shape: ['queries'] }, k],
    outputs: [
      { name: 'pins', type: 'int64', shape: ['queries', 'k'] },
      { name: 'scores', type: 'float', shape: ['queries', 'k'] },
    ],
    nodes: [
      { operator: 'Gather', inputs: ['vectors', 'pin'], outputs: ['asked'], attributes: { axis: 0 } },
      { operator: 'Gemm', inputs: ['asked', 'vectors'], outputs: ['cosines'], attributes: { transB: 1 } },
      { operator: 'Unsqueeze', inputs: ['pin', 'one'], outputs: ['own'] },
      { operator: 'Shape', inputs: ['own'], outputs: ['ownShape'] },
      { operator: 'Expand', inputs: ['lowest', 'ownShape'], outputs: ['low'] },
      mask('cosines'),
      top,
    ],
    tensors: [external('vectors', 'pins.npy', pins), { name: 'one', shape: [1], integers: [1] }, lowest],
    metadata,
  };
}

/**
 * `board` [m] rows of the pins on it, at least one; `k` [1] -> `pins` [1, k] and `scores` [1, k], as the strategy `embedding` scores; its
 * own pins are not in the list.
 */
function boardIdeas(
  { pins, queryVectors, bias }: ExportedVectors,
  { settings, metadata }: { settings: LogitScale; metadata: OnnxModel['metadata'] },
): OnnxModel {
  return {
    name: 'board-ideas',
    description: 'Rows of the pins of one board to the rows of the k pins that would fit it best, best first.',
    inputs: [{ name: 'board', type: 'int64', shape: ['size'] }, k],
    outputs: [
      { name: 'pins', type: 'int64', shape: [1, 'k'] },
      { name: 'scores', type: 'float', shape: [1, 'k'] },
    ],
    nodes: [
      { operator: 'Gather', inputs: ['queryVectors', 'board'], outputs: ['own vectors'], attributes: { axis: 0 } },
      { operator: 'ReduceSum', inputs: ['own vectors', 'zero'], outputs: ['sum'], attributes: { keepdims: 1 } },
      { operator: 'LpNormalization', inputs: ['sum'], outputs: ['asked'], attributes: { axis: 1, p: 2 } },
      { operator: 'Gemm', inputs: ['asked', 'vectors'], outputs: ['cosines'], attributes: { transB: 1 } },
      { operator: 'Shape', inputs: ['board'], outputs: ['size'] },
      { operator: 'Cast', inputs: ['size'], outputs: ['sizeAsFloat'], attributes: { to: 1 } },
      { operator: 'Pow', inputs: ['sizeAsFloat', 'power'], outputs: ['sizeShare'] },
      { operator: 'Mul', inputs: ['sizeShare', 'scaleOfOne'], outputs: ['scale'] },
      { operator: 'Mul', inputs: ['cosines', 'scale'], outputs: ['scaled'] },
      { operator: 'Add', inputs: ['scaled', 'bias'], outputs: ['logits'] },
      { operator: 'Unsqueeze', inputs: ['board', 'zero'], outputs: ['own'] },
      { operator: 'Shape', inputs: ['own'], outputs: ['ownShape'] },
      { operator: 'Expand', inputs: ['lowest', 'ownShape'], outputs: ['low'] },
      mask('logits'),
      top,
    ],
    tensors: [
      external('vectors', 'pins.npy', pins),
      external('queryVectors', 'query-vectors.npy', queryVectors),
      { name: 'bias', shape: [1, bias.length], floats: Array.from(bias) },
      { name: 'power', shape: [1], floats: [settings.querySizePower] },
      { name: 'scaleOfOne', shape: [1], floats: [logitScaleOf(1, settings)] },
      { name: 'zero', shape: [1], integers: [0] },
      lowest,
    ],
    metadata,
  };
}

const lowest: OnnxTensor = { name: 'lowest', shape: [1], floats: [LOWEST] };
const top = { operator: 'TopK', inputs: ['masked', 'k'], outputs: ['scores', 'pins'], attributes: { axis: 1 } };

function mask(scores: string): OnnxModel['nodes'][number] {
  return { operator: 'ScatterElements', inputs: [scores, 'own', 'low'], outputs: ['masked'], attributes: { axis: 1 } };
}

/** A table's values within its `.npy` file. */
function external(name: string, file: string, { rows, dimension }: VectorTable): OnnxTensor {
  const shape = [rows.length, dimension] as const;
  return { name, shape, file, offset: npyHeader('<f4', shape).length };
}
