/**
 * Splits saves into train, validation and test. Held out means out of everything: only `train` may reach a graph or a model.
 */
import type { Collection, Saves } from './collection.js';
import { PinwalkError } from './errors.js';
import { randomStream, shuffle } from './random.js';
import { groupByBoard, selectSaves } from './saves.js';

/** Accepted ways to split. `auto`: given where the data has a test, else by time where every save has one, else random. */
export const splitModes = ['auto', 'given', 'time', 'random', 'cold'] as const;

/** A way to split. */
export type SplitMode = (typeof splitModes)[number];

/** What to do with pairs of a given test that stand in train too. */
export const overlapRules = ['drop', 'keep', 'error'] as const;

/** A rule for overlaps. */
export type OverlapRule = (typeof overlapRules)[number];

/** Options of `splitSaves`. */
export interface SplitOptions {
  readonly mode: SplitMode;
  /** Share of the saves (cold: of the pins) that becomes test, in [0, 1); default 0.2. A given test is taken as it is. */
  readonly testFraction?: number;
  /** Share of what is not test that becomes validation, in [0, 1); default 0.1. */
  readonly validationFraction?: number;
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
  /** How it was split in the end; never `auto`. */
  readonly mode: Exclude<SplitMode, 'auto'>;
  /** Pairs of a given test that stand in train too, whatever was done with them. */
  readonly overlapCount: number;
  /** Mode `cold`: the pins whose saves are all in test, ascending. */
  readonly coldPins?: Uint32Array;
}

/**
 * Splits the saves of `collection`.
 *
 * - `random`: of each board's n saves round(fraction * n), never all, drawn by `randomStream(seed, 'split', part, board)`.
 * - `time`: the latest saves of all; saves of one moment stay together, on the side of train.
 * - `cold`: the saves of round(fraction * P) of the P pins that have saves.
 * - `given`: the data's own test; validation is drawn as in `random`.
 *
 * Validation is taken from what is left in the same way. Time O(saves log saves) by time, else O(saves).
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for an option that is none, or a mode that the data does not allow;
 *   `SPLIT_OVERLAP` when `overlap` is `error` and there is one
 */
export function splitSaves(collection: Collection, options: SplitOptions): Split {
  const { testFraction = 0.2, validationFraction = 0.1, validationBoards, seed, overlap = 'drop' } = options;
  checkChoice('mode', options.mode, splitModes);
  checkChoice('overlap', overlap, overlapRules);
  checkFraction('testFraction', testFraction);
  checkFraction('validationFraction', validationFraction);
  if (validationBoards !== undefined && !(validationBoards >= 0)) {
    const message = `splitSaves: validationBoards must be at least 0 (got ${validationBoards}); leave it out for all boards`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
  }
  const mode = chooseMode(collection, options.mode, testFraction);
  const { saves, givenTest } = collection;
  if (mode === 'given') {
    if (!givenTest) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `splitSaves: mode given needs data with a test of its own (got ${collection.name} without one); use mode random`,
      );
    }
    const { test, overlapCount } = separateTest(saves, givenTest, { collection, overlap });
    const parts = holdOut(saves, 'random', {
      fraction: validationFraction,
      boardLimit: validationBoards,
      seed,
      part: 'validation',
      collection,
    });
    return { train: parts.rest, validation: parts.held, test, mode, overlapCount };
  }
  const first = holdOut(saves, mode, { fraction: testFraction, seed, part: 'test', collection });
  const second = holdOut(first.rest, mode, {
    fraction: validationFraction,
    boardLimit: validationBoards,
    seed,
    part: 'validation',
    collection,
  });
  return {
    train: second.rest,
    validation: second.held,
    test: first.held,
    mode,
    overlapCount: 0,
    ...(first.coldPins && { coldPins: first.coldPins }),
  };
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
  const count = Math.min(sorted.length - 1, Math.round(fraction * sorted.length));
  const lastTrain = sorted[sorted.length - 1 - count] ?? Infinity;
  for (let i = 0; i < savedAt.length; i++) isHeld[i] = (savedAt[i] as number) > lastTrain ? 1 : 0;
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

function chooseMode(collection: Collection, mode: SplitMode, testFraction: number): Exclude<SplitMode, 'auto'> {
  const { saves, givenTest } = collection;
  if (mode !== 'auto' && mode !== 'time') return mode;
  if (mode === 'auto' && givenTest) return 'given';
  const timeProblem = whyNotByTime(saves, testFraction);
  if (timeProblem === undefined) return 'time';
  if (mode === 'auto') return 'random';
  const message = `splitSaves: mode time needs ${timeProblem}; use mode random`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
}

function whyNotByTime({ savedAt }: Saves, testFraction: number): string | undefined {
  const timed = savedAt?.reduce((count, time) => count + (Number.isNaN(time) ? 0 : 1), 0) ?? 0;
  if (!savedAt || timed < savedAt.length) return `a time for every save (got ${timed} with one)`;
  const isHeld = new Uint8Array(savedAt.length);
  markLatest(savedAt, isHeld, testFraction);
  if (testFraction > 0 && !isHeld.includes(1)) return 'saves at different moments (got the latest ones all at one)';
  return undefined;
}

function everyIndex(count: number): Uint32Array {
  return new Uint32Array(count).map((_, i) => i);
}

function checkChoice(name: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  const message = `splitSaves: ${name} must be one of ${accepted.join(', ')} (got ${JSON.stringify(value)})`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
}

function checkFraction(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `splitSaves: ${name} must be at least 0 and below 1 (got ${value})`);
}
