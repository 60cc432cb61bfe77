/**
 * Mini-batches: which boards and pairs are queries in a step, which of their saves are withheld as targets, which pins compete,
 * and the part of the graph the convolutions need for them. Plain typed arrays; TF.js is not known here.
 *
 * Source: Ying et al. 2018, Algorithm 2 (minibatch construction). Differs: nodes of a layer are deduplicated and the self rows
 * are a prefix of the layer below; queries are boards with withheld saves beside pin pairs; negatives are shared by
 * the queries of a batch.
 */
import type { Pin } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { randomInteger, randomStream, shuffle, type Random } from '../../data/random.js';
import { type BipartiteGraph, sharedGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degree, sharedRows } from '../../graph/compressed-rows.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';
import { hasTerms, type ContentTerms } from '../content/content-terms.js';
import { convolutionRows, poolingRows, termRows, type LayerRows, type PooledRows } from './pooled-rows.js';
import { RowIndex } from './row-index.js';
import { SupervisedPairs } from './supervised-pairs.js';

/** Everything a training step needs beside the weights. */
export interface TrainingBatch {
  readonly queryCount: number;
  /** Pins that queries are summed from, each once. */
  readonly inputPins: Uint32Array;
  /** [queryCount] compressed rows over `inputPins`. */
  readonly inputs: CompressedRows;
  /** Pins that compete, each once, ascending. */
  readonly candidates: Uint32Array;
  /** [queryCount] compressed rows over `candidates`, weights: what each target counts in the loss (a step's sum to about 1). */
  readonly targets: CompressedRows;
  /** [candidates]: added to all logits of a candidate, -log of its chance to compete. */
  readonly correction: Float32Array;
  /** [queryCount] compressed rows over `candidates`, weights: added to the logits too. MASKED for inputs; own targets get theirs back. */
  readonly exceptions: CompressedRows;
  /** What the input pins pool of the query table, and the candidates of the target table; nothing where a pin's rows are hidden. */
  readonly queryPool: PooledRows;
  readonly targetPool: PooledRows;
  /** What the same pins sum of the tables of terms; absent where there are no terms. Columns of vectors end each table, in no row. */
  readonly queryTerms?: PooledRows;
  readonly targetTerms?: PooledRows;
  /** Pins of the network's input rows; the nodes of every layer above are a prefix of it. Empty when there are no layers. */
  readonly nodes: Uint32Array;
  /** From the input up. */
  readonly layers: readonly LayerRows[];
  /** Row of each input pin and each candidate in the last layer. */
  readonly inputNodes: Uint32Array;
  readonly candidateNodes: Uint32Array;
  /** Rows of `nodes` that are shown by their content alone, as if their pins had no saves; their learned rows count 0. */
  readonly coldNodes: Uint32Array;
}

/** Added to a logit that may not win: a pin that the query already holds. */
export const MASKED = -1e9;

/** What a batch is drawn from. */
export interface BatchSource {
  readonly seed: number;
  /** Saves to learn from, validation and test left out. */
  readonly graph: BipartiteGraph;
  /** Importance neighborhoods of all pins, weights that sum to 1. */
  readonly neighborhoods: CompressedRows;
  /** Content that learns, of all pins. */
  readonly terms?: ContentTerms | undefined;
  readonly layers: number;
  readonly poolWeight: number;
  readonly saveDropout: number;
  readonly batchBoards: number;
  readonly batchPairs: number;
  readonly heldOutShare: number;
  readonly negativeCount: number;
  readonly hardNegatives: number;
  readonly loss: 'softmax' | 'binary';
}

/** The source over shared arrays: handed to threads, it is not copied. */
export function sharedSource(source: BatchSource): BatchSource {
  const { graph, neighborhoods, terms } = source;
  return {
    ...source,
    graph: sharedGraph(graph),
    neighborhoods: sharedRows(neighborhoods),
    ...(terms && { terms: { ...terms, rows: sharedRows(terms.rows) } }),
  };
}

