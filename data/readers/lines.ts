/**
 * Reads a text file as batches of lines, packed with gzip or zstd or plain; the file itself is never held.
 *
 * UTF-8 with or without byte order mark, UTF-16 with one, or an encoding that is named; lines ending in LF or CRLF.
 */
import { StringDecoder } from 'node:string_decoder';
import { PinwalkError } from '../errors.js';
import { type ByteProgress, openBytes } from './bytes.js';

export type { ByteProgress };

/** How text is read. */
export interface TextOptions {
  readonly onProgress?: ByteProgress | undefined;
  /** A label of the WHATWG Encoding Standard (`latin1`, `shift_jis`); default UTF-8, or what a byte order mark says. */
  readonly encoding?: string | undefined;
}

/** Some consecutive lines of a file, line ends removed. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** Number of the first of them, counted from 1. */
  readonly firstLine: number;
  /** Whether U+FFFD stands in some line: bytes that are not UTF-8 were replaced, or the file holds that character. */
  readonly isSuspect: boolean;
}

const longestLine = 1 << 26;

/**
 * Streams the lines of `file`.
 *
 * @throws PinwalkError `INPUT_MISSING` when it cannot be opened; `INPUT_INVALID` when it is no text, a damaged gzip or zstd
 *   stream, or has a line of 64 MiB and more
 */
export async function* readLines(file: string, { onProgress, encoding }: TextOptions = {}): AsyncGenerator<LineBatch> {
  let decoder: Decoder | undefined;
  let carried = '';
  let firstLine = 1;
  let isFirstChunk = true;
  try {
    for await (const chunk of await openBytes(file, onProgress)) {
      decoder ??= decoderOf(file, chunk, encoding);
      if (decoder.refusesZero && chunk.includes(0)) refuseZero(file, firstLine + linesBefore(chunk));
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
    throw readingError(file, error, `after line ${firstLine - 1}`);
  }
  const last = carried + (decoder?.end() ?? '');
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

/** What turns chunks of bytes into text, keeping a character that is cut until the next chunk. */
interface Decoder {
  /** Text has no zero byte in this encoding: the file is another one, or none. */
  readonly refusesZero: boolean;
  write(chunk: Buffer): string;
  end(): string;
}

/** Line feeds of a chunk before its first zero byte. */
function linesBefore(chunk: Buffer): number {
  let count = 0;
  const end = chunk.indexOf(0);
  for (let at = chunk.indexOf(10); at >= 0 && at < end; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}

function refuseZero(file: string, line: number): never {
  const message = `${file} line ${line}: must be text (got a zero byte); name its encoding with --encoding, or save it as UTF-8`;
  throw new PinwalkError('INPUT_INVALID', message);
}

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` for an encoding that is not known */
function decoderOf(file: string, chunk: Buffer, encoding: string | undefined): Decoder {
  const mark =
    chunk[0] === 0xff && chunk[1] === 0xfe
      ? 'utf-16le'
      : chunk[0] === 0xfe && chunk[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const label = encoding ?? mark;
  if (label === undefined || /^utf-?8$/i.test(label)) {
    const utf8 = new StringDecoder('utf8');
    return { refusesZero: true, write: (bytes) => utf8.write(bytes), end: () => utf8.end() };
  }
  try {
    const decoder = new TextDecoder(label);
    const refusesZero = !/^utf-16/.test(decoder.encoding);
    return { refusesZero, write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
  } catch (cause) {
    const message = `${file}: --encoding must be a name such as latin1, windows-1252, shift_jis or utf-16le (got ${label})`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', message, { cause });
  }
}

/** An error of ours that names the file, for one of the file system or of zlib. */
export function readingError(file: string, error: unknown, where = ''): unknown {
  if (error instanceof PinwalkError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) {
    const place = where === '' ? file : `${file} ${where}`;
    const message = `${place}: must be a complete ${code.startsWith('Z_') ? 'gzip' : 'zstd'} stream (got: ${error.message}); copy or download it again`;
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
