/**
 * Reads a text file, gzip or plain, as batches of lines; the file itself is never held.
 *
 * UTF-8 with or without byte order mark, lines ending in LF or CRLF. gzip is told by its first two bytes, not by the name.
 */
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { PinwalkError } from '../errors.js';

/** Called after each chunk with the bytes read from disk so far. */
export type ByteProgress = (bytesRead: number, bytesTotal: number) => void;

/** Some consecutive lines of a file, line ends removed. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** Number of the first of them, counted from 1. */
  readonly firstLine: number;
  /** Whether U+FFFD stands in some line: bytes that are not UTF-8 were replaced, or the file holds that character. */
  readonly isSuspect: boolean;
}

const chunkBytes = 1 << 18;
const longestLine = 1 << 26;

/**
 * Streams the lines of `file`.
 *
 * @throws PinwalkError `INPUT_MISSING` when it cannot be opened; `INPUT_INVALID` when it is no text, UTF-16, a damaged gzip
 *   stream, or has a line of 64 MiB and more
 */
export async function* readLines(file: string, onProgress?: ByteProgress): AsyncGenerator<LineBatch> {
  const decoder = new StringDecoder('utf8');
  let carried = '';
  let firstLine = 1;
  let isFirstChunk = true;
  try {
    for await (const chunk of await openBytes(file, onProgress)) {
      if (isFirstChunk) checkText(file, chunk);
      let text = decoder.write(chunk);
      if (isFirstChunk && text.startsWith('\uFEFF')) text = text.slice(1);
      isFirstChunk = false;
      const lines: string[] = [];
      carried = splitLines(carried + text, lines);
      if (carried.length > longestLine) {
        throw new PinwalkError(
          'INPUT_INVALID',
          `${file} line ${firstLine + lines.length}: a line must be shorter than 64 MiB; is this a text file?`,
        );
      }
      if (lines.length === 0) continue;
      yield { lines, firstLine, isSuspect: text.includes('\uFFFD') || (lines[0] as string).includes('\uFFFD') };
      firstLine += lines.length;
    }
  } catch (error) {
    throw readingError(file, error);
  }
  const last = carried + decoder.end();
  if (last !== '') yield { lines: [withoutReturn(last)], firstLine, isSuspect: last.includes('\uFFFD') };
}

/** Cuts `text` at line feeds into `lines`; returns what follows the last one. */
function splitLines(text: string, lines: string[]): string {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end));
    start = end + 1;
  }
  return text.slice(start);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function openBytes(file: string, onProgress?: ByteProgress): Promise<AsyncIterable<Buffer>> {
  const handle = await open(file);
  const { size } = await handle.stat();
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  const source = handle.createReadStream({ start: 0, highWaterMark: chunkBytes });
  if (onProgress) source.on('data', () => onProgress(source.bytesRead, size));
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return source as AsyncIterable<Buffer>;
  // pipeline closes the file when the reader stops early; the reader itself sees any error.
  return pipeline(source, createGunzip({ chunkSize: chunkBytes }), () => {}) as AsyncIterable<Buffer>;
}

function checkText(file: string, chunk: Buffer): void {
  const isUtf16 = (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff);
  if (!isUtf16 && !chunk.includes(0)) return;
  const got = isUtf16 ? 'a UTF-16 byte order mark' : 'a zero byte';
  throw new PinwalkError('INPUT_INVALID', `${file}: must be UTF-8 text (got ${got}); save it as UTF-8 first`);
}

/** An error of ours that names the file, for one of the file system or of zlib. */
export function readingError(file: string, error: unknown): unknown {
  if (error instanceof PinwalkError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('Z_')) {
    const message = `${file}: must be a complete gzip stream (got: ${error.message}); copy or download it again`;
    return new PinwalkError('INPUT_INVALID', message, { cause: error });
  }
  if (code === 'ENOENT') {
    return new PinwalkError('INPUT_MISSING', `${file}: the file must exist (got none); check the path`, {
      cause: error,
    });
  }
  if (['EACCES', 'EISDIR', 'EPERM', 'ENOTDIR'].includes(code)) {
    const message = `${file}: must be a readable file (got ${code}); check the path and its permissions`;
    return new PinwalkError('INPUT_MISSING', message, { cause: error });
  }
  return error;
}