/** One board's or pair's query. */
interface DrawnQuery {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
}

/** Boards of fewer saves than this cannot withhold a target and keep an input. */
const SMALLEST_BOARD = 2;
/** Visits ranked from here to there make a hard negative: near, yet not the nearest (PinSage: ranks 2000 to 5000 of billions). */
const HARD_BAND = [50, 500] as const;
const HARD_WALK_STEPS = 2000;
/** Query pins that hard negatives are walked for in a step. */
const HARD_QUERIES = 32;

/** Draws the batches of a run. What is drawn depends on the seed and the step alone, so a run can go on at any step. */
export class BatchSampler {
  readonly #source: BatchSource;
  readonly #boards: Uint32Array;
  /** Pins with saves: only they compete, since an unseen pin would only learn to lose. */
  readonly #seenPins: Uint32Array;
  readonly #index: RowIndex;
  readonly #termIndex: RowIndex;
  readonly #pairs: SupervisedPairs;
  readonly #walker: Walker;
  #order: { epoch: number; boards: Uint32Array } | undefined;

  /** @throws PinwalkError `INPUT_INVALID` when there is nothing to learn from */
  constructor(source: BatchSource) {
    const { graph } = source;
    this.#source = source;
    this.#boards = rowsOfDegree(graph.pinsOfBoard, SMALLEST_BOARD);
    if (this.#boards.length === 0) {
      throw new PinwalkError(
        'INPUT_INVALID',
        `train: at least one board must keep ${SMALLEST_BOARD} saves to learn from (got ${graph.saveCount} saves of ${graph.boardCount} boards); bring more saves`,
      );
    }
    this.#seenPins = rowsOfDegree(graph.boardsOfPin, 1);
    this.#index = new RowIndex(graph.pinCount);
    this.#termIndex = new RowIndex(source.terms?.termCount ?? 0);
    this.#pairs = new SupervisedPairs(graph.pinCount);
    this.#walker = new Walker(prepareWalk(graph));
  }

  /** Boards that can be a query. */
  get boardCount(): number {
    return this.#boards.length;
  }

