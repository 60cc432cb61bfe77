/**
 * Checkpoints: all that a run needs to go on as if it had never stopped, in one file a checkpoint.
 *
 * Layout, little-endian: magic `PWCK`, uint32 format, uint32 length of the JSON header, uint32 CRC-32 of all that follows; the
 * header (UTF-8), zeros up to a multiple of 8, then the float32 arrays in the header's order. Written to a temporary name,
 * synced, renamed: a file under its own name is whole. Two things need no state of their own: streams of randomness, since every
 * step draws from streams keyed by seed and step, and the stage of the curriculum, which follows from the step.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { PinwalkError } from '../../data/errors.js';
import type { Config } from '../config.js';
import { parameter, type Parameter } from '../kernels/parameters.js';

/** What a checkpoint says beside the arrays. */
export interface CheckpointState {
  /** Steps finished. */
  readonly step: number;
  /** With the backend that ran in the place of `auto`. */
  readonly config: Config;
  /** Of the data set. */
  readonly fingerprint: string;
  /** Best validation figure so far, the last epoch whose weights were kept, and whether training has ended. */
  readonly bestValidation: number;
  readonly keptEpoch: number;
  readonly finished: boolean;
}

interface Header extends Omit<CheckpointState, 'bestValidation'> {
  readonly bestValidation: number | null;
  /** Whether each array is followed by its optimizer's slots. */
  readonly withSlots: boolean;
  readonly arrays: readonly Pick<Parameter, 'name' | 'shape' | 'optimizer'>[];
}

const MAGIC = 0x4b435750;
const FORMAT = 4;
const PREFIX_BYTES = 16;
const KEPT = 2;

/** Writes `step-NNNNNNN.ckpt` into `folder` and removes all but the last two. */
export function saveCheckpoint(folder: string, state: CheckpointState, weights: ReadonlyMap<string, Parameter>): void {
  mkdirSync(folder, { recursive: true });
  writeWhole(path.join(folder, `step-${String(state.step).padStart(7, '0')}.ckpt`), encode(state, weights, true));
  for (const old of checkpointFiles(folder).slice(0, -KEPT)) rmSync(path.join(folder, old));
}

/** Writes weights without slots, as `best.ckpt`: what inference takes. */
export function saveBest(folder: string, state: CheckpointState, weights: ReadonlyMap<string, Parameter>): void {
  mkdirSync(folder, { recursive: true });
  writeWhole(path.join(folder, 'best.ckpt'), encode(state, weights, false));
}

/**
 * Reads the newest checkpoint of a folder; undefined where there is none.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` when it is damaged
 */
export function loadLatest(folder: string): { state: CheckpointState; weights: Map<string, Parameter> } | undefined {
  const newest = existsSync(folder) ? checkpointFiles(folder).at(-1) : undefined;
  return newest === undefined ? undefined : readCheckpoint(path.join(folder, newest));
}

/**
 * Reads `best.ckpt`.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` where it is absent or damaged
 */
export function loadBest(folder: string): { state: CheckpointState; weights: Map<string, Parameter> } {
  return readCheckpoint(path.join(folder, 'best.ckpt'));
}

/**
 * Checks that a checkpoint belongs to this data and to a run that would do the same.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` with all that differs; `workers`, `patience`, `fuseWalk` and `checkpointEvery` may, as they do
 *   not change what a step does (`epochs` does: it sets how fast the rates fall)
 */
export function checkResumable(
  state: CheckpointState,
  { config, fingerprint }: Pick<CheckpointState, 'config' | 'fingerprint'>,
): void {
  if (state.fingerprint !== fingerprint) {
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `resume: the data must be what the checkpoint was trained on (got ${fingerprint.slice(0, 12)}, trained on ${state.fingerprint.slice(0, 12)}); train anew under another --run`,
    );
  }
  const free: readonly string[] = ['workers', 'patience', 'fuseWalk', 'checkpointEvery'];
  const differing = Object.entries(config)
    .filter(([name, value]) => !free.includes(name) && state.config[name as keyof Config] !== value)
    .map(([name, value]) => `${name} ${String(value)}, was ${String(state.config[name as keyof Config])}`);
  if (differing.length > 0) {
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `resume: the config must be the checkpoint's (got ${differing.join('; ')}); drop these options or train anew under another --run`,
    );
  }
}

