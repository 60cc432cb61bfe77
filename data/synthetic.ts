/**
 * Worlds made by rule: small ones whose right answers are known by hand, and a large one of any size with planted topics.
 */
import { checkInteger } from './checks.js';
import type { Collection, ItemTable, Saves } from './collection.js';
import { fingerprintOf } from './fingerprint.js';
import { type Random, randomInteger, randomStream } from './random.js';

/** One board and one pin, by row. */
export interface Pair {
  readonly board: number;
  readonly pin: number;
}

/**
 * Makes a collection of pairs of rows.
 *
 * @param pairs  [board row, pin row], each once
 * @param titles.pins  one title a pin; ids are `pin-0`, `pin-1`, ...
 * @param titles.boards  one title a board; ids are `board-0`, ...
 */
export function collectionOf(
  name: string,
  pairs: readonly (readonly [board: number, pin: number])[],
  titles: { readonly pins: readonly string[]; readonly boards: readonly string[] },
): Collection {
  const saves = {
    boards: Uint32Array.from(pairs, ([board]) => board),
    pins: Uint32Array.from(pairs, ([, pin]) => pin),
  };
  return assemble(name, saves, titles);
}

/**
 * Checkerboard: even boards hold every even pin, odd boards every odd one; one save is withheld.
 *
 * Known: the withheld pin is the best idea for its board, the only one of its color that the board lacks.
 *
 * @param size.pinCount  P, at least 4; default 20
 * @param size.boardCount  B, at least 4; default 10
 */
export function checkerboard(size: { pinCount?: number; boardCount?: number } = {}): {
  collection: Collection;
  withheld: Pair;
} {
  const { pinCount = 20, boardCount = 10 } = size;
  const withheld = { board: 0, pin: 2 };
  const pairs: [number, number][] = [];
  for (let board = 0; board < boardCount; board++) {
    for (let pin = board % 2; pin < pinCount; pin += 2) {
      if (board !== withheld.board || pin !== withheld.pin) pairs.push([board, pin]);
    }
  }
  const color = (row: number): string => (row % 2 === 0 ? 'white' : 'black');
  const collection = collectionOf('checkerboard', pairs, {
    pins: Array.from({ length: pinCount }, (_, pin) => `${color(pin)} square ${pin}`),
    boards: Array.from({ length: boardCount }, (_, board) => `${color(board)} squares`),
  });
  return { collection, withheld };
}

/**
 * Three cliques: each board of a group holds every pin of the group; a last board bridges them by one pin of each.
 *
 * Known: three communities; `pinGroup[pin]` and `boardGroup[board]` say which (the bridge, the last board, has group 3).
 */
export function threeCliques(size: { pinsPerGroup?: number; boardsPerGroup?: number } = {}): {
  collection: Collection;
  pinGroup: Uint32Array;
  boardGroup: Uint32Array;
} {
  const { pinsPerGroup = 6, boardsPerGroup = 4 } = size;
  const words = ['guitar', 'kettle', 'rocket'] as const;
  const pinGroup = new Uint32Array(3 * pinsPerGroup).map((_, pin) => Math.floor(pin / pinsPerGroup));
  const boardGroup = new Uint32Array(3 * boardsPerGroup + 1).map((_, board) => Math.floor(board / boardsPerGroup));
  const pairs: [number, number][] = [];
  for (let board = 0; board < 3 * boardsPerGroup; board++) {
    for (let pin = 0; pin < pinGroup.length; pin++) if (pinGroup[pin] === boardGroup[board]) pairs.push([board, pin]);
  }
  for (let group = 0; group < 3; group++) pairs.push([3 * boardsPerGroup, group * pinsPerGroup]);
  const collection = collectionOf('three cliques', pairs, {
    pins: Array.from(pinGroup, (group, pin) => `${words[group] ?? ''} ${pin}`),
    boards: Array.from(boardGroup, (group) => words[group] ?? 'bridge'),
  });
  return { collection, pinGroup, boardGroup };
}

/**
 * Chain: board i holds pins i and i + 1 and nothing else.
 *
 * Known: pins i and j are |i - j| hops apart; visit counts of short walks fall with the distance.
 *
 * @param pinCount  P, at least 2; there are P - 1 boards
 */
export function chain(pinCount = 8): Collection {
  const pairs = Array.from({ length: pinCount - 1 }, (_, board): [number, number][] => [
    [board, board],
    [board, board + 1],
  ]).flat();
  return collectionOf('chain', pairs, {
    pins: Array.from({ length: pinCount }, (_, pin) => `link ${pin}`),
    boards: Array.from({ length: pinCount - 1 }, (_, board) => `joint ${board}`),
  });
}

/**
 * Popular pin: pin 0 is on every board but one; every board also holds two pins of its own.
 *
 * Known: pin 0 is the most popular, with one save fewer than there are boards, and the best idea for board `without`.
 */
export function popularPin(boardCount = 8): { collection: Collection; popular: number; without: number } {
  const without = boardCount - 1;
  const pairs: [number, number][] = [];
  for (let board = 0; board < boardCount; board++) {
    if (board !== without) pairs.push([board, 0]);
    pairs.push([board, 1 + 2 * board], [board, 2 + 2 * board]);
  }
  const collection = collectionOf('popular pin', pairs, {
    pins: Array.from({ length: 1 + 2 * boardCount }, (_, pin) => (pin === 0 ? 'popular pin' : `own pin ${pin}`)),
    boards: Array.from({ length: boardCount }, (_, board) => `board of ${board}`),
  });
  return { collection, popular: 0, without };
}

