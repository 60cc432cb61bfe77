import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { LiveEvent } from '../../../serve/live/event.js';
import { consume } from '../../../serve/live/consume.js';
import type { EventBatch, EventSource } from '../../../serve/live/source.js';
import { LiveStore } from '../../../serve/live/store.js';
import { Sqlite } from '../../../data/sqlite.js';
import { inOrder, randomEvents, shuffled } from './random-events.js';

function batchOf(events: readonly unknown[], offset = '1'): EventBatch {
  return { records: events.map((value) => ({ body: { value } })), position: { stream: 's', offset } };
}

function storeOf(t: Test, events: readonly LiveEvent[], batchSize = events.length): LiveStore {
  const store = new LiveStore(path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-live-')), 'live.sqlite'));
  t.teardown(() => store.close());
  for (let i = 0; i < events.length; i += batchSize)
    store.apply('spec', batchOf(events.slice(i, i + batchSize), String(i)));
  return store;
}

t.test('apply keeps the newest of each save: an old save cannot bring back an unsave', (t) => {
  const at = { board: 'b', pin: 'p' };
  const store = storeOf(t, [
    { ...at, eventId: '1', type: 'save', time: 1 },
    { ...at, eventId: '3', type: 'unsave', time: 3 },
    { ...at, eventId: '2', type: 'save', time: 2 },
  ]);
  t.match(rows(store, 'saves'), [{ time: 3, saved: 0, event: '3' }]);
  store.apply('spec', batchOf([{ ...at, eventId: '4', type: 'save', time: 3, weight: 2 }]));
  t.match(rows(store, 'saves'), [{ time: 3, saved: 1, event: '4', weight: 2 }], 'of equal times the larger id stands');
  t.end();
});

t.test('apply comes to the same whatever the order, the repeats and the batches', (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const events = randomEvents(seed, 400);
    const hash = storeOf(t, inOrder(events)).stateHash();
    t.equal(storeOf(t, shuffled(events, seed), 37).stateHash(), hash);
    t.not(storeOf(t, inOrder(events).slice(0, -1)).stateHash(), hash, 'one event less comes to something else');
  }
  t.end();
});

t.test('apply comes to what a reader of the sorted events finds', (t) => {
  const events = randomEvents(9, 600);
  const expected = new Map<string, object>();
  for (const { type, board = '', pin = '', time, eventId, weight = 1 } of inOrder(events)) {
    if (type !== 'save' && type !== 'unsave') continue;
    expected.set(`${board} ${pin}`, { board, pin, time, event: eventId, saved: type === 'save' ? 1 : 0, weight });
  }
  const keys = [...expected.keys()].sort();
  t.strictSame(
    rows(storeOf(t, shuffled(events, 2), 50), 'saves'),
    keys.map((key) => expected.get(key)),
  );
  t.end();
});

t.test('apply counts repeats and keeps what is no event with its reason, once', (t) => {
  const store = storeOf(t, []);
  const save = { eventId: 'e', type: 'save', board: 'b', pin: 'p', time: 1 };
  const records = [save, save, { ...save, eventId: 'f', pin: 7 }].map((value) => ({ body: { value } }));
  const batch = {
    records: [...records, { body: { text: '{"eventId":' }, receivedAt: 99 }],
    position: { stream: 's', offset: '4' },
  };
  t.match(store.apply('spec', batch), {
    duplicates: 1,
    refused: [
      { index: 2, problem: /event.pin/ },
      { index: 3, problem: /JSON/ },
    ],
  });
  t.strictSame(store.counters(), { applied: 1, duplicates: 1, deadLetters: 2, newest: 99 });
  store.apply('spec', batch);
  t.strictSame(store.counters(), { applied: 1, duplicates: 3, deadLetters: 2, newest: 99 });
  t.match(
    store
      .deadLetters(9)
      .map(({ body }) => body)
      .sort(),
    ['{"eventId":', /"pin":7/],
  );
  t.strictSame(store.positions(), { spec: { stream: 's', offset: '4' } });
  t.end();
});

t.test('a batch that fails halfway leaves nothing, and its position stays', (t) => {
  const store = storeOf(t, [{ eventId: 'e', type: 'save', board: 'b', pin: 'p', time: 1 }]);
  const hash = store.stateHash();
  const bad = {
    get body(): never {
      throw new Error('gone');
    },
  };
  const { records } = batchOf([{ eventId: 'f', type: 'save', board: 'b', pin: 'q', time: 1 }]);
  t.throws(() => store.apply('spec', { records: [...records, bad], position: { stream: 's', offset: '9' } }), /gone/);
  t.equal(store.stateHash(), hash);
  t.notOk(store.has('f'));
  t.equal(store.position('spec')?.offset, '0');
  t.end();
});

t.test('a store is opened again as it was; another file is refused', (t) => {
  const store = storeOf(t, randomEvents(1, 50));
  const again = new LiveStore(store.file);
  t.equal(again.stateHash(), store.stateHash());
  t.equal(again.position('spec')?.stream, 's');
  again.close();
  const other = path.join(t.testdir(), 'other.sqlite');
  new Sqlite(other).exec('CREATE TABLE a (b)').close();
  t.throws(() => new LiveStore(other), {
    code: 'INPUT_INVALID',
    message: /must hold live events .* \(got another database\)/,
  });
  writeFileSync(other, 'text that is no database at all, and long enough to be looked at');
  t.throws(() => new LiveStore(other), { code: 'INPUT_INVALID', message: /got no database/ });
  t.end();
});

t.test('consume goes on after the position of the store and acknowledges what is in', async (t) => {
  const store = storeOf(t, []);
  const asked: unknown[] = [];
  const told: string[] = [];
  const source: EventSource = {
    name: 'list',
    // oxlint-disable-next-line typescript/require-await
    async *read(from) {
      asked.push(from?.offset);
      const offset = String(Number(from?.offset ?? 0) + 1);
      const acknowledge = (): Promise<void> => {
        told.push(`${offset} ${store.has(`e${offset}`)}`);
        return Promise.resolve();
      };
      yield { ...batchOf([{ eventId: `e${offset}`, type: 'hide', pin: 'p', time: 1 }], offset), acknowledge };
    },
  };
  const { signal } = new AbortController();
  let applied = 0;
  for (let n = 0; n < 2; n++)
    await consume(source, store, { signal, onApplied: ({ events }) => (applied += events.length) });
  t.strictSame([asked, told, applied], [[undefined, '1'], ['1 true', '2 true'], 2]);
  t.end();
});

function rows(store: LiveStore, table: string): unknown[] {
  return store.database.prepare(`SELECT * FROM ${table}`).all();
}
