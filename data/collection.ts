/**
 * What a pin, a board and a save are once their ids are interned: dense rows in flat typed arrays.
 */

/** A pin's row, `0 .. pinCount - 1`. */
export type Pin = number & { readonly brand: 'Pin' };

/** A board's row, `0 .. boardCount - 1`. */
export type Board = number & { readonly brand: 'Board' };

/** The community of a pin or board without saves. */
export const noCommunity = 0xffffffff;

/** One row of attributes of the user's own, kept for filters and display. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Pins or boards, one entry a row in every list. */
export interface ItemTable {
  /** External ids, unique. */
  readonly ids: readonly string[];
  /** Titles; '' where there is none. */
  readonly titles: readonly string[];
  /** Every column beyond id and title (description, link, owner, createdAt, ...); `undefined` where a row has none. */
  readonly attributes: readonly (Attributes | undefined)[];
  /** SVG text or image bytes a row; absent where the data has no pictures. */
  readonly pictures?: readonly (Uint8Array | undefined)[];
}

/** Saves in the order they were read, duplicates merged, one entry a save in every array. */
export interface Saves {
  readonly boards: Uint32Array;
  readonly pins: Uint32Array;
  /** Milliseconds since 1970; NaN where a save has no time. Absent when no save has one. */
  readonly savedAt?: Float64Array;
  /** Greater than 0; absent when every weight is 1. */
  readonly weights?: Float32Array;
}

/** Vectors of the user's own or shipped ones, row-aligned with pins; `present[row]` is 0 where a pin has none. */
export interface PinVectors {
  readonly dimension: number;
  readonly values: Float32Array;
  readonly present: Uint8Array;
}

/** A data set: pins, boards, the saves between them, and what came with it. */
export interface Collection {
  /** Shown in reports, e.g. the folder's name. */
  readonly name: string;
  readonly pins: ItemTable;
  readonly boards: ItemTable;
  readonly saves: Saves;
  /** A split that the folder came with: saves withheld as test. */
  readonly givenTest?: Saves;
  /** Ready-made feature vectors by block name (`title`, `picture`, or the user's own). */
  readonly vectors: ReadonlyMap<string, PinVectors>;
  /** SHA-256 over ids and saves, hexadecimal; a checkpoint is bound to it. */
  readonly fingerprint: string;
}
