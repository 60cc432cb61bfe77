import { createHash } from 'node:crypto';
import t from 'tap';
import { digestOf, RowDigest } from '../../../train/stages/digest.js';
import type { Rows } from '../../../train/stages/table.js';

const rows: Rows = {
  rowCount: 2,
  columns: {
    pin: Int32Array.of(1, 2),
    id: ['é', ''],
    list: { offsets: Int32Array.of(0, 0, 1), values: Float32Array.of(0.5) },
  },
};

t.test('a digest is the SHA-256 of rows as the header of digest.ts has them', (t) => {
  const bytes = Buffer.from(
    '01000000' + '02000000c3a9' + '00000000' + '02000000' + '00000000' + '010000000000003f',
    'hex',
  );
  t.strictSame(digestOf(rows), { rows: 2, sha256: createHash('sha256').update(bytes).digest('hex') });
  t.end();
});

t.test('a digest does not depend on how rows are cut, nor on how long one is', (t) => {
  const long: Rows = { rowCount: 1, columns: { text: ['x'.repeat(3_000_000)] } };
  const short: Rows = {
    rowCount: 60_000,
    columns: { text: Array.from({ length: 60_000 }, (_, n) => `${'y'.repeat(30)}${n}`) },
  };
  const whole = new RowDigest();
  const inParts = new RowDigest();
  for (const part of [long, short]) whole.add(part);
  inParts.add(long);
  for (const text of short.columns['text'] as string[]) inParts.add({ rowCount: 1, columns: { text: [text] } });
  t.strictSame(inParts.finish(), whole.finish());
  t.end();
});
