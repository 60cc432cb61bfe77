/**
 * Ranked lists as text, for scoring by another program: `query<TAB>pin pin ...`, ids as they came in, best first.
 *
 * Where some pin's id holds a blank, tabs stand between all pins instead.
 */
import { PinwalkError } from '../../data/errors.js';
import type { Generation } from '../../data/generation/read.js';
import { degree, entriesOf } from '../../graph/compressed-rows.js';
import type { TaskName } from '../../train/evaluation/tasks.js';
import { queriesOf } from '../../train/ranking/query.js';
import { recommend } from '../../train/ranking/recommend.js';
import type { Strategy } from '../../train/ranking/settings.js';
import { openRanker } from '../snapshot.js';

/** Queries scored together: enough to use the kernels well, 64 P floats of memory. */
const batch = 64;

/** What to rank. */
export interface ListExport {
  /** `boardIdeas`: a line a board, its own pins left out; `coldPins`: of pins without saves alone; `relatedPins`: a line a pin. */
  readonly task: TaskName;
  readonly k: number;
  readonly strategy: Strategy;
  /** Grows while lines are taken; `nothingKnown` are lists of the most saved pins, since nothing is known of the query. */
  readonly counts: { lists: number; entries: number; nothingKnown: number };
}

/**
 * What stands between pins: a blank, or a tab where ids hold blanks.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for ids with tabs or line ends, which no line can hold
 */
function separatorOf(ids: readonly string[]): ' ' | '\t' {
  const bad = ids.find((id) => /[\t\n\r]/.test(id));
  if (bad === undefined) return ids.some((id) => /\s/.test(id)) ? '\t' : ' ';
  const message = `export: ids in lists must hold no tabs or line ends (got ${JSON.stringify(bad)}); ask the server for JSON`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
}

/** Lines of all boards or pins, in row order: the lists that a server answers with. */
export function* listLines(generation: Generation, options: ListExport): Generator<string> {
  const { task, k, strategy, counts } = options;
  const ranker = openRanker(generation);
  const { pinsOfBoard, boardsOfPin } = generation.graph;
  const pinIds = generation.pins.table.ids;
  const kind = task === 'relatedPins' ? 'pins' : 'boards';
  const ids = kind === 'pins' ? pinIds : generation.boards.table.ids;
  const separator = separatorOf(pinIds);
  if (kind === 'boards') separatorOf(ids);
  for (let start = 0; start < ids.length; start += batch) {
    const rows = Uint32Array.from(ids.slice(start, start + batch), (_, n) => start + n);
    const own = Array.from(rows, (row) => new Set(kind === 'pins' ? [row] : entriesOf(pinsOfBoard, row)));
    const isExcluded = (pin: number, query: number): boolean =>
      own[query]?.has(pin) === true || (task === 'coldPins' && degree(boardsOfPin, pin) > 0);
    const lists = recommend(ranker, queriesOf(ranker.graph, kind, rows), { kind, strategy, k, isExcluded });
    for (const [n, { pins, fallback }] of lists.entries()) {
      counts.lists++;
      counts.entries += pins.length;
      if (fallback === 'popular') counts.nothingKnown++;
      yield `${ids[start + n]}\t${Array.from(pins, (pin) => pinIds[pin]).join(separator)}\n`;
    }
  }
}
