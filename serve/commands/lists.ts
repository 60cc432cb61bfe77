/**
 * Ranked lists of all boards or pins, as a server answers: as text for scoring by another program, and as a table with titles.
 */
import { PinwalkError } from '../../data/errors.js';
import type { Generation } from '../../data/generation/read.js';
import { csvLine } from '../../data/writers/csv.js';
import { degree, entriesOf } from '../../graph/compressed-rows.js';
import type { TaskName } from '../../train/evaluation/tasks.js';
import { queriesOf } from '../../train/ranking/query.js';
import { recommend, type Answer } from '../../train/ranking/recommend.js';
import type { Strategy } from '../../train/ranking/settings.js';
import { openRanker } from '../snapshot.js';

/** Queries scored together: enough to use the kernels well, 64 P floats of memory. */
const batch = 64;

/** What to rank. */
export interface ListExport {
  /** `boardIdeas`: a list a board, its own pins left out; `coldPins`: of pins without saves alone; `relatedPins`: a list a pin. */
  readonly task: TaskName;
  readonly k: number;
  readonly strategy: Strategy;
  /** Grows while lines are taken; `nothingKnown` are lists of the most saved pins, since nothing is known of the query. */
  readonly counts: { lists: number; entries: number; nothingKnown: number };
}

/**
 * Lines `query<TAB>pin<TAB>pin...`, best first, of all boards or pins in row order; one whose list is empty has nothing behind its tab.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for ids with tabs or line ends, which no line can hold
 */
export function* listLines(generation: Generation, options: ListExport): Generator<string> {
  const pinIds = generation.pins.table.ids;
  const { ids } = queriesIn(generation, options.task);
  for (const table of new Set([pinIds, ids])) checkForLines(table);
  for (const { row, pins } of answers(generation, options))
    yield `${ids[row]}\t${Array.from(pins, (pin) => pinIds[pin]).join('\t')}\n`;
}

/**
 * A table `query, queryTitle, rank, pin, title, score, servedScore`, a line a place; a query whose list is empty has one line, empty
 * behind its title.
 *
 * `score` is k + 1 - rank: above 0, and no two of a list alike, in 32 bits too, as tools of evaluation need it. `servedScore` is what a
 * server says.
 */
export function* recommendationLines(generation: Generation, options: ListExport): Generator<string> {
  const pins = generation.pins.table;
  const { ids, titles } = queriesIn(generation, options.task);
  yield csvLine(['query', 'queryTitle', 'rank', 'pin', 'title', 'score', 'servedScore']);
  for (const { row, pins: list, scores } of answers(generation, options)) {
    const query = [ids[row] as string, titles[row] as string];
    const lines = Array.from(list, (pin, n) =>
      csvLine([
        ...query,
        n + 1,
        ...[pins.ids[pin] as string, pins.titles[pin] as string],
        ...[options.k - n, scores[n] as number],
      ]),
    );
    yield lines.length > 0 ? lines.join('') : csvLine([...query, '', '', '', '', '']);
  }
}

function queriesIn({ pins, boards }: Generation, task: TaskName): Generation['pins']['table'] {
  return (task === 'relatedPins' ? pins : boards).table;
}

/** What a server answers each board or pin with. */
function* answers(generation: Generation, options: ListExport): Generator<Answer & { readonly row: number }> {
  const { task, k, strategy, counts } = options;
  const ranker = openRanker(generation);
  const { pinsOfBoard, boardsOfPin } = generation.graph;
  const kind = task === 'relatedPins' ? 'pins' : 'boards';
  const { length } = queriesIn(generation, task).ids;
  for (let start = 0; start < length; start += batch) {
    const rows = Uint32Array.from({ length: Math.min(batch, length - start) }, (_, n) => start + n);
    const own = Array.from(rows, (row) => new Set(kind === 'pins' ? [row] : entriesOf(pinsOfBoard, row)));
    const isExcluded = (pin: number, query: number): boolean =>
      own[query]?.has(pin) === true || (task === 'coldPins' && degree(boardsOfPin, pin) > 0);
    const lists = recommend(ranker, queriesOf(ranker.graph, kind, rows), { kind, strategy, k, isExcluded });
    for (const [n, answer] of lists.entries()) {
      counts.lists++;
      counts.entries += answer.pins.length;
      if (answer.fallback === 'popular') counts.nothingKnown++;
      yield { ...answer, row: start + n };
    }
  }
}

function checkForLines(ids: readonly string[]): void {
  const bad = ids.find((id) => /[\t\n\r]/.test(id));
  if (bad === undefined) return;
  const message = `export: ids in lists must hold no tabs or line ends (got ${JSON.stringify(bad)}); take the format recommendations`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
}
