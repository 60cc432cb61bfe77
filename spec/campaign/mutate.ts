/**
 * Seeded damage to a file: bytes changed, cut out, doubled or put in, its end cut off, or a piece of text in it that readers stumble on.
 */
import { type Random, randomInteger, randomStream } from '../../data/random.js';

/** What formats of text stumble on: openings never closed, numbers of no number, control characters, halves of characters. */
const pieces = [
  ...['"', '""', "'", ',', '\t', ';', '|', '::', '\n', '\r', '\n\n', '\0', '\uFEFF', '\u001B[2J', '\u202E'],
  ...['null', 'true', 'NaN', 'Infinity', '-1', '0', '1e400', '-0', '0x10', '9007199254740993', '1'.repeat(400)],
  ...[
    '[',
    ']',
    '{',
    '}',
    '{}',
    '[[',
    '<',
    '>',
    '</',
    '<!--',
    ']]>',
    '&#x110000;',
    '&#0;',
    '&amp',
    '\\ud800',
    '\\u0000',
    '\\',
  ],
  ...['__proto__', '../../x', '=1+1', 'board', 'pin', 'id'],
].map((piece) => Buffer.from(piece));
const deep = [Buffer.from('['), Buffer.from('{"a":'), Buffer.from('<a>'), Buffer.from('"'), Buffer.from('a,')];

/**
 * A damaged copy, never empty; at most a megabyte longer than `original`.
 *
 * @param random  equal draws make equal damage
 */
export function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(original);
  for (let changes = 1 + randomInteger(random, 4); changes > 0; changes--) {
    bytes = changeOnce(bytes, random);
    if (bytes.length === 0) bytes = Buffer.from('x');
  }
  return bytes;
}

function changeOnce(bytes: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> {
  const at = randomInteger(random, bytes.length);
  const length = Math.min(bytes.length - at, 1 + randomInteger(random, 8));
  const part = bytes.subarray(at, at + length);
  const insert = (piece: Uint8Array): Buffer<ArrayBuffer> =>
    Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  switch (randomInteger(random, 8)) {
    case 0:
      for (let i = 0; i < part.length; i++) part[i] = randomInteger(random, 256);
      return bytes;
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return insert(part);
    case 3:
      part.fill(random() < 0.5 ? 0xff : 0);
      return bytes;
    case 4:
      return random() < 0.2
        ? bytes.subarray(0, Math.max(1, at))
        : insert(pieces[randomInteger(random, pieces.length)] as Buffer);
    case 5: {
      const piece = random() < 0.05 ? repeated(deep[randomInteger(random, deep.length)] as Buffer) : part;
      return insert(piece);
    }
    case 6: {
      // Another place's bytes, as a file put together wrongly has them.
      const from = randomInteger(random, bytes.length);
      return insert(bytes.subarray(from, from + 1 + randomInteger(random, 64)));
    }
    default:
      part[0] = (part[0] as number) ^ (1 << randomInteger(random, 8));
      return bytes;
  }
}

/** Some 200 KB of one piece: nesting deeper than any stack, a field longer than any buffer. */
function repeated(piece: Uint8Array): Buffer {
  return Buffer.alloc(200_000, piece);
}

/** The mutant of a format that a seed and a number name. */
export function mutantOf(
  original: Uint8Array,
  { format, seed, number }: { format: string; seed: number; number: number },
): Uint8Array {
  return mutate(original, randomStream(seed, 'mutants', format, number));
}
