/**
 * Checkpoints: all that a run needs to go on as if it had never stopped, in one file a checkpoint.
 *
 * Layout, little-endian: magic `PWCK`, uint32 format, uint32 length of the JSON header, uint32 CRC-32 of all that follows; the
 * header (UTF-8), zeros up to a multiple of 8, then the float32 arrays in the header's order. Two things need no
 * state of their own: streams of randomness, since every step draws from streams keyed by seed and step, and the stage of the
 * curriculum, which follows from the step.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { PinwalkError } from '../../data/errors.js';
import { underCurrentNames } from '../../data/former-names.js';
import { writing } from '../../data/storage-error.js';
import { writeWhole } from '../../data/whole-file.js';
import type { Config } from '../config.js';
import { parameter, type Parameter } from '../kernels/parameters.js';
import type { ModelShape } from './weights.js';

/** What a training is bound to: a checkpoint goes on with the same alone. */
export interface TrainedWith {
  /** With the backend that ran in the place of `auto`. */
  readonly config: Config;
  /** Of ids and saves. */
  readonly fingerprint: string;
  /** Of titles, attributes, pictures and vectors; checkpoints of before 30 November 2026 do not have it. */
  readonly contentFingerprint?: string | undefined;
}

/** What a checkpoint says beside the arrays. */
export interface CheckpointState extends TrainedWith {
  /** Steps finished. */
  readonly step: number;
  /** Best validation figure so far, -Infinity before the first; the last epoch whose weights were kept; whether training has ended. */
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

/**
 * Writes `step-NNNNNNN.ckpt` into `folder` and removes all but the last two.
 *
 * @throws PinwalkError `STORAGE_FAILED`
 */
export function saveCheckpoint(folder: string, state: CheckpointState, weights: ReadonlyMap<string, Parameter>): void {
  writeWhole(path.join(folder, `step-${String(state.step).padStart(7, '0')}.ckpt`), encode(state, weights, true));
  const old = checkpointFiles(folder).slice(0, -KEPT);
  writing(folder, () => old.forEach((name) => rmSync(path.join(folder, name))));
}

/**
 * Writes weights without slots, as `best.ckpt`: what inference takes.
 *
 * @throws PinwalkError `STORAGE_FAILED`
 */
export function saveBest(folder: string, state: CheckpointState, weights: ReadonlyMap<string, Parameter>): void {
  writeWhole(path.join(folder, 'best.ckpt'), encode(state, weights, false));
}

/**
 * Reads the newest checkpoint of a folder; undefined where there is none.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` when it is damaged
 */
export function loadLatest(folder: string): { state: CheckpointState; weights: Map<string, Parameter> } | undefined {
  const newest = existsSync(folder) ? checkpointFiles(folder).at(-1) : undefined;
  return newest === undefined ? undefined : readCheckpoint(path.join(folder, newest), FROM_BEFORE);
}

/**
 * Says how far a training is, by the header of its newest checkpoint; undefined where there is none.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` when it is damaged: the whole of it is read, about 1 GB/s
 */
export function latestState(
  folder: string,
): Pick<CheckpointState, 'step' | 'config' | 'keptEpoch' | 'finished'> | undefined {
  const newest = existsSync(folder) ? checkpointFiles(folder).at(-1) : undefined;
  if (newest === undefined) return undefined;
  const file = path.join(folder, newest);
  return readHeader(readFileSync(file), failureOf(file, FROM_BEFORE)).header;
}

/**
 * Reads `best.ckpt`, the weights that training has kept, and checks that they are those of this training.
 *
 * @param expected.keptEpoch  the epoch that they were kept in, as the newest checkpoint has it
 * @throws PinwalkError `CHECKPOINT_INVALID` where it is absent, damaged, or of another run or other data
 */
export function loadBest(
  folder: string,
  expected: TrainedWith & Pick<CheckpointState, 'keptEpoch'>,
): { state: CheckpointState; weights: Map<string, Parameter> } {
  const file = path.join(folder, 'best.ckpt');
  const best = readCheckpoint(file, ANEW);
  checkResumable(best.state, expected, file);
  if (best.state.keptEpoch !== expected.keptEpoch) {
    const got = `those of epoch ${best.state.keptEpoch + 1}, kept were those of epoch ${expected.keptEpoch + 1}`;
    failureOf(file, ANEW)('must hold the weights that training kept last', got);
  }
  return best;
}

/**
 * Checks that a checkpoint belongs to this data and to a run that would do the same.
 *
 * @param where  what wants it, for messages
 * @throws PinwalkError `CHECKPOINT_INVALID` with all that differs; `workers`, `patience`, `fuseWalk` and `checkpointEvery` may, as they do
 *   not change what a step does (`epochs` does: it sets how fast the rates fall)
 */
export function checkResumable(
  state: TrainedWith,
  { config, fingerprint, contentFingerprint }: TrainedWith,
  where = 'resume',
): void {
  const differ = (must: string, got: string, cure: string): never => {
    const message = `${where}: ${must} (got ${got}); ${cure}train anew under another --run`;
    throw new PinwalkError('CHECKPOINT_INVALID', message);
  };
  if (state.fingerprint !== fingerprint) {
    const got = `${fingerprint.slice(0, 12)}, trained on ${state.fingerprint.slice(0, 12)}`;
    differ('the data must be what the checkpoint was trained on', got, '');
  }
  const [was, is] = [state.contentFingerprint, contentFingerprint];
  if (was !== undefined && is !== undefined && was !== is) {
    const got = `${is.slice(0, 12)}, trained on ${was.slice(0, 12)}`;
    const must = 'titles, columns, pictures and vectors must be those that the checkpoint was trained on';
    differ(must, got, 'bring the same files and --vectors, or ');
  }
  const free: readonly string[] = ['workers', 'patience', 'fuseWalk', 'checkpointEvery'];
  const differing = Object.entries(config)
    .filter(([name, value]) => !free.includes(name) && state.config[name as keyof Config] !== value)
    .map(([name, value]) => `${name} ${String(value)}, was ${String(state.config[name as keyof Config])}`);
  if (differing.length > 0) {
    differ("the config must be the checkpoint's", differing.join('; '), 'drop these options or ');
  }
}

/**
 * Checks that a checkpoint's weights are as large as config and data make them, so that no kernel reads beside them.
 *
 * @throws PinwalkError `CHECKPOINT_INVALID` with the first that is not
 */
export function checkSizes(weights: ReadonlyMap<string, Parameter>, shape: ModelShape, where: string): void {
  const { pinCount, termCount, featureDimension, hiddenDimension, dimension, layers, learnIds } = shape;
  const [rows, terms, inputs] = [learnIds ? pinCount : 0, termCount, layers > 0 ? featureDimension : 0];
  const expected: readonly (readonly [string, number, number])[] = [
    ...[
      ['row.query', rows, dimension] as const,
      ['row.target', rows, dimension] as const,
      ['row.bias', pinCount, 1] as const,
    ],
    ...[['term.query', terms, dimension] as const, ['term.target', terms, dimension] as const],
    ...[['layer0.Q', inputs, hiddenDimension] as const, ['head.target', inputs && hiddenDimension, dimension] as const],
  ];
  for (const [name, count, columns] of expected) {
    const [gotRows, gotColumns] = weights.get(name)?.shape ?? [0, columns];
    if (gotRows === count && gotColumns === columns) continue;
    failureOf(where, ANEW)(`${name} must have ${count} x ${columns} numbers`, `${gotRows} x ${gotColumns}`);
  }
}

/** A checkpoint's bytes; also how weights lie in a generation. */
export function encode(
  state: CheckpointState,
  weights: ReadonlyMap<string, Parameter>,
  withSlots: boolean,
): Uint8Array {
  const arrays = [...weights.values()].map(({ name, shape, optimizer }) => ({ name, shape, optimizer }));
  // Named one by one: a state that was read back has another order, and equal checkpoints are to have equal bytes.
  const { step, config, fingerprint, contentFingerprint, bestValidation, keptEpoch, finished } = state;
  const trainedWith = { config, fingerprint, ...(contentFingerprint !== undefined && { contentFingerprint }) };
  const header: Header = { ...trainedWith, step, bestValidation, keptEpoch, finished, withSlots, arrays };
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
 * @param cure  what to do about damage
 * @throws PinwalkError `CHECKPOINT_INVALID`
 */
export function decode(
  bytes: Uint8Array,
  where: string,
  cure = FROM_BEFORE,
): { state: CheckpointState; weights: Map<string, Parameter> } {
  const fail = failureOf(where, cure);
  const { header, end } = readHeader(bytes, fail);
  let at = Math.ceil(end / 8) * 8;
  const read = (length: number): Float32Array => {
    if (at + 4 * length > bytes.length) fail('must hold all arrays of its header', `${bytes.length} bytes`);
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
  const { step, config, fingerprint, contentFingerprint, keptEpoch, finished } = header;
  const bestValidation = header.bestValidation ?? -Infinity; // JSON has no infinity: before the first validation it is null
  const state = { step, config, fingerprint, bestValidation, keptEpoch, finished };
  return { state: contentFingerprint === undefined ? state : { ...state, contentFingerprint }, weights };
}

/** What to do about a checkpoint that cannot be read. */
const FROM_BEFORE = 'delete it to go on from the one before';
const ANEW = 'train anew under another --run';

/** Throws for a file that is not as it must be. */
type Failure = (must: string, got: string) => never;

function failureOf(where: string, cure: string): Failure {
  return (must, got) => {
    throw new PinwalkError('CHECKPOINT_INVALID', `${where}: ${must} (got ${got}); ${cure}`);
  };
}

/** Compares the checksum and reads what stands before the arrays. */
function readHeader(bytes: Uint8Array, fail: Failure): { header: Header; end: number } {
  if (bytes.length < PREFIX_BYTES) fail('must be a checkpoint', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) fail('must begin with PWCK', 'something else');
  if (view.getUint32(4, true) !== FORMAT) fail(`must have format ${FORMAT}`, String(view.getUint32(4, true)));
  const checksum = hex(view.getUint32(12, true));
  const found = hex(crc32(bytes.subarray(PREFIX_BYTES)));
  if (found !== checksum) fail(`must have the checksum ${checksum} that it was written with`, found);
  const end = PREFIX_BYTES + view.getUint32(8, true);
  return { header: parseHeader(bytes.subarray(PREFIX_BYTES, end)) ?? fail('must hold a header', 'no JSON'), end };
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Header; // written by `encode`
    const config = underCurrentNames('options', header.config) as Config; // of an earlier build some names may be former ones
    return { ...header, config };
  } catch {
    return undefined;
  }
}

function readCheckpoint(file: string, cure: string): { state: CheckpointState; weights: Map<string, Parameter> } {
  if (!existsSync(file)) {
    throw new PinwalkError('CHECKPOINT_INVALID', `${file}: must be a checkpoint (got no such file); ${ANEW}`);
  }
  return decode(readFileSync(file), file, cure);
}

function checkpointFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^step-\d+\.ckpt$/.test(name))
    .sort();
}
