/**
 * Whether requests can be answered, found out by answering some: what a balancer asks for before it sends others here.
 */
import { PinwalkError } from '../data/errors.js';
import { entriesOf } from '../graph/compressed-rows.js';
import { searchTitles } from './search.js';
import type { Snapshot } from './snapshot.js';

/** How long a finding holds, so that asking often costs nothing. */
const holdsMs = 5000;

/** Asks a generation what every route would ask it: two pins, a board, a search, pictures; throws what they throw. */
async function askAll({ generation, recommender }: Snapshot): Promise<void> {
  const { graph, pins, boards } = generation;
  const [first] = recommender.popularPins(1).pins;
  const last = pins.row(pins.table.ids.at(-1) ?? ''); // not there where it was deleted since
  for (const pin of new Set([first, last])) {
    if (pin === undefined) continue;
    const { id, title } = pins.item(pin);
    const list = await recommender.similarPins(id, 3);
    for (const other of list.pins) pins.item(other);
    await recommender.recommendForPins([{ id }], 3);
    searchTitles(pins, title.slice(0, 20), { limit: 1, offset: 0 });
    generation.picture(pin);
  }
  const [board] = entriesOf(graph.boardsOfPin, first ?? 0);
  if (board === undefined) return;
  const { id, title } = boards.item(board);
  await recommender.recommendForBoard(id, 3);
  searchTitles(boards, title.slice(0, 20), { limit: 1, offset: 0 });
}

/** What is wrong with each snapshot that was asked, and when that was. */
const findings = new WeakMap<Snapshot, { readonly at: number; readonly failure: Promise<Error | undefined> }>();

/**
 * What keeps a snapshot from answering; undefined when nothing does. A finding is kept for five seconds.
 *
 * Cost: six lists, when they are made.
 */
export async function failureOf(snapshot: Snapshot): Promise<Error | undefined> {
  if (snapshot.damage) return snapshot.damage;
  if (snapshot.generation.pins.count === 0) return undefined;
  const known = findings.get(snapshot);
  if (known && performance.now() - known.at < holdsMs) return known.failure;
  const failure = askAll(snapshot).then(
    () => undefined,
    (error: unknown) => {
      const got = error instanceof Error ? error.message : String(error);
      const message = `health: this generation must answer (got ${got}); serve a copy that is whole`;
      return new PinwalkError('GENERATION_INVALID', message, { cause: error });
    },
  );
  findings.set(snapshot, { at: performance.now(), failure });
  return failure;
}
