import sharp from 'sharp';
import t from 'tap';
import type { PinVectors } from '../../../data/collection.js';
import { randomInteger, randomStream } from '../../../data/random.js';
import { describePicture, pictureDimension, pictureSide } from '../../../train/content/picture-descriptor.js';
import { embedPictures } from '../../../train/content/pictures.js';

const entry = (cellY: number, cellX: number, orientation: number): number => (cellY * 6 + cellX) * 6 + orientation;

function paint(colour: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: pictureSide ** 2 * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return colour(pixel % pictureSide, Math.floor(pixel / pictureSide));
  });
}

function cosine({ dimension, values }: PinVectors, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) {
    sum += (values[a * dimension + d] as number) * (values[b * dimension + d] as number);
  }
  return sum;
}

const svg = (body: string, size = 24): Uint8Array =>
  new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">${body}</svg>`);

t.test('describePicture votes for the line where it stands, shared by distance to the cells', (t) => {
  const description = describePicture(paint((x) => (x === 31 ? 0 : 255)));
  // Edges at x = 30 and 32 lie at 2.359 and 2.547 of the cells' middles: 1.094 votes for cell 2, 0.906 for cell 3.
  const left = description[entry(2, 2, 0)] as number;
  const right = description[entry(2, 3, 0)] as number;
  t.ok(Math.abs(left ** 2 / right ** 2 - 1.09375 / 0.90625) < 1e-4);
  for (let at = entry(1, 0, 0); at < entry(5, 0, 0); at++) {
    const isLine = at % 6 === 0 && [2, 3].includes(Math.floor(at / 6) % 6);
    if (!isLine) t.ok((description[at] as number) < 1e-6, `entry ${at}`);
  }
  t.end();
});

t.test('describePicture turns with the picture', (t) => {
  const random = randomStream(1, 'picture');
  const grid = Array.from({ length: 64 }, () => randomInteger(random, 256));
  const colour = (x: number, y: number): number => grid[Math.floor(y / 8) * 8 + Math.floor(x / 8)] as number;
  const upright = describePicture(paint(colour));
  const mirrored = describePicture(paint((x, y) => colour(y, x)));
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 6; x++) {
      for (let o = 0; o < 6; o++) {
        // Mirrored at the diagonal, an angle a becomes 90 degrees - a: orientation o becomes 3 - o.
        const expected = upright[entry(x, y, (9 - o) % 6)] as number;
        const got = mirrored[entry(y, x, o)] as number;
        if (Math.abs(got - expected) > 1e-4) t.fail(`cell ${y} ${x} orientation ${o}: ${got} is not ${expected}`);
      }
    }
  }
  t.ok(Math.abs(upright.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-5, 'unit length');
  t.same(describePicture(paint(() => 255)), new Float32Array(pictureDimension), 'nothing to see, nothing said');
  t.end();
});

t.test('embedPictures sees the shape, wherever it stands, whatever its size, colour and file', async (t) => {
  const heart = 'M12 21C5 15 2 12 2 8a5 5 0 0 1 10-2a5 5 0 0 1 10 2c0 4-3 7-10 13z';
  const png = await sharp(svg(`<path d="${heart}"/>`))
    .resize(90)
    .png()
    .toBuffer();
  const block = await embedPictures([
    svg(`<path d="${heart}"/>`),
    svg(`<g transform="translate(40 3) scale(.7)"><path fill="red" d="${heart}"/></g>`, 64),
    png,
    svg('<path d="M3 3h18v18H3z"/>'),
    undefined,
    new TextEncoder().encode('no picture at all'),
    svg(''),
  ]);
  t.ok(cosine(block, 0, 1) > 0.95);
  t.ok(cosine(block, 0, 2) > 0.95);
  t.ok(cosine(block, 0, 3) < 0.8);
  t.same([...block.present], [1, 1, 1, 1, 0, 0, 0]);
  t.equal(block.unreadableCount, 1);
  t.ok(block.values.every((x) => Number.isFinite(x)));
});

t.test('embedPictures gives the same bytes with one worker and two, and from the cache', async (t) => {
  const pictures = Array.from({ length: 70 }, (_, i) =>
    i === 3 ? undefined : svg(`<circle cx="12" cy="12" r="${1 + i / 8}"/><path d="M0 ${i / 4}h9v2h-9z"/>`),
  );
  pictures[5] = new Uint8Array([1, 2, 3]);
  const cacheFolder = t.testdir();
  const told: [number, number][] = [];
  const one = await embedPictures(pictures, { cacheFolder, onProgress: (done, total) => told.push([done, total]) });
  const two = await embedPictures(pictures, { workers: 2 });
  const cached = await embedPictures(pictures, { cacheFolder, onProgress: () => t.fail('it must not compute again') });
  t.same(one, two);
  t.same(one, cached);
  t.equal(cached.unreadableCount, 1);
  t.same(told.at(-1), [70, 70]);
});