/** A world of any size, with the topics that it was made from. */
export interface SyntheticWorld {
  readonly collection: Collection;
  /** Topic of each pin. */
  readonly pinTopic: Uint32Array;
  /** Topic of each board. */
  readonly boardTopic: Uint32Array;
  readonly topicCount: number;
}

/**
 * Saves with skewed degrees and planted topics: a board draws five of six pins from its own topic, the rest from all.
 *
 * @param size.saveCount  S, distinct saves exactly, from `boardCount` to `boardCount * pinCount`; every board gets at least one
 * @param size.topicCount  default about the square root of the pins, halved
 * @returns the same world for the same arguments
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Board sizes and pin popularity fall off like a power law (exponent about 2). Titles hold the topic's word.
 * Time O(S) until boards near the number of pins; memory 8 bytes a save and the ids.
 */
export function syntheticSaves(size: {
  pinCount: number;
  boardCount: number;
  saveCount: number;
  seed: number;
  topicCount?: number;
}): SyntheticWorld {
  const { pinCount, boardCount, saveCount, seed } = size;
  const topicCount = size.topicCount ?? Math.max(1, Math.round(Math.sqrt(pinCount) / 2));
  checkInteger('syntheticSaves: pinCount', pinCount, 1, 2 ** 31);
  checkInteger('syntheticSaves: boardCount', boardCount, 1, 2 ** 31);
  checkInteger('syntheticSaves: saveCount', saveCount, boardCount, boardCount * pinCount);
  checkInteger('syntheticSaves: topicCount', topicCount, 1, pinCount);
  const random = randomStream(seed, 'synthetic');
  // Topics take turns over the pins, so that a topic's r-th pin is row topic + r * topicCount; low r is popular.
  const pinTopic = new Uint32Array(pinCount).map((_, pin) => pin % topicCount);
  const boardTopic = new Uint32Array(boardCount).map(() => randomInteger(random, topicCount));
  const sizes = boardSizes(size, random);
  const boards = new Uint32Array(saveCount);
  const pins = new Uint32Array(saveCount);
  const boardHolding = new Uint32Array(pinCount); // board + 1 that took the pin last
  let saved = 0;
  for (let board = 0; board < boardCount; board++) {
    for (let left = sizes[board] as number; left > 0; left--) {
      let pin = drawPin(random, { pinCount, topicCount, topic: boardTopic[board] as number });
      for (let tries = 0; boardHolding[pin] === board + 1; tries++) {
        // A board that has nearly every pin finds the next free one by walking on.
        pin =
          tries < 30
            ? drawPin(random, { pinCount, topicCount, topic: boardTopic[board] as number })
            : (pin + 1) % pinCount;
      }
      boardHolding[pin] = board + 1;
      boards[saved] = board;
      pins[saved++] = pin;
    }
  }
  const titles = {
    pins: Array.from(
      pinTopic,
      (topic, pin) => `${topicWord(topic)} ${adjectives[(pin * 7) % adjectives.length]} ${pin}`,
    ),
    boards: Array.from(boardTopic, (topic, board) => `${topicWord(topic)} board ${board}`),
  };
  return { collection: assemble('synthetic', { boards, pins }, titles), pinTopic, boardTopic, topicCount };
}

/** One pin: of the board's topic or, one time in six, of any; popular ones more often (density like 1 / sqrt(rank)). */
function drawPin(random: Random, of: { pinCount: number; topicCount: number; topic: number }): number {
  const skewed = random() ** 2;
  if (random() < 1 / 6) return Math.floor(skewed * of.pinCount);
  const inTopic = Math.ceil((of.pinCount - of.topic) / of.topicCount);
  return of.topic + of.topicCount * Math.floor(skewed * inTopic);
}

/** Saves of each board: at least 1, at most every pin, a power law in between, `saveCount` in total. */
function boardSizes(size: { pinCount: number; boardCount: number; saveCount: number }, random: Random): Uint32Array {
  const { pinCount, boardCount, saveCount } = size;
  const shares = new Float64Array(boardCount).map(() => (1 - random()) ** -0.5);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const sizes = new Uint32Array(boardCount);
  let left = saveCount;
  for (let board = 0; board < boardCount; board++) {
    const wanted = 1 + Math.floor(((saveCount - boardCount) * (shares[board] as number)) / total);
    sizes[board] = Math.min(pinCount, wanted);
    left -= sizes[board] as number;
  }
  for (let board = 0; left > 0; board = (board + 1) % boardCount) {
    if ((sizes[board] as number) >= pinCount) continue;
    (sizes[board] as number)++;
    left--;
  }
  return sizes;
}

const nouns = [
  'kettle',
  'guitar',
  'rocket',
  'umbrella',
  'garden',
  'sofa',
  'recipe',
  'lantern',
  'bicycle',
  'harbour',
] as const;
const adjectives = [
  'amber',
  'quiet',
  'paper',
  'northern',
  'small',
  'woven',
  'bright',
  'old',
  'folded',
  'glass',
  'blue',
] as const;

function topicWord(topic: number): string {
  const round = Math.floor(topic / nouns.length);
  return `${nouns[topic % nouns.length]}${round > 0 ? round : ''}`;
}

function assemble(
  name: string,
  saves: Saves,
  titles: { readonly pins: readonly string[]; readonly boards: readonly string[] },
): Collection {
  const table = (kind: string, names: readonly string[]): ItemTable => ({
    ids: names.map((_, row) => `${kind}-${row}`),
    titles: names,
    attributes: names.map(() => undefined),
  });
  const pins = table('pin', titles.pins);
  const boards = table('board', titles.boards);
  const fingerprint = fingerprintOf(pins.ids, boards.ids, [saves]);
  return { name, pins, boards, saves, vectors: new Map(), fingerprint };
}
