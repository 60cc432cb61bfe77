/**
 * A bipartite graph that takes saves and loses them, over the graph of a generation: what walks see is what was saved, at once.
 *
 * It is walked like a finished graph and at its speed, and every walk over it is, to the last bit, the walk over a graph built of the
 * same saves.
 */
import { checkInteger, checkPositive, checkRow } from '../data/checks.js';
import { PinwalkError } from '../data/errors.js';
import type { BipartiteGraph, WalkableGraph } from './bipartite-graph.js';
import { hasNeighbor } from './compressed-rows.js';
import { LiveRows } from './live-rows.js';

/** What there is room for beyond the base. */
export interface LiveGraphOptions {
  /** Pins that are not in the base, default 65,536. */
  readonly newPins?: number;
  /** Boards that are not in the base, default 65,536. */
  readonly newBoards?: number;
  /** Saves that are not in the base, default 1,000,000 and half of the base's; room costs no memory before it is used. */
  readonly newSaves?: number;
  /** Whether saves have weights; default as in the base. */
  readonly isWeighted?: boolean;
}

/** A graph under change. Rows beyond those in use have no saves. One thread writes. */
export class LiveGraph implements WalkableGraph {
  readonly pinCount: number;
  readonly boardCount: number;
  readonly boardsOfPin: LiveRows;
  readonly pinsOfBoard: LiveRows;
  readonly #isWeighted: boolean;
  readonly #room: number;
  #saveCount: number;

  /**
   * @param base  copied; it stays as it is
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`
   *
   * Time O(saves), memory as much as the base's.
   */
  constructor(base: BipartiteGraph, options: LiveGraphOptions = {}) {
    const { newPins = 65_536, newBoards = 65_536, newSaves = 1_000_000 + Math.ceil(base.saveCount / 2) } = options;
    checkInteger('LiveGraph: newPins', newPins, 0, 2 ** 30);
    checkInteger('LiveGraph: newBoards', newBoards, 0, 2 ** 30);
    checkInteger('LiveGraph: newSaves', newSaves, 0, 2 ** 30);
    this.#isWeighted = options.isWeighted ?? base.pinsOfBoard.weights !== undefined;
    if (!this.#isWeighted && base.pinsOfBoard.weights) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        'LiveGraph: isWeighted must be true over a graph with weights (got false)',
      );
    }
    this.pinCount = base.pinCount + newPins;
    this.boardCount = base.boardCount + newBoards;
    this.#saveCount = base.saveCount;
    this.#room = base.saveCount + newSaves;
    const room = { entries: this.#room, isWeighted: this.#isWeighted };
    this.boardsOfPin = new LiveRows(base.boardsOfPin, { ...room, rows: this.pinCount });
    this.pinsOfBoard = new LiveRows(base.pinsOfBoard, { ...room, rows: this.boardCount });
  }

  /** Distinct board-pin pairs. */
  get saveCount(): number {
    return this.#saveCount;
  }

  /**
   * Saves a pin to a board; a save that is there gets the weight.
   *
   * @returns whether it is new
   * @throws PinwalkError `ROW_OUT_OF_RANGE`; `OPTION_OUT_OF_RANGE` for a weight not above 0, one other than 1 in a graph without
   *   weights, or where there is no room left
   *
   * O(degree of both).
   */
  save(pin: number, board: number, weight = 1): boolean {
    this.#check(pin, board);
    checkPositive('save: the weight', weight);
    if (!this.#isWeighted && weight !== 1) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `save: the weight must be 1 in a graph without weights (got ${weight})`,
      );
    }
    if (this.#saveCount === this.#room && !hasNeighbor(this.boardsOfPin, pin, board)) {
      const message = `save: there must be room for one more (got ${this.#saveCount} saves, all there is); make a new generation`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
    }
    const isNew = this.boardsOfPin.insert(pin, board, weight);
    this.pinsOfBoard.insert(board, pin, weight);
    if (isNew) this.#saveCount++;
    return isNew;
  }

  /** Takes a pin off a board. @returns whether it was there; O(degree of both). @throws PinwalkError `ROW_OUT_OF_RANGE` */
  unsave(pin: number, board: number): boolean {
    this.#check(pin, board);
    const wasThere = this.boardsOfPin.remove(pin, board);
    if (!wasThere) return false;
    this.pinsOfBoard.remove(board, pin);
    this.#saveCount--;
    return true;
  }

  /** The graph as it stands, finished, with all rows there is room for; O(saves). */
  finished(): BipartiteGraph {
    const { pinCount, boardCount, saveCount } = this;
    const [boardsOfPin, pinsOfBoard] = [this.boardsOfPin.compressed(), this.pinsOfBoard.compressed()];
    return { pinCount, boardCount, saveCount, boardsOfPin, pinsOfBoard };
  }

  #check(pin: number, board: number): void {
    checkRow('live graph: a pin row', pin, this.pinCount);
    checkRow('live graph: a board row', board, this.boardCount);
  }
}
