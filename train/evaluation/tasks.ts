/**
 * What is asked of a recommender: for each query the pins that are right, the pins that are known, and the candidates.
 *
 * Three tasks over one split. `known` is the graph of the saves that are known when the question is asked (train, and validation
 * too once test is read); `heldOut` are the saves to be found. Held-out saves never enter `known`.
 */
import { checkInteger } from '../../data/checks.js';
import type { Saves } from '../../data/collection.js';
import { randomInteger, randomStream, shuffle } from '../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degree, hasNeighbor } from '../../graph/compressed-rows.js';

/** Names of the tasks, as in metrics.json. */
export const taskNames = ['boardIdeas', 'relatedPins', 'coldPins'] as const;

/** The name of a task. */
export type TaskName = (typeof taskNames)[number];

/** Queries with their answers. Row q of `relevant` and of `known` belongs to `queries[q]`. */
export interface Task {
  readonly name: TaskName;
  /** What `queries` holds rows of. */
  readonly kind: 'boards' | 'pins';
  /** One row a query; a pin may ask more than once, for different targets. */
  readonly queries: Uint32Array;
  /** The right answers, at least one each. One that is also known can only be missed. */
  readonly relevant: CompressedRows;
  /** Pins taken out of the ranking: the board's known pins, or the query pin itself. */
  readonly known: CompressedRows;
  /** 1 for pins that are ranked; absent when all are. */
  readonly candidates?: Uint8Array;
  /** Of how many queries these are a sample; absent when they are all. */
  readonly sampledFrom?: number;
}

/** The split that tasks are made from. */
export interface HeldOut {
  readonly known: BipartiteGraph;
  readonly heldOut: Saves;
}

/**
 * Board ideas: every board with held-out saves ranks all pins it is not known to have.
 *
 * A held-out save that is known too counts as relevant and as missed (LightGCN's habit); drop such saves before, or keep them
 * where published figures did. Source: the full ranking of NGCF and LightGCN.
 */
export function boardIdeas({ known, heldOut }: HeldOut): Task {
  const answers = buildGraph(heldOut, known).pinsOfBoard;
  const queries = rowsWithEntries(answers);
  return {
    name: 'boardIdeas',
    kind: 'boards',
    queries,
    relevant: pick(answers, queries),
    known: pick(known.pinsOfBoard, queries),
  };
}

/**
 * Cold pins: every board with held-out saves of cold pins ranks the cold pins alone.
 *
 * @param coldPins  rows; default: all pins without a known save
 *
 * Pins that the board is known to have are taken out as in `boardIdeas`. Source: Chen et al. 2022 (GAR), item cold start.
 */
export function coldPins({
  known,
  heldOut,
  coldPins,
}: HeldOut & { readonly coldPins?: Uint32Array | undefined }): Task {
  const candidates = new Uint8Array(known.pinCount);
  if (coldPins) for (const pin of coldPins) candidates[pin] = 1;
  else for (let pin = 0; pin < candidates.length; pin++) if (degree(known.boardsOfPin, pin) === 0) candidates[pin] = 1;
  const cold = indicesWhere(heldOut.pins.length, (n) => candidates[heldOut.pins[n] as number] === 1);
  const saves: Saves = {
    boards: cold.map((n) => heldOut.boards[n] as number),
    pins: cold.map((n) => heldOut.pins[n] as number),
  };
  return { ...boardIdeas({ known, heldOut: saves }), name: 'coldPins', candidates };
}

/** How pairs of related pins are drawn. */
export interface RelatedPinsOptions {
  readonly seed: number;
  /** At most so many pairs, default 20,000. */
  readonly maxPairs?: number;
  /** Boards with more known pins say little about two of them and are left out, default 200. */
  readonly largestBoard?: number;
  /** Whether the query pin is one the board is known to have (default) or may be held out as well. */
  readonly queriesFrom?: 'known' | 'all';
}

/**
 * Related pins: for a held-out save (board, target) the query is another pin of the same board; the target is to be found among
 * all pins but the query.
 *
 * One pair a held-out save, its query drawn uniformly and seeded by save, so boards count by their held-out saves and not by
 * their square. Above `maxPairs` a seeded sample of the saves. A target that shares other, known boards with the query stays a
 * target. Held-out saves that are known are left out, and those whose board has no other pin to ask with.
 * Source: Ying et al. 2018 (PinSage), section 4.2. Differs: a pair was shown to one user there; here it shares a board.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 */
