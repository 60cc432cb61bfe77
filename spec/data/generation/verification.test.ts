import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import t from 'tap';
import { PinwalkError } from '../../../data/errors.js';
import { openGeneration } from '../../../data/generation/read.js';
import { damageOf, verifyInBackground } from '../../../data/generation/verification.js';
import { searchTitles } from '../../../serve/search.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { serve } from '../../serve/server.js';
import { boardIds, pinIds, writeTinyGeneration } from '../../serve/world.js';

const whole = writeTinyGeneration();
const bytes = readFileSync(whole);

/** A copy with one byte changed. */
function flipped(at: number, name = 'flipped'): string {
  const file = path.join(path.dirname(whole), name);
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
  writeFileSync(file, copy);
  return file;
}

/** Everything that is asked of a generation, as text. */
async function answersOf(file: string, verify: 'now' | 'none'): Promise<string> {
  const snapshot = openSnapshot(file, { verify });
  try {
    const { recommender, generation } = snapshot;
    const lists = [
      ...(await Promise.all(pinIds.map((id) => recommender.similarPins(id, 10)))),
      ...(await Promise.all(boardIds.map((id) => recommender.recommendForBoard(id, 10)))),
      recommender.popularPins(10, { community: 1 }),
    ];
    const items = pinIds.map((_, pin) => [generation.pins.item(pin), generation.picture(pin)?.length]);
    const found = searchTitles(generation.pins, 'umbrella', { limit: 10, offset: 0 });
    return JSON.stringify([
      lists.map(({ pins, scores, fallback }) => [[...pins], [...scores], fallback]),
      items,
      found,
    ]);
  } finally {
    snapshot.close();
  }
}

/** Places in every region of the file: each 110th byte that holds something, and each 2000th that holds 0, most of it free space. */
const holding = Array.from(bytes.keys()).filter((at) => bytes[at] !== 0);
const places = [
  ...holding.filter((_, n) => n % 110 === 0),
  ...Array.from(bytes.keys()).filter((at) => bytes[at] === 0 && at % 2000 === 1),
];

t.test('a generation with a byte changed anywhere answers as before or is refused', async (t) => {
  const expected = await answersOf(whole, 'now');
  let refused = 0;
  for (const at of places) {
    try {
      const answers = await answersOf(flipped(at), 'now');
      if (answers !== expected) t.fail(`byte ${at}: other answers`);
    } catch (error) {
      refused++;
      if (!(error instanceof PinwalkError) || error.code !== 'GENERATION_INVALID')
        t.fail(`byte ${at}: ${String(error)}`);
    }
  }
  t.ok(refused > places.length / 4, `${refused} of ${places.length} were refused`); // the rest is comments, free space, counters
});

t.test('a generation that was not verified fails by damage alone', async (t) => {
  for (const at of places.filter((_, n) => n % 3 === 0)) {
    await answersOf(flipped(at), 'none').catch((error: unknown) => {
      const damage = error instanceof PinwalkError ? error : damageOf(error);
      if (damage?.code !== 'GENERATION_INVALID') t.fail(`byte ${at}: ${String(error)}`);
    });
  }
  t.pass(`${places.length} places`);
});

t.test('what answering relies on is checked without the checksum', (t) => {
  const file = path.join(path.dirname(whole), 'edited');
  const edited = (sql: string): string => {
    writeFileSync(file, bytes);
    const database = new SqliteDatabase(file);
    database.exec(sql);
    database.close();
    return file;
  };
  const chunk = (name: string, hex: string): string => `UPDATE chunks SET bytes = x'${hex}' WHERE name = '${name}'`;
  const infinite = `${'00'.repeat(28)}0000807f`;
  const cases: [string, RegExp][] = [
    [chunk('graph.pinsOfBoard.offsets', 'ffffffff'.repeat(7)), /offsets must begin with 0 \(got 4294967295\)/],
    [chunk('related.neighbors', '010000000200000009000000'), /related.neighbors must be below 8 \(got 9\)/],
    [chunk('related.weights', '0000803f0000803f0000c07f'), /related.weights must be finite numbers \(got NaN\)/],
    [chunk('matrix.pin.bias', infinite), /matrix pin.bias must be finite numbers \(got Infinity\)/],
    [`UPDATE arrays SET rows = 4000000000 WHERE name = 'matrix.pin.bias'`, /must have 16000000000 bytes \(got 32\)/],
    ['DELETE FROM pins WHERE pin = 3', /rows of pins must go from 0 to 6 \(got 0 to 7\)/],
    ['UPDATE pins SET community = 2 WHERE pin = 3', /a community must be below 2 \(got 2\)/],
    [
      `UPDATE pins SET attributes = '{"size": ' WHERE pin = 0`,
      /attributes of pins must be JSON \(got 1 that are not\)/,
    ],
  ];
  for (const [sql, message] of cases) {
    t.throws(() => openGeneration(edited(sql), { verify: 'none' }), { code: 'GENERATION_INVALID', message });
  }
  t.end();
});

t.test(
  'in the background damage is found while requests are answered, and the server is not ready from then on',
  async (t) => {
    const sound = openSnapshot(whole, { verify: 'background' });
    t.equal(await sound.generation.damage, undefined);
    sound.close();

    const file = flipped(bytes.indexOf('Café cloud') + 1, 'background');
    const snapshot = openSnapshot(file, { verify: 'background' });
    const { get } = await serve(t, snapshot);
    t.equal((await get('/v1/pins/sun/related')).status, 200);
    const damage = await snapshot.generation.damage;
    t.match(damage, { code: 'GENERATION_INVALID', message: /must match its checksum; copy it again or train anew/ });
    t.match((await get('/health/ready')).body, { status: 503, code: 'GENERATION_INVALID' });
    t.equal((await get('/health/live')).status, 200);
  },
);

t.test('a check that is stopped, or whose file was replaced by a whole one, says nothing', async (t) => {
  const stopped = openGeneration(flipped(bytes.indexOf('Café cloud') + 1, 'stopped'), { verify: 'background' });
  stopped.close();
  t.equal(await stopped.damage, undefined);
  const replaced = verifyInBackground({ file: whole, checksum: stopped.checksum.replace(/./g, '0') });
  t.equal(await replaced.damage, undefined);
});
