/** Packs text as a zstd frame of one raw block, which every decoder reads (RFC 8878, sections 3.1.1 and 3.1.1.2). */
export function zstdCompress(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length >= 1 << 17) throw new RangeError('zstdCompress: the text must have less than 128 KiB');
  // A single segment whose size is the next four bytes; then the last block, raw: its size, 0 and 1 from the top bit down.
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes.length, 5);
  header.writeUIntLE((bytes.length << 3) | 1, 9, 3);
  return Buffer.concat([header, bytes]);
}
