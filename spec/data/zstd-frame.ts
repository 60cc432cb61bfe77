/** Packs text as a zstd frame of one raw block, which every decoder reads (RFC 8878, sections 3.1.1 and 3.1.1.2). */
export function zstdCompress(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new RangeError('zstdCompress: the text must have at most 255 bytes');
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  // A single segment whose size is the next byte; then the last block, raw: its size, 0 and 1 from the top bit down.
  const header = Buffer.from([0x20, bytes.length, (bytes.length << 3) | 1, bytes.length >> 5, 0]);
  return Buffer.concat([magic, header, bytes]);
}