export function relatedPins({ known, heldOut }: HeldOut, options: RelatedPinsOptions): Task {
  const { seed, maxPairs = 20_000, largestBoard = 200, queriesFrom = 'known' } = options;
  checkInteger('relatedPins: maxPairs', maxPairs, 1);
  const hidden = buildGraph(heldOut, known);
  const { offsets, neighbors } = known.pinsOfBoard;
  const queries: number[] = [];
  const targets: number[] = [];
  const order = savesOf(hidden.pinsOfBoard, randomStream(seed, 'relatedPins', 'order'));
  for (let n = 0; n < order.pins.length && queries.length < maxPairs; n++) {
    const board = order.boards[n] as number;
    const target = order.pins[n] as number;
    const knownCount = degree(known.pinsOfBoard, board);
    if (knownCount > largestBoard || hasNeighbor(known.pinsOfBoard, board, target)) continue;
    const hiddenStart = hidden.pinsOfBoard.offsets[board] as number;
    const hiddenCount = queriesFrom === 'all' ? degree(hidden.pinsOfBoard, board) : 0;
    // Known pins first, then hidden ones; a draw of the target itself is repeated.
    if (knownCount === 0 && hiddenCount < 2) continue;
    const random = randomStream(seed, 'relatedPins', board, target);
    let query = target;
    while (query === target) {
      const at = randomInteger(random, knownCount + hiddenCount);
      query =
        at < knownCount
          ? (neighbors[(offsets[board] as number) + at] as number)
          : (hidden.pinsOfBoard.neighbors[hiddenStart + at - knownCount] as number);
    }
    queries.push(query);
    targets.push(target);
  }
  const each = Uint32Array.from({ length: queries.length + 1 }, (_, q) => q);
  const queryRows = Uint32Array.from(queries);
  return {
    name: 'relatedPins',
    kind: 'pins',
    queries: queryRows,
    relevant: { offsets: each, neighbors: Uint32Array.from(targets) },
    known: { offsets: each, neighbors: queryRows },
  };
}

/** Some of a task's queries with their answers, by their numbers, in the order given. */
function pickQueries(task: Task, numbers: Uint32Array): Task {
  return {
    ...task,
    queries: numbers.map((q) => task.queries[q] as number),
    relevant: pick(task.relevant, numbers),
    known: pick(task.known, numbers),
  };
}

/**
 * A seeded sample of a task's queries, in their order; the task itself where it has no more than `most`.
 *
 * Each query is as likely to be in it as any other. Time and memory O(queries).
 */
export function sampleQueries(task: Task, most: number, seed: number): Task {
  const count = task.queries.length;
  if (count <= most) return task;
  const numbers = Uint32Array.from({ length: count }, (_, q) => q);
  shuffle(randomStream(seed, 'sample', task.name), numbers);
  return { ...pickQueries(task, numbers.slice(0, most).sort()), sampledFrom: count };
}

/** At most `most` of a task's queries, evenly spaced; the task itself when it has no more. */
export function thinOut(task: Task, most: number): Task {
  if (task.queries.length <= most) return task;
  const stride = task.queries.length / most;
  return pickQueries(
    task,
    Uint32Array.from({ length: most }, (_, n) => Math.floor(n * stride)),
  );
}

/** Consecutive slices of a task's queries, `size` each but the last. */
export function slicesOf(task: Task, size: number): Task[] {
  const slices: Task[] = [];
  for (let start = 0; start < task.queries.length; start += size) {
    const length = Math.min(size, task.queries.length - start);
    slices.push(
      pickQueries(
        task,
        Uint32Array.from({ length }, (_, n) => start + n),
      ),
    );
  }
  return slices;
}

/** Entries of some rows, as rows of their own, in the order of `rows`. */
function pick(from: CompressedRows, rows: Uint32Array): CompressedRows {
  const offsets = new Uint32Array(rows.length + 1);
  for (let n = 0; n < rows.length; n++) offsets[n + 1] = (offsets[n] as number) + degree(from, rows[n] as number);
  const neighbors = new Uint32Array(offsets[rows.length] ?? 0);
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n] as number;
    neighbors.set(from.neighbors.subarray(from.offsets[row], from.offsets[row + 1]), offsets[n]);
  }
  return { offsets, neighbors };
}

function rowsWithEntries(rows: CompressedRows): Uint32Array {
  return indicesWhere(rows.offsets.length - 1, (row) => degree(rows, row) > 0);
}

function indicesWhere(count: number, holds: (index: number) => boolean): Uint32Array {
  const result = new Uint32Array(count);
  let length = 0;
  for (let n = 0; n < count; n++) if (holds(n)) result[length++] = n;
  return result.slice(0, length);
}

/** The (board, pin) entries of rows, shuffled. */
function savesOf(rows: CompressedRows, random: () => number): Saves {
  const owners = new Uint32Array(rows.neighbors.length);
  for (let row = 0; row + 1 < rows.offsets.length; row++) owners.fill(row, rows.offsets[row], rows.offsets[row + 1]);
  const order = Uint32Array.from(owners.keys());
  shuffle(random, order);
  return { boards: order.map((n) => owners[n] as number), pins: order.map((n) => rows.neighbors[n] as number) };
}
