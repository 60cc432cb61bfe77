/**
 * Example pins with what is related to them: a few from each third of the pins by degree, drawn by seed, so that nobody picked
 * them.
 */
import type { Collection } from '../../data/collection.js';
import { randomStream, shuffle } from '../../data/random.js';
import { shortened } from '../../data/visible-text.js';
import { degree } from '../../graph/compressed-rows.js';
import { queriesOf } from '../ranking/query.js';
import { Ranker, type RankerParts } from '../ranking/ranker.js';
import { recommend } from '../ranking/recommend.js';
import { pictureUri } from './picture-uri.js';

/** A pin as a report shows it. */
export interface ShownPin {
  readonly id: string;
  /** '' where it has none. */
  readonly title: string;
  /** Boards known to hold it. */
  readonly boardCount: number;
  /** A data URI; absent where the data has no picture of it. */
  readonly picture?: string;
}

/** A pin and the pins ranked best for it, best first. */
export interface Example {
  readonly pin: ShownPin;
  readonly related: readonly ShownPin[];
}

/** Characters of a title, or of an id: browsers lay out longer ones for minutes. */
const longestName = 200;

/** Examples shown, and related pins of each. */
export const exampleCount = 12;
const relatedCount = 8;

/**
 * Draws example pins and ranks what is related to them, fused, as a server of these saves would.
 *
 * @param parts  the graph and matrices that the evaluation used
 * @returns at most {@link exampleCount}, from the most saved to the least; pins without a known save are not drawn
 *
 * Memory: the matrices once more, while it runs.
 */
export async function findExamples(parts: RankerParts, collection: Collection, seed: number): Promise<Example[]> {
  const { graph } = parts;
  const pins = drawPins(parts, seed);
  if (pins.length === 0) return [];
  const lists = recommend(Ranker.open(parts), queriesOf(graph, 'pins', pins), {
    kind: 'pins',
    strategy: 'fused',
    k: relatedCount,
    isExcluded: (pin, query) => pin === pins[query],
  });
  const shown = (pin: number): Promise<ShownPin> => showPin(pin, parts, collection);
  return Promise.all(
    lists.map(async (list, n) => ({
      pin: await shown(pins[n] as number),
      related: await Promise.all(Array.from(list.pins, shown)),
    })),
  );
}

/** An equal number from each third of the pins by degree. */
function drawPins({ graph }: RankerParts, seed: number): Uint32Array {
  const degreeOf = (pin: number): number => degree(graph.boardsOfPin, pin);
  const saved = Array.from({ length: graph.pinCount }, (_, pin) => pin).filter((pin) => degreeOf(pin) > 0);
  saved.sort((a, b) => degreeOf(b) - degreeOf(a) || a - b);
  const third = Math.ceil(saved.length / 3);
  const drawn = [0, 1, 2].flatMap((n) => {
    const group = saved.slice(n * third, (n + 1) * third);
    shuffle(randomStream(seed, 'examples', n), group);
    return group.slice(0, exampleCount / 3);
  });
  return Uint32Array.from(drawn.sort((a, b) => degreeOf(b) - degreeOf(a) || a - b));
}

async function showPin(pin: number, { graph }: RankerParts, { pins }: Collection): Promise<ShownPin> {
  const bytes = pins.pictures?.[pin];
  const picture = bytes && (await pictureUri(bytes));
  return {
    id: shortened(pins.ids[pin] ?? '', longestName),
    title: shortened(pins.titles[pin] ?? '', longestName),
    boardCount: degree(graph.boardsOfPin, pin),
    ...(picture !== undefined && { picture }),
  };
}
