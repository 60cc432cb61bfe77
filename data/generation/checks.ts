/**
 * What answering relies on in a generation, checked when one is written and again when it is opened: damage is found at the door
 * and not in the middle of a request. One pass over each array, 1 ns a number.
 */
import { noCommunity } from '../collection.js';
import { PinwalkError } from '../errors.js';
import type { StoredCommunities, StoredGraph, StoredMatrix, StoredRows } from './schema.js';

/** The numbers of a generation; P pins, B boards. */
export interface StoredNumbers {
  readonly graph: StoredGraph;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  readonly communities?: StoredCommunities | undefined;
  readonly related?: StoredRows | undefined;
}

/** Says what must hold of the generation at hand; throws `GENERATION_INVALID`. */
export type Fail = (problem: string) => never;

/** A `Fail` whose messages begin with what was done to which file, and end with what to do. */
export function failing(where: string, advice?: string): Fail {
  return (problem) => {
    const message = `${where} ${problem}${advice === undefined ? '' : `; ${advice}`}`;
    throw new PinwalkError('GENERATION_INVALID', message);
  };
}

/**
 * Checks shapes, offsets, neighbors and numbers.
 *
 * @throws PinwalkError `GENERATION_INVALID` by way of `fail`
 */
export function checkNumbers({ graph, matrices, communities, related }: StoredNumbers, fail: Fail): void {
  const { pinCount, boardCount, saveCount } = graph;
  checkRows('graph.boardsOfPin', graph.boardsOfPin, { rows: pinCount, below: boardCount, isSorted: true }, fail);
  checkRows('graph.pinsOfBoard', graph.pinsOfBoard, { rows: boardCount, below: pinCount, isSorted: true }, fail);
  same('graph.boardsOfPin.neighbors', graph.boardsOfPin.neighbors.length, saveCount, fail);
  same('graph.pinsOfBoard.neighbors', graph.pinsOfBoard.neighbors.length, saveCount, fail);
  if (related) checkRows('related', related, { rows: pinCount, below: pinCount, isSorted: false }, fail);
  for (const [name, { rows, columns, values }] of matrices) {
    same(`matrix ${name}`, values.length, rows * columns, fail);
    if (name.startsWith('pin.')) same(`rows of matrix ${name}`, rows, pinCount, fail);
    if (name.startsWith('board.')) same(`rows of matrix ${name}`, rows, boardCount, fail);
    checkFinite(`matrix ${name}`, values, fail);
  }
  const factors = matrices.get('pin.structure');
  const singularValues = matrices.get('structure.values');
  if (factors && singularValues) same('matrix structure.values', singularValues.values.length, factors.columns, fail);
  for (const name of ['pin.query', 'pin.bias']) {
    const columns = name === 'pin.bias' ? 1 : matrices.get('pin.target')?.columns;
    const matrix = matrices.get(name);
    if (matrix && columns !== undefined) same(`columns of matrix ${name}`, matrix.columns, columns, fail);
  }
  if (communities) checkCommunities(communities, graph, fail);
}

function checkRows(
  name: string,
  { offsets, neighbors, weights }: StoredRows,
  { rows, below, isSorted }: { rows: number; below: number; isSorted: boolean },
  fail: Fail,
): void {
  same(`${name}.offsets`, offsets.length, rows + 1, fail);
  if (offsets[0] !== 0) fail(`${name}.offsets must begin with 0 (got ${offsets[0]})`);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
    if (to < from) fail(`${name}.offsets must rise (got ${to} after ${from})`);
  }
  same(`${name}.neighbors`, neighbors.length, offsets[rows] ?? 0, fail);
  for (let i = 0; i < neighbors.length; i++) {
    if ((neighbors[i] as number) >= below) fail(`${name}.neighbors must be below ${below} (got ${neighbors[i]})`);
  }
  if (isSorted) checkAscending(name, { offsets, neighbors }, fail);
  if (!weights) return;
  same(`${name}.weights`, weights.length, neighbors.length, fail);
  checkFinite(`${name}.weights`, weights, fail);
}

function checkAscending(name: string, { offsets, neighbors }: StoredRows, fail: Fail): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let i = (offsets[row] as number) + 1; i < (offsets[row + 1] as number); i++) {
      if ((neighbors[i] as number) > (neighbors[i - 1] as number)) continue;
      fail(`${name}.neighbors must ascend in each row (got ${neighbors[i]} after ${neighbors[i - 1]})`);
    }
  }
}

/** The sum of finite numbers is finite in 64 bits, however many of 32 bits there are. */
function checkFinite(name: string, values: Float32Array, fail: Fail): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  if (!Number.isFinite(sum)) fail(`${name} must be finite numbers (got ${values.find((x) => !Number.isFinite(x))})`);
}

function checkCommunities(
  { pinCommunity, boardCommunity, titles }: StoredCommunities,
  { pinCount, boardCount }: StoredGraph,
  fail: Fail,
): void {
  same('communities.pinCommunity', pinCommunity.length, pinCount, fail);
  same('communities.boardCommunity', boardCommunity.length, boardCount, fail);
  for (const column of [pinCommunity, boardCommunity]) {
    const wrong = column.find((community) => community >= titles.length && community !== noCommunity);
    if (wrong !== undefined) fail(`a community must be below ${titles.length} (got ${wrong})`);
  }
}

function same(what: string, got: number, wanted: number, fail: Fail): void {
  if (got !== wanted) fail(`${what} must have ${wanted} entries (got ${got})`);
}
