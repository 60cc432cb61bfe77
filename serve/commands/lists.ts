/**
 * Ranked lists as text, for scoring by another program: `query<TAB>pin pin ...`, ids as they came in, best first.
 */
import type { Generation } from '../../data/generation/read.js';
import { degree } from '../../graph/compressed-rows.js';
import type { Query } from '../../train/ranking/query.js';
import { topPins } from '../../train/ranking/ranker.js';
import type { Strategy } from '../../train/ranking/settings.js';
import type { Board } from '../../data/collection.js';
import { openRanker } from '../snapshot.js';

/** Queries scored together: enough to use the kernels well, 64 P floats of memory. */
const batch = 64;

/** What to rank. */
export interface ListExport {
  /** `boardIdeas`: a line a board, its own pins left out; `coldPins`: of pins without saves alone; `relatedPins`: a line a pin, itself left out. */
  readonly task: 'boardIdeas' | 'coldPins' | 'relatedPins';
  readonly k: number;
  readonly strategy: Strategy;
  /** Grows while lines are taken. */
  readonly counts: { lists: number; entries: number };
}

/** Lines of all boards or pins that have saves, in row order. */
export function* listLines(generation: Generation, options: ListExport): Generator<string> {
  const { task, k, strategy, counts } = options;
  const ranker = openRanker(generation);
  const pins = generation.pins.table.ids;
  const isBoards = task !== 'relatedPins';
  const queries = isBoards ? generation.boards.table.ids : pins;
  const { pinsOfBoard, boardsOfPin, pinCount } = generation.graph;
  const rows = isBoards ? pinsOfBoard : boardsOfPin;
  const saved = Array.from(queries.keys()).filter((row) => rows.offsets[row] !== rows.offsets[row + 1]);
  const pinsOn = (board: number): Uint32Array =>
    pinsOfBoard.neighbors.subarray(pinsOfBoard.offsets[board], pinsOfBoard.offsets[board + 1]);

  for (let start = 0; start < saved.length; start += batch) {
    const some = saved.slice(start, start + batch);
    const scores = isBoards
      ? ranker.scoreBoards(
          some.map((board): Query => ({ pins: pinsOn(board), ownBoard: board as Board })),
          strategy,
        )
      : ranker.scorePins(Uint32Array.from(some), strategy);
    for (const [n, row] of some.entries()) {
      const excluded = new Set(isBoards ? pinsOn(row) : [row]);
      const isLeftOut = (pin: number): boolean =>
        excluded.has(pin) || (task === 'coldPins' && degree(boardsOfPin, pin) > 0);
      const list = topPins(scores.subarray(n * pinCount, (n + 1) * pinCount), k, isLeftOut);
      counts.lists++;
      counts.entries += list.pins.length;
      yield `${queries[row]}\t${Array.from(list.pins, (pin) => pins[pin]).join(' ')}\n`;
    }
  }
}
