/**
 * Splits saves into train, validation and test. Held out means out of everything: only `train` may reach a graph or a model.
 */
import { checkChoice, checkFraction } from './checks.js';
import type { Collection, Saves } from './collection.js';
import { PinwalkError } from './errors.js';
import { randomStream, shuffle } from './random.js';
import { groupByBoard, selectSaves } from './saves.js';

/** Accepted ways to split. `auto`: given where the data has a test, else by time where times can split, else random. */
export const splitModes = ['auto', 'given', 'time', 'random', 'cold'] as const;

/** A way to split. */
export type SplitMode = (typeof splitModes)[number];

/** A way that saves were split in the end. */
export type ChosenMode = Exclude<SplitMode, 'auto'>;

/** What to do with pairs of a given test that stand in train too. */
export const overlapRules = ['drop', 'keep', 'error'] as const;

/** A rule for overlaps. */
export type OverlapRule = (typeof overlapRules)[number];

/** Options of `splitSaves`. */
export interface SplitOptions {
  readonly mode: SplitMode;
  /** Share of the saves (cold: of the pins) that becomes test, in [0, 1); default 0.2. A given test is taken as it is. */
  readonly testFraction?: number;
  /** Share of what is not test that becomes validation, in [0, 1), of each mode or of all alike; default 0.1. */
  readonly validationFraction?: number | Readonly<Record<ChosenMode, number>>;
  /** Modes random and given: validation is drawn from so many boards only, picked by the seed, so that train loses little; default all. */
  readonly validationBoards?: number;
  readonly seed: number;
  /** Default `drop`: the pair is taken out of test and counted. */
  readonly overlap?: OverlapRule;
}

/** Three disjoint parts, each in the order of the collection's saves. */
export interface Split {
  readonly train: Saves;
  readonly validation: Saves;
  readonly test: Saves;
  readonly mode: ChosenMode;
  /** Why in this way: `no save has a time`, `as asked for`. */
  readonly reason: string;
  /** Pairs of a given test that stand in train too, whatever was done with them. */
  readonly overlapCount: number;
  /** Mode `cold`: the pins whose saves are all in test, ascending. */
  readonly coldPins?: Uint32Array;
}

/**
 * Splits the saves of `collection`.
 *
 * - `random`: of each board's n saves round(fraction * n), never all, drawn by `randomStream(seed, 'split', part, board)`.
 * - `time`: the latest saves of all; saves of one moment stay together, on the side of train. A save without a time is neither
 *   before nor after another, so every save must have one.
 * - `cold`: the saves of round(fraction * P) of the P pins that have saves.
 * - `given`: the data's own test; validation is drawn as in `random`.
 *
 * Validation is taken from what is left in the same way, by the share of the mode that was chosen; where the latest of what is left
 * by time lie so close together that less than half of that share could be parted from the rest, it is drawn as in `random`. `auto`
 * splits by time on the same condition: every save has a time, and at least half of the wanted test can be parted.
 * Time O(saves log saves) by time, else O(saves).
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for an option that is none, or a mode that the data does not allow;
 *   `SPLIT_OVERLAP` when `overlap` is `error` and there is one
 */
export function splitSaves(collection: Collection, options: SplitOptions): Split {
  const { testFraction = 0.2, validationFraction = 0.1, validationBoards, seed, overlap = 'drop' } = options;
  checkChoice('splitSaves: mode', options.mode, splitModes);
  checkChoice('splitSaves: overlap', overlap, overlapRules);
  checkFraction('splitSaves: testFraction', testFraction);
  const fractionOf = (mode: ChosenMode): number =>
    typeof validationFraction === 'number' ? validationFraction : validationFraction[mode];
  for (const mode of ['given', 'time', 'random', 'cold'] as const) {
    checkFraction('splitSaves: validationFraction', fractionOf(mode));
  }
  if (validationBoards !== undefined && !(validationBoards >= 0)) {
    const message = `splitSaves: validationBoards must be at least 0 (got ${validationBoards}); leave it out for all boards`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
  }
  const { mode, reason } = chooseMode(collection, options.mode, testFraction);
  const {
    test,
    rest,
    overlapCount = 0,
    coldPins,
  } = withholdTest(collection, mode, { ...options, testFraction, overlap });
  const isTooCoarse = mode === 'time' && partedByTime(rest.savedAt, fractionOf('time')) < LEAST_PARTED;
  const how = mode === 'given' || isTooCoarse ? 'random' : mode;
  const { held, rest: train } = holdOut(rest, how, {
    fraction: fractionOf(how),
    boardLimit: validationBoards,
    seed,
    part: 'validation',
    collection,
  });
  return {
    train,
    validation: held,
    test,
    mode,
    reason: isTooCoarse
      ? `${reason}, validation at random: the latest saves left are too close in time to be parted`
      : reason,
    overlapCount,
    ...(coldPins && { coldPins }),
  };
}

