/**
 * What a generation must show before it takes another's place: that it is whole, that it is no stump of the one before, and that it
 * answers.
 */
import { PinwalkError } from '../../data/errors.js';
import { throwDamage } from '../../data/generation/read.js';
import { entriesOf } from '../../graph/compressed-rows.js';
import { maxDepth } from '../row-recommender.js';
import type { Snapshot } from '../snapshot.js';

/** A generation with fewer pins than this share of the one before is more likely an input that was cut than a wish. */
const leastShare = 0.5;
/** Pins that are asked about: the most saved. */
const canaries = 5;

/**
 * Checks a generation that is opened, whose schema, offsets and numbers were checked by that.
 *
 * @throws PinwalkError `GENERATION_INVALID`
 */
export async function checkGeneration(snapshot: Snapshot, before: Snapshot): Promise<void> {
  const { generation, recommender } = snapshot;
  await throwDamage(generation);
  const [own, old] = [generation.pins.count, before.generation.pins.count];
  if (own < leastShare * old)
    refuse(snapshot, `must have at least half as many pins as the one served, ${old} (got ${own})`);
  for (const pin of recommender.popularPins(canaries).pins) {
    const { id } = generation.pins.item(pin);
    const related = await recommender.similarPins(id, maxDepth);
    const [board] = entriesOf(generation.graph.boardsOfPin, pin);
    const lists = [
      related,
      ...(board === undefined ? [] : [await recommender.recommendForBoard(generation.boards.item(board).id, 20)]),
    ];
    const isWrong = lists.some(({ scores }) => scores.some((score) => !Number.isFinite(score)));
    if (isWrong) refuse(snapshot, `must give finite scores (got others for what pin ${id} asks)`);
    if (related.pins.includes(pin)) refuse(snapshot, `must not answer what is asked with (got pin ${id})`);
  }
}

function refuse({ generation }: Snapshot, problem: string): never {
  throw new PinwalkError('GENERATION_INVALID', `swap: ${generation.file} ${problem}; the one before is served on`);
}
