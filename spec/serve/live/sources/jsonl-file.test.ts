import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import type { EventBatch, Position } from '../../../../serve/live/source.js';
import { jsonlFile } from '../../../../serve/live/sources/jsonl-file.js';

const toTheEnd = { follow: false };

async function readAll(
  file: string,
  from?: Position,
  options: Parameters<typeof jsonlFile>[1] = toTheEnd,
): Promise<EventBatch[]> {
  const batches: EventBatch[] = [];
  for await (const batch of jsonlFile(file, options).read(from, new AbortController().signal)) batches.push(batch);
  return batches;
}

function texts(batches: readonly EventBatch[]): unknown[] {
  return batches.flatMap(({ records }) => records.map(({ body }) => ('text' in body ? body.text : undefined)));
}

t.test('jsonlFile reads whole lines, goes on where it was, and waits for the end of a line', async (t) => {
  const file = path.join(t.testdir(), 'events.jsonl');
  writeFileSync(file, '{"a":1}\r\n\n{"b":2}\n{"half":');
  const first = await readAll(file);
  t.strictSame(texts(first), ['{"a":1}\r', '{"b":2}']);
  const from = first.at(-1)?.position;
  t.equal(from?.offset, '18');
  t.strictSame(await readAll(file, from), []);
  appendFileSync(file, '3}\n');
  t.strictSame(texts(await readAll(file, from)), ['{"half":3}']);
  t.end();
});

t.test('jsonlFile cuts a file into batches, each with a position of its own', async (t) => {
  const file = path.join(t.testdir(), 'events.jsonl');
  const lines = Array.from({ length: 25 }, (_, n) => `{"n":${n},"x":"${'é'.repeat(20_000)}"}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const batches = await readAll(file, undefined, { follow: false, batchSize: 4 });
  t.strictSame(texts(batches), lines);
  t.ok(batches.every(({ records }) => records.length <= 4));
  for (const [n, { position }] of batches.entries()) {
    t.strictSame(texts(await readAll(file, position)), texts(batches.slice(n + 1)));
  }
  t.end();
});

t.test('jsonlFile shows what is no UTF-8 and refuses a line without end', async (t) => {
  const file = path.join(t.testdir(), 'events.jsonl');
  writeFileSync(
    file,
    Buffer.concat([Buffer.from([0x7b, 0xff, 10]), Buffer.alloc(3_000_000, 'x'), Buffer.from('\n{"a":1}\n')]),
  );
  t.match(texts(await readAll(file)), [/^no UTF-8/, /a line of more than 1048576 bytes$/, '{"a":1}']);
  t.end();
});

t.test('jsonlFile stops at a file that was cut, replaced or written over', async (t) => {
  const file = path.join(t.testdir(), 'events.jsonl');
  writeFileSync(file, '{"a":1}\n{"b":2}\n');
  const from = (await readAll(file)).at(-1)?.position;
  truncateSync(file, 8);
  await t.rejects(readAll(file, from), {
    code: 'EVENTS_LOST',
    message: /at least 16 bytes, as many as were read \(got 8\)/,
  });
  writeFileSync(file, '{"a":7}\n{"b":2}\n{"c":3}\n');
  await t.rejects(readAll(file, from), { code: 'EVENTS_LOST', message: /the file that was read up to byte 16/ });
  writeFileSync(file, '{"a":1}\n{"b":7}\n{"c":3}\n');
  await t.rejects(readAll(file, from), { code: 'EVENTS_LOST' });
  await t.rejects(readAll(path.join(t.testdir(), 'none')), { code: 'INPUT_MISSING' });
  t.end();
});

t.test('jsonlFile follows a file until it is told to stop, and stops at one that is cut meanwhile', async (t) => {
  const file = path.join(t.testdir(), 'events.jsonl');
  writeFileSync(file, '{"a":1}\n');
  const stop = new AbortController();
  const seen: unknown[] = [];
  for await (const batch of jsonlFile(file, { pollMs: 1 }).read(undefined, stop.signal)) {
    seen.push(...texts([batch]));
    if (seen.length === 2) stop.abort();
    else appendFileSync(file, '{"b":2}\n');
  }
  t.strictSame(seen, ['{"a":1}', '{"b":2}']);
  const cut = (async () => {
    for await (const { position } of jsonlFile(file, { pollMs: 1 }).read(undefined, new AbortController().signal)) {
      truncateSync(file, Number(position.offset) - 1);
    }
  })();
  await t.rejects(cut, { code: 'EVENTS_LOST' });
  t.end();
});