/** Takes the test out of the saves, or takes the one that was given. */
function withholdTest(
  collection: Collection,
  mode: ChosenMode,
  { testFraction: fraction, overlap, seed }: { testFraction: number; overlap: OverlapRule; seed: number },
): { test: Saves; rest: Saves; overlapCount?: number; coldPins?: Uint32Array } {
  const { saves, givenTest } = collection;
  if (mode !== 'given') {
    const { held, ...others } = holdOut(saves, mode, { fraction, seed, part: 'test', collection });
    return { test: held, ...others };
  }
  if (!givenTest) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `splitSaves: mode given needs data with a test of its own (got ${collection.name} without one); use mode random`,
    );
  }
  return { rest: saves, ...separateTest(saves, givenTest, { collection, overlap }) };
}

interface HoldOutOptions {
  readonly fraction: number;
  /** Boards that may lose saves; default all. */
  readonly boardLimit?: number | undefined;
  readonly seed: number;
  readonly part: 'test' | 'validation';
  readonly collection: Collection;
}

/** Takes a share of the saves out. */
function holdOut(
  saves: Saves,
  mode: 'time' | 'random' | 'cold',
  options: HoldOutOptions,
): { held: Saves; rest: Saves; coldPins?: Uint32Array } {
  const isHeld = new Uint8Array(saves.boards.length);
  let coldPins: Uint32Array | undefined;
  if (mode === 'random') markRandom(saves, isHeld, options);
  else if (mode === 'time') markLatest(saves.savedAt ?? new Float64Array(0), isHeld, options.fraction);
  else coldPins = markCold(saves, isHeld, options);
  const heldCount = isHeld.reduce((sum, held) => sum + held, 0);
  const held = new Uint32Array(heldCount);
  const rest = new Uint32Array(isHeld.length - heldCount);
  for (let i = 0, h = 0, r = 0; i < isHeld.length; i++) {
    if (isHeld[i] === 1) held[h++] = i;
    else rest[r++] = i;
  }
  return { held: selectSaves(saves, held), rest: selectSaves(saves, rest), ...(coldPins && { coldPins }) };
}

function markRandom(saves: Saves, isHeld: Uint8Array, options: HoldOutOptions): void {
  const { fraction, boardLimit = Infinity, seed, part, collection } = options;
  const boardCount = collection.boards.ids.length;
  const { offsets, order } = groupByBoard(saves.boards, boardCount);
  const boards = everyIndex(boardCount);
  if (boardLimit < boardCount) shuffle(randomStream(seed, 'split', part, 'boards'), boards);
  let boardsLeft = boardLimit;
  for (const board of boards) {
    const own = order.subarray(offsets[board], offsets[board + 1]);
    const count = Math.min(own.length - 1, Math.round(fraction * own.length));
    if (count < 1 || boardsLeft-- <= 0) continue;
    shuffle(randomStream(seed, 'split', part, board), own);
    for (let i = 0; i < count; i++) isHeld[own[i] as number] = 1;
  }
}

/** Marks the saves later than the last moment that train must keep. */
function markLatest(savedAt: Float64Array, isHeld: Uint8Array, fraction: number): void {
  const sorted = savedAt.slice().sort();
  const lastTrain = sorted[sorted.length - 1 - wantedOf(sorted.length, fraction)] ?? Infinity;
  for (let i = 0; i < savedAt.length; i++) isHeld[i] = (savedAt[i] as number) > lastTrain ? 1 : 0;
}

/** How many saves a share is, never all of them. */
function wantedOf(count: number, fraction: number): number {
  return Math.min(count - 1, Math.round(fraction * count));
}

/** Of the wanted latest saves that must be parted from the rest, so that times are worth splitting by. */
const LEAST_PARTED = 0.5;