  /** So many that every board is a query once; of pin pairs alone, so many that there are as many pairs as boards. */
  get stepsPerEpoch(): number {
    const { batchBoards, batchPairs } = this.#source;
    return Math.max(1, Math.ceil(this.#boards.length / (batchBoards || batchPairs)));
  }

  /**
   * Draws the batch of a step.
   *
   * @param step  0-based over the whole run
   *
   * Cost: O(saves of the batch + candidates * (queries + neighborhood)), some 20 ms for 512 boards and 6,000 negatives.
   */
  draw(step: number): TrainingBatch {
    const { graph, terms, batchBoards, negativeCount, seed } = this.#source;
    const random = randomStream(seed, 'batch', step);
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const first = (step % this.stepsPerEpoch) * batchBoards;
    const boards = this.#boardsOfEpoch(epoch).subarray(first, first + batchBoards);
    const queries = [...this.#drawBoards(boards, random), ...this.#drawPairs(random)];

    const inputLists = queries.map((query) => query.inputs);
    const targetLists = queries.map((query) => query.targets);
    const inputPins = this.#index.distinct(inputLists);
    const negatives = this.#allCompete
      ? this.#seenPins
      : Uint32Array.from({ length: negativeCount }, () => this.#drawSeenPin(random));
    const hard = this.#drawHardNegatives(epoch, inputPins, random);
    const candidates = this.#index.distinct([negatives, hard, ...targetLists]).sort();
    const weights = targetWeights(queries, this.#source.loss);
    const targets = { ...this.#index.compress(candidates, targetLists), weights };
    const correction = this.#correct(candidates, boards.length / graph.boardCount);
    const cold = this.#drawCold(inputPins, candidates, random);
    return {
      queryCount: queries.length,
      inputPins,
      inputs: this.#index.compress(inputPins, inputLists),
      candidates,
      targets,
      correction,
      exceptions: this.#except(queries, candidates, { targets, correction }),
      queryPool: poolingRows(this.#source, inputPins, { index: this.#index, cold }),
      targetPool: poolingRows(this.#source, candidates, { index: this.#index, cold }),
      ...(terms && {
        queryTerms: termRows(terms, inputPins, this.#termIndex),
        targetTerms: termRows(terms, candidates, this.#termIndex),
      }),
      ...this.#pairs.with(queries, (hiddenFrom) =>
        convolutionRows(this.#source, { inputPins, candidates }, { index: this.#index, cold, hiddenFrom }),
      ),
    };
  }

  /**
   * Pins shown by content alone in this step, so that content learns to do without saves (Volkovs et al. 2017, DropoutNet). Without a
   * network a pin that says nothing plays no part in it: nothing would stand in for its rows.
   */
  #drawCold(inputPins: Uint32Array, candidates: Uint32Array, random: Random): Set<number> {
    const { saveDropout, layers, terms } = this.#source;
    if ((layers === 0 && !terms) || saveDropout === 0) return new Set();
    const canBe = (pin: number): boolean => layers > 0 || (terms !== undefined && hasTerms(terms, pin));
    return new Set(this.#index.distinct([inputPins, candidates]).filter((pin) => random() < saveDropout && canBe(pin)));
  }

  /** Whether there are no more pins than a step may have negatives. */
  get #allCompete(): boolean {
    return this.#source.negativeCount >= this.#seenPins.length;
  }

  #drawSeenPin(random: Random): number {
    return this.#seenPins[randomInteger(random, this.#seenPins.length)] as number;
  }

  #boardsOfEpoch(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const boards = this.#boards.slice();
      shuffle(randomStream(this.#source.seed, 'epoch', epoch), boards);
      this.#order = { epoch, boards };
    }
    return this.#order.boards;
  }

  /** Withholds each save with `heldOutShare`, at least one target and at least one input. */
  #drawBoards(boards: Uint32Array, random: Random): DrawnQuery[] {
    const { graph, heldOutShare } = this.#source;
    const { offsets, neighbors } = graph.pinsOfBoard;
    return Array.from(boards, (board) => {
      const pins = neighbors.subarray(offsets[board], offsets[board + 1]);
      const inputs: number[] = [];
      const targets: number[] = [];
      for (const pin of pins) (random() < heldOutShare ? targets : inputs).push(pin);
      const short = targets.length === 0 ? inputs : inputs.length === 0 ? targets : undefined;
      if (short) {
        const [moved] = short.splice(randomInteger(random, short.length), 1);
        (short === inputs ? targets : inputs).push(moved as number);
      }
      return { inputs, targets };
    });
  }

  /** Two pins of one board, the first the query, as PinSage's labelled pairs; a board is as likely as it has saves. */
  #drawPairs(random: Random): DrawnQuery[] {
    const { graph, batchPairs } = this.#source;
    const { offsets, neighbors } = graph.pinsOfBoard;
    const pairs: DrawnQuery[] = [];
    while (pairs.length < batchPairs) {
      const pin = neighbors[randomInteger(random, neighbors.length)] as number;
      const boards = graph.boardsOfPin;
      const at = (boards.offsets[pin] as number) + randomInteger(random, degree(boards, pin));
      const board = boards.neighbors[at] as number;
      const size = degree(graph.pinsOfBoard, board);
      if (size < SMALLEST_BOARD) continue;
      const other = neighbors[(offsets[board] as number) + randomInteger(random, size)] as number;
      if (other !== pin) pairs.push({ inputs: [pin], targets: [other] });
    }
    return pairs;
  }

  /** PinSage's curriculum: none in epoch 0, n times `hardNegatives` in epoch n, from pins ranked in a band of visit counts. */
  #drawHardNegatives(epoch: number, inputPins: Uint32Array, random: Random): number[] {
    const wanted = inputPins.length > 0 ? this.#source.hardNegatives * epoch : 0;
    const walker = this.#walker;
    const drawn: number[] = [];
    for (let n = 0; n < HARD_QUERIES && wanted > 0; n++) {
      const start = inputPins[randomInteger(random, inputPins.length)] as Pin;
      walker.clear();
      walker.walk(start, { steps: HARD_WALK_STEPS, walkers: 16, restartProbability: 0.5, random });
      const { counts } = walker;
      const ranked = walker.visited.slice(0, walker.visitedCount);
      ranked.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
      const band = ranked.subarray(HARD_BAND[0], HARD_BAND[1]);
      const share = Math.floor(((n + 1) * wanted) / HARD_QUERIES) - Math.floor((n * wanted) / HARD_QUERIES);
      for (let k = 0; k < share && band.length > 0; k++) {
        drawn.push(band[randomInteger(random, band.length)] as number);
      }
    }
    return drawn;
  }

  /**
   * logQ correction (Bengio and Senecal 2008): a pin competes by the uniform draw or as a target of some board or pair of the
   * batch. Hard negatives are left out: that they compete more often is their purpose.
   *
   * To a softmax the sum over those that compete is then, on average, the sum over all pins. To a yes or no it is so as long as a
   * pin's chance to be saved is small beside its chance to compete; where it is not, the pin is pushed down less than by all boards.
   */
  #correct(candidates: Uint32Array, boardShare: number): Float32Array {
    const { graph, batchPairs, negativeCount, heldOutShare } = this.#source;
    if (this.#allCompete) return new Float32Array(candidates.length); // their chance is 1
    // Chance of a save to make its pin a target: by its board, and by a pair, whose pins are drawn like saves.
    const perSave = boardShare * heldOutShare + batchPairs / graph.saveCount;
    return Float32Array.from(candidates, (pin) => {
      const expected = negativeCount / this.#seenPins.length + perSave * degree(graph.boardsOfPin, pin);
      return -Math.log(-Math.expm1(-expected));
    });
  }

  /** Pins that a query holds may not win, and its own targets compete as they are. */
  #except(
    queries: readonly DrawnQuery[],
    candidates: Uint32Array,
    { targets, correction }: { targets: CompressedRows; correction: Float32Array },
  ): CompressedRows {
    return this.#index.with(candidates, (rowOf) => {
      const [offsets, neighbors, weights] = [[0], [] as number[], [] as number[]];
      queries.forEach((query, n) => {
        for (const pin of query.inputs) {
          const at = rowOf[pin] as number;
          if (at < 0) continue;
          neighbors.push(at);
          weights.push(MASKED);
        }
        for (const at of targets.neighbors.subarray(targets.offsets[n], targets.offsets[n + 1])) {
          neighbors.push(at);
          weights.push(-(correction[at] as number));
        }
        offsets.push(neighbors.length);
      });
      return {
        offsets: Uint32Array.from(offsets),
        neighbors: Uint32Array.from(neighbors),
        weights: Float32Array.from(weights),
      };
    });
  }
}

/**
 * A board with t targets weighs t^1/4 (large boards say more, but not t times more), shared equally; the mean is over all queries.
 * To a binary loss each target is a yes of its own.
 */
function targetWeights(queries: readonly DrawnQuery[], loss: BatchSource['loss']): Float32Array {
  const power = loss === 'binary' ? 0 : -0.75;
  return Float32Array.from(
    queries.flatMap(({ targets }) => targets.map(() => targets.length ** power / queries.length)),
  );
}

function rowsOfDegree(rows: CompressedRows, minimum: number): Uint32Array {
  const found: number[] = [];
  for (let row = 0; row + 1 < rows.offsets.length; row++) if (degree(rows, row) >= minimum) found.push(row);
  return Uint32Array.from(found);
}
