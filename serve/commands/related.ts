/** Prints the pins related to a pin, from the file alone. */
import { PinwalkError, shown } from '../../data/errors.js';
import { throwDamage, type Generation } from '../../data/generation/read.js';
import { nameOf, visibleText } from '../../data/visible-text.js';
import { sharedBoards } from '../reasons.js';
import { searchTitles } from '../search.js';
import { openSnapshot } from '../snapshot.js';
import type { Output, RelatedOptions } from './options.js';

/**
 * @param pin  an id, or words of a title when no pin has that id: the best match stands in, and that is said
 * @throws PinwalkError `NOT_FOUND` when neither finds a pin
 */
export async function related(pin: string, options: RelatedOptions, output: Output): Promise<void> {
  const { k, strategy, json } = options;
  const snapshot = openSnapshot(options.generation);
  try {
    const { generation, recommender } = snapshot;
    const pinId = resolvePin(generation, pin);
    const { title } = generation.pins.item(recommender.pinRow(pinId));
    const list = await recommender.similarPins(pinId, k, { strategy });
    await throwDamage(generation);
    const explain = sharedBoards(generation.graph, list.queryPins, { limit: 2 });
    const items = Array.from(list.pins, (row, n) => {
      const shared = explain(row);
      const boards = shared.boards.map((board) => {
        const { id, title } = generation.boards.item(board);
        return title.trim() === '' ? id : title;
      });
      const item = generation.pins.item(row);
      return {
        rank: n + 1,
        pinId: item.id,
        title: item.title,
        score: list.scores[n] as number,
        shared: shared.count,
        boards,
      };
    });
    if (json) {
      output.out(`${JSON.stringify({ pinId, title, scoreKind: list.scoreKind, fallback: list.fallback, items })}\n`);
      return;
    }
    if (list.fallback !== null) output.err(`No ${strategy} signal for this pin: ${list.fallback} stands in.\n`);
    output.out(`Related to ${nameOf({ id: pinId, title })} (${visibleText(pinId)}):\n`);
    for (const item of items) {
      const more = item.shared > item.boards.length ? ` and ${item.shared - item.boards.length} more` : '';
      const why =
        item.shared > 0
          ? `shared: ${item.boards.map((board) => nameOf({ id: board, title: board })).join(', ')}${more}`
          : 'alike';
      const name = nameOf({ id: item.pinId, title: item.title });
      output.out(`${String(item.rank).padStart(3)}  ${item.score.toFixed(3).padStart(8)}  ${name}  (${why})\n`);
    }
  } finally {
    snapshot.close();
  }
}

function resolvePin(generation: Generation, pin: string): string {
  if (generation.pins.row(pin) !== undefined) return pin;
  const match = searchTitles(generation.pins, pin, { limit: 1, offset: 0 }).matches[0];
  if (match) return generation.pins.item(match.row).id;
  throw new PinwalkError(
    'NOT_FOUND',
    `related: a pin must have the id or title (got ${visibleText(shown(pin))}); try a word of its title`,
  );
}