/** The share of the wanted latest saves that are later than all others, from 0 to 1; 1 where none is wanted. */
function partedByTime(savedAt: Float64Array | undefined, fraction: number): number {
  const wanted = wantedOf(savedAt?.length ?? 0, fraction);
  if (!savedAt || wanted <= 0) return 1;
  const isHeld = new Uint8Array(savedAt.length);
  markLatest(savedAt, isHeld, fraction);
  return isHeld.reduce((sum, held) => sum + held, 0) / wanted;
}

function markCold(saves: Saves, isHeld: Uint8Array, { fraction, seed, part, collection }: HoldOutOptions): Uint32Array {
  const pinCount = collection.pins.ids.length;
  const hasSaves = new Uint8Array(pinCount);
  for (const pin of saves.pins) hasSaves[pin] = 1;
  const candidates = everyIndex(pinCount).filter((pin) => hasSaves[pin] === 1);
  shuffle(randomStream(seed, 'split', 'cold', part), candidates);
  const cold = candidates.slice(0, Math.round(fraction * candidates.length)).sort();
  const isCold = new Uint8Array(pinCount);
  for (const pin of cold) isCold[pin] = 1;
  for (let i = 0; i < isHeld.length; i++) isHeld[i] = isCold[saves.pins[i] as number] as number;
  return cold;
}

/** Finds the pairs that stand in train and in the given test, and does with them what the rule says. */
function separateTest(
  train: Saves,
  test: Saves,
  { collection, overlap }: { collection: Collection; overlap: OverlapRule },
): { test: Saves; overlapCount: number } {
  const boardCount = collection.boards.ids.length;
  const inTrain = groupByBoard(train.boards, boardCount);
  const inTest = groupByBoard(test.boards, boardCount);
  const boardHolding = new Uint32Array(collection.pins.ids.length); // board + 1 whose train saves hold the pin
  const isClean = new Uint8Array(test.boards.length).fill(1);
  let overlapCount = 0;
  for (let board = 0; board < boardCount; board++) {
    for (let at = inTrain.offsets[board] as number; at < (inTrain.offsets[board + 1] as number); at++) {
      boardHolding[train.pins[inTrain.order[at] as number] as number] = board + 1;
    }
    for (let at = inTest.offsets[board] as number; at < (inTest.offsets[board + 1] as number); at++) {
      const save = inTest.order[at] as number;
      const pin = test.pins[save] as number;
      if (boardHolding[pin] !== board + 1) continue;
      isClean[save] = 0;
      overlapCount++;
      if (overlap === 'error') {
        throw new PinwalkError(
          'SPLIT_OVERLAP',
          `splitSaves: a save of test must not stand in train (got board ${JSON.stringify(collection.boards.ids[board])}, ` +
            `pin ${JSON.stringify(collection.pins.ids[pin])} in both); take it out of one file, or split with overlap drop`,
        );
      }
    }
  }
  const kept =
    overlap === 'keep' ? everyIndex(isClean.length) : everyIndex(isClean.length).filter((i) => isClean[i] === 1);
  return { test: selectSaves(test, kept), overlapCount };
}

function chooseMode(
  collection: Collection,
  mode: SplitMode,
  testFraction: number,
): { mode: ChosenMode; reason: string } {
  const { saves, givenTest } = collection;
  if (mode === 'auto' && givenTest) return { mode: 'given', reason: 'the data has a test of its own' };
  if (mode !== 'auto' && mode !== 'time') return { mode, reason: 'as asked for' };
  const untimed = saves.savedAt?.reduce((count, time) => count + (Number.isNaN(time) ? 1 : 0), 0) ?? saves.pins.length;
  const parted = untimed > 0 ? 0 : partedByTime(saves.savedAt, testFraction);
  if (mode === 'auto') {
    if (untimed > 0) {
      const some = `${untimed} of ${saves.pins.length} saves ${untimed === 1 ? 'has' : 'have'} no time`;
      return { mode: 'random', reason: untimed === saves.pins.length ? 'no save has a time' : some };
    }
    if (parted >= LEAST_PARTED) return { mode: 'time', reason: 'every save has a time' };
    return { mode: 'random', reason: 'the latest saves are too close in time to be parted' };
  }
  if (untimed === 0 && parted > 0) return { mode, reason: 'as asked for' };
  const problem =
    untimed > 0
      ? `a time for every save (got ${saves.pins.length - untimed} with one)`
      : 'saves at different moments (got the latest ones all at one)';
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `splitSaves: mode time needs ${problem}; use mode random`);
}

function everyIndex(count: number): Uint32Array {
  return new Uint32Array(count).map((_, i) => i);
}
