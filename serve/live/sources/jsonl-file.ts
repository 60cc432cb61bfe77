/**
 * Events from a file of JSON lines that another program appends to.
 *
 * The position is the count of bytes read, and the stream's identity a hash of the file's first line with a hash of the last bytes read:
 * a file that was cut, replaced or written over is noticed. A line counts once its line feed is there.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { PinwalkError, shown } from '../../../data/errors.js';
import { shortHash } from '../../../data/hash.js';
import type { EventBatch, EventRecord, EventSource, Position } from '../source.js';

/** How a file is read. */
export interface JsonlFileOptions {
  /** Waits for more at the end of the file; default true. */
  readonly follow?: boolean;
  /** Most lines in a batch; default 1,000. */
  readonly batchSize?: number;
  /** Milliseconds between two looks at the end of the file; default 100. */
  readonly pollMs?: number;
}

const defaults = Object.freeze({ follow: true, batchSize: 1_000, pollMs: 100 });
const blockBytes = 1 << 18;
/** A longer line is no event; it is refused without being held whole. */
const longestLineBytes = 1 << 20;
const tailBytes = 256;
const lineFeed = 10;

/**
 * @param file  JSON lines in UTF-8; events in it need a `time` of their own
 * @returns a source that throws `INPUT_MISSING` where there is no such file and `EVENTS_LOST` where it is not the file it was
 */
export function jsonlFile(file: string, options: JsonlFileOptions = {}): EventSource {
  return { name: `file:${file}`, read: (from, signal) => readLines(file, from, { ...defaults, ...options, signal }) };
}

async function* readLines(
  file: string,
  from: Position | undefined,
  { follow, batchSize, pollMs, signal }: Required<JsonlFileOptions> & { signal: AbortSignal },
): AsyncGenerator<EventBatch> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    const message = `${file}: must be a file that can be read; make it, or name another`;
    throw new PinwalkError('INPUT_MISSING', message, { cause: error });
  });
  try {
    let offset = from ? await resume(handle, file, from) : 0;
    let first = await firstLineHash(handle);
    while (!signal.aborted) {
      const lines = await linesFrom(handle, offset, batchSize);
      if (lines.end > offset) {
        first ??= await firstLineHash(handle);
        offset = lines.end;
        const stream = `${first ?? ''} ${await tailHash(handle, offset)}`;
        yield { records: lines.records, position: { stream, offset: String(offset) } };
        continue;
      }
      if (!follow) return;
      await pause(pollMs, undefined, { signal }).catch(() => undefined);
      const { size } = await handle.stat();
      if (size < offset) lost(file, `at least ${offset} bytes`, `${size}`);
    }
  } finally {
    await handle.close();
  }
}

/** Where to go on, if this is the file that was read so far. */
async function resume(handle: FileHandle, file: string, { stream, offset: text }: Position): Promise<number> {
  const offset = Number(text);
  const { size } = await handle.stat();
  if (size < offset) lost(file, `at least ${offset} bytes, as many as were read`, `${size}`);
  const found = `${(await firstLineHash(handle)) ?? ''} ${await tailHash(handle, offset)}`;
  if (found !== stream) lost(file, `the file that was read up to byte ${offset}`, 'other text before it');
  return offset;
}

function lost(file: string, must: string, got: string): never {
  const advice = 'put the file back, or begin a new live.sqlite';
  throw new PinwalkError('EVENTS_LOST', `${file}: must have ${must} (got ${shown(got)}); ${advice}`);
}

/** Whole lines from a byte on: at most `batchSize`, or as many as a block of the file has. */
async function linesFrom(
  handle: FileHandle,
  offset: number,
  batchSize: number,
): Promise<{ records: EventRecord[]; end: number }> {
  const records: EventRecord[] = [];
  let block = await bytesAt(handle, offset, blockBytes);
  if (block.length === blockBytes && !block.includes(lineFeed)) {
    block = await bytesAt(handle, offset, longestLineBytes + 1);
    if (block.length > longestLineBytes && !block.includes(lineFeed)) return skipLine(handle, offset, block);
  }
  let at = 0;
  while (records.length < batchSize) {
    const end = block.indexOf(lineFeed, at);
    if (end < 0) break;
    const line = block.subarray(at, end);
    at = end + 1;
    if (!isBlank(line)) records.push({ body: { text: textOf(line) } });
  }
  return { records, end: offset + at };
}

/** One refused record for a line without end, once its line feed is there. */
async function skipLine(
  handle: FileHandle,
  offset: number,
  beginning: Buffer,
): Promise<{ records: EventRecord[]; end: number }> {
  for (let at = offset + beginning.length; ; at += blockBytes) {
    const block = await bytesAt(handle, at, blockBytes);
    const end = block.indexOf(lineFeed);
    const text = `${beginning.subarray(0, 1_000).toString()}... a line of more than ${longestLineBytes} bytes`;
    if (end >= 0) return { records: [{ body: { text } }], end: at + end + 1 };
    if (block.length < blockBytes) return { records: [], end: offset };
  }
}

/** Bytes that are no UTF-8 stay visible as such: the record is refused with them. */
function textOf(line: Buffer): string {
  const text = line.toString('utf8');
  return text.includes('\ufffd') && !Buffer.from(text).equals(line) ? `no UTF-8: ${text}` : text;
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 32 || byte === 13 || byte === 9);
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Undefined until the first line is whole. */
async function firstLineHash(handle: FileHandle): Promise<string | undefined> {
  const block = await bytesAt(handle, 0, blockBytes);
  const end = block.indexOf(lineFeed);
  if (end < 0 && block.length < blockBytes) return undefined;
  return shortHash(block.subarray(0, end < 0 ? blockBytes : end).toString('latin1'), 22);
}

async function tailHash(handle: FileHandle, end: number): Promise<string> {
  const begin = Math.max(0, end - tailBytes);
  return shortHash((await bytesAt(handle, begin, end - begin)).toString('latin1'), 22);
}
