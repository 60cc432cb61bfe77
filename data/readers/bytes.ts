/**
 * Opens a file as a stream of its bytes, unpacked where its first bytes say gzip or zstd, whatever its name.
 *
 * zstd goes through Node's own zlib where it has it (22.15 and newer), else through hyparquet-compressors, which needs the
 * whole file at once.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { decompressZstd } from 'hyparquet-compressors';
import { PinwalkError } from '../errors.js';

/** Called after each chunk with the bytes read from disk so far. */
export type ByteProgress = (bytesRead: number, bytesTotal: number) => void;

const chunkBytes = 1 << 18;

/** Largest zstd file that is read whole where Node cannot stream it. */
const wholeZstdBytes = 1 << 27;

/** Newer than the declarations for Node 20 that this is compiled against. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: object) => Transform };

/**
 * Streams the unpacked bytes of `file`.
 *
 * @throws what the file system and zlib throw; PinwalkError `INPUT_INVALID` for a zstd file that this Node cannot read
 */
export async function openBytes(
  file: string,
  onProgress?: ByteProgress,
): Promise<AsyncIterable<Buffer> | Iterable<Buffer>> {
  const handle = await open(file);
  const { size } = await handle.stat();
  const magic = Buffer.alloc(4);
  await handle.read(magic, 0, 4, 0);
  const isZstd = magic.readUInt32LE(0) === 0xfd2fb528;
  if (isZstd && !createZstdDecompress) {
    const bytes = await wholeZstd(file, handle, size);
    onProgress?.(size, size);
    return [bytes];
  }
  const source = handle.createReadStream({ start: 0, highWaterMark: chunkBytes });
  if (onProgress) source.on('data', () => onProgress(source.bytesRead, size));
  // pipeline closes the file when the reader stops early; the reader itself sees any error.
  if (isZstd && createZstdDecompress) {
    return pipeline(source, createZstdDecompress({ chunkSize: chunkBytes }), () => {}) as AsyncIterable<Buffer>;
  }
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return source as AsyncIterable<Buffer>;
  return pipeline(source, zlib.createGunzip({ chunkSize: chunkBytes }), () => {}) as AsyncIterable<Buffer>;
}

async function wholeZstd(file: string, handle: FileHandle, size: number): Promise<Buffer> {
  try {
    if (size > wholeZstdBytes) {
      const message = `${file}: zstd text above 128 MiB must be read with Node 22.15 or newer (got ${process.version})`;
      throw new PinwalkError('INPUT_INVALID', `${message}; unpack it with zstd -d first`);
    }
    return Buffer.from(decompressZstd(await handle.readFile()));
  } catch (error) {
    if (error instanceof PinwalkError) throw error;
    const message = `${file}: must be a complete zstd stream (got: ${String(error)}); copy or download it again`;
    throw new PinwalkError('INPUT_INVALID', message, { cause: error });
  } finally {
    await handle.close();
  }
}
