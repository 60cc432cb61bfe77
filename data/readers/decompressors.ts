/**
 * Every codec of Parquet that writers use: Node's zlib where it has the codec, hyparquet-compressors for the rest.
 *
 * Each call is told as progress, and gives back no more than the page says that it unpacks to.
 */
import * as zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors, decompressZstd } from 'hyparquet-compressors';

/** Newer than the declarations for Node 20 that this is compiled against. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (input: Uint8Array, options: object) => Uint8Array };

/** Codecs for `parquetRead`. */
export function decompressors(onProgress: () => void): Compressors {
  const known: Compressors = {
    ...compressors,
    GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ZSTD: (input, length) =>
      zstdDecompressSync
        ? zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) })
        : decompressZstd(input, new Uint8Array(length)),
  };
  const entries = Object.entries(known).map(([codec, decompress]) => {
    const told: typeof decompress = (input, length) => {
      onProgress();
      return decompress(input, length);
    };
    return [codec, told] as const;
  });
  return Object.fromEntries(entries);
}