/** A checkpoint's bytes; also how weights lie in a generation. */
export function encode(
  state: CheckpointState,
  weights: ReadonlyMap<string, Parameter>,
  withSlots: boolean,
): Uint8Array {
  const arrays = [...weights.values()].map(({ name, shape, optimizer }) => ({ name, shape, optimizer }));
  const header: Header = { ...state, withSlots, arrays };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((PREFIX_BYTES + json.length) / 8) * 8;
  const floats = [...weights.values()].flatMap(({ values, slots }) => (withSlots ? [values, ...slots] : [values]));
  const bytes = new Uint8Array(start + floats.reduce((sum, array) => sum + array.byteLength, 0));
  bytes.set(json, PREFIX_BYTES);
  let at = start;
  for (const array of floats) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  const view = new DataView(bytes.buffer);
  const prefix = [MAGIC, FORMAT, json.length, crc32(bytes.subarray(PREFIX_BYTES))];
  prefix.forEach((value, n) => view.setUint32(4 * n, value, true));
  return bytes;
}

/**
 * Reads what `encode` wrote.
 *
 * @param where  the file's name, for messages
 * @throws PinwalkError `CHECKPOINT_INVALID`
 */
export function decode(bytes: Uint8Array, where: string): { state: CheckpointState; weights: Map<string, Parameter> } {
  const fail = (must: string, got: string): never => {
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `${where}: ${must} (got ${got}); delete it to go on from the one before`,
    );
  };
  if (bytes.length < PREFIX_BYTES) fail('must be a checkpoint', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) fail('must begin with PWCK', 'something else');
  if (view.getUint32(4, true) !== FORMAT) fail(`must have format ${FORMAT}`, String(view.getUint32(4, true)));
  const [expected, found] = [view.getUint32(12, true), crc32(bytes.subarray(PREFIX_BYTES))].map(hex);
  if (found !== expected) fail(`must have the checksum ${expected} that it was written with`, `${found}`);
  const jsonLength = view.getUint32(8, true);
  const header =
    parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + jsonLength)) ?? fail('must hold a header', 'no JSON');
  let at = Math.ceil((PREFIX_BYTES + jsonLength) / 8) * 8;
  const read = (length: number): Float32Array => {
    const from = bytes.byteOffset + at;
    const values = new Float32Array(bytes.buffer.slice(from, from + 4 * length)); // a copy: the file may not be aligned
    at += 4 * length;
    return values;
  };
  const weights = new Map<string, Parameter>();
  for (const { name, shape, optimizer } of header.arrays) {
    const weight = parameter(name, shape, read(shape[0] * shape[1]), { optimizer });
    if (header.withSlots) weight.slots.forEach((slot) => slot.set(read(slot.length)));
    weights.set(name, weight);
  }
  const { step, config, fingerprint, keptEpoch, finished } = header;
  const bestValidation = header.bestValidation ?? -Infinity; // JSON has no infinity: before the first validation it is null
  return { state: { step, config, fingerprint, bestValidation, keptEpoch, finished }, weights };
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Header; // written by `encode`
  } catch {
    return undefined;
  }
}

function readCheckpoint(file: string): { state: CheckpointState; weights: Map<string, Parameter> } {
  if (!existsSync(file)) {
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `${file}: must be a checkpoint (got no such file); train anew under another --run`,
    );
  }
  return decode(readFileSync(file), file);
}

function checkpointFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^step-\d+\.ckpt$/.test(name))
    .sort();
}

/** A crash leaves the old file or the new one, never a part. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.writing`;
  const handle = openSync(temporary, 'w');
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
