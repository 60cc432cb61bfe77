import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { entriesOf } from '../../../graph/compressed-rows.js';
import { ExactWalk } from '../../../graph/exact-walk.js';
import type { LiveEvent } from '../../../serve/live/event.js';
import { LiveState, type LiveBase } from '../../../serve/live/live-state.js';
import { LiveStore } from '../../../serve/live/store.js';
import { randomSaves } from '../../train/ranking/random-graph.js';
import { randomEvents, shuffled } from './random-events.js';

const size = { pinCount: 12, boardCount: 5 };

/** Pins p0 to p11 and boards b0 to b4; those of even rows belong to owner o0. */
function baseOf(seed: number): LiveBase {
  const table = (prefix: string, count: number): LiveBase['pins'] => ({
    ids: Array.from({ length: count }, (_, row) => `${prefix}${row}`),
    titles: Array.from({ length: count }, (_, row) => `base ${row}`),
    attributes: Array.from({ length: count }, (_, row) => (row % 2 === 0 ? { owner: 'o0' } : undefined)),
  });
  const graph = buildGraph(randomSaves(seed, { ...size, saveCount: 30 }), size);
  return { graph, pins: table('p', size.pinCount), boards: table('b', size.boardCount) };
}

function newStore(t: Test): LiveStore {
  const store = new LiveStore(path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-state-')), 'live.sqlite'));
  t.teardown(() => store.close());
  return store;
}

function take(store: LiveStore, state: LiveState, events: readonly LiveEvent[]): void {
  const records = events.map((value) => ({ body: { value } }));
  state.take(store.apply('spec', { records, position: { stream: '', offset: '' } }).events);
}

/** Saves as they stand, by ids. */
function savesIn(state: LiveState): string[] {
  const { graph } = state;
  return Array.from({ length: graph.pinCount }, (_, pin) =>
    [...entriesOf(graph.boardsOfPin, pin)].map((board) => `${state.id('board', board)} ${state.id('pin', pin)}`),
  )
    .flat()
    .sort();
}

/** The rules word by word, out of the list of events: the newest of each kind by a search through all. */
function expectedSaves(base: LiveBase, events: readonly LiveEvent[]): string[] {
  const newest = (fits: (event: LiveEvent) => boolean): LiveEvent | undefined =>
    events.filter(fits).sort((a, b) => b.time - a.time || (a.eventId < b.eventId ? 1 : -1))[0];
  const standing = (kind: 'pin' | 'board', id: string): { alive: boolean; since: number } => {
    const described = newest((event) => event.type === kind && event[kind] === id);
    const row = base[kind === 'pin' ? 'pins' : 'boards'].ids.indexOf(id);
    const owner = described ? described.owner : row >= 0 && row % 2 === 0 ? 'o0' : undefined;
    const remove = kind === 'pin' ? 'deletePin' : 'deleteBoard';
    const shown = newest(
      (event) => (event.type === 'hide' || event.type === 'unhide') && event.pin === id && event.board === undefined,
    );
    const isHidden = kind === 'pin' && shown?.type === 'hide';
    const deleted = newest(
      (event) =>
        (event.type === remove && event[kind] === id) || (event.type === 'deleteOwner' && event.owner === owner),
    );
    const alive = !isHidden && (!deleted || (described?.time ?? -1) > deleted.time);
    return { alive, since: deleted?.time ?? -Infinity };
  };
  const pairs = new Set(events.filter(({ type }) => type === 'save').map(({ board, pin }) => `${board} ${pin}`));
  for (let board = 0; board < size.boardCount; board++) {
    for (const pin of entriesOf(base.graph.pinsOfBoard, board)) pairs.add(`b${board} p${pin}`);
  }
  return [...pairs]
    .filter((pair) => {
      const [board, pin] = pair.split(' ') as [string, string];
      const last = newest(
        (event) => (event.type === 'save' || event.type === 'unsave') && event.board === board && event.pin === pin,
      );
      if (last?.type === 'unsave') return false;
      return [standing('pin', pin), standing('board', board)].every(
        ({ alive, since }) => alive && (last?.time ?? -1) > since,
      );
    })
    .sort();
}

t.test('a state that takes events in any order is what the rules say, and what is opened after them', (t) => {
  for (let seed = 1; seed <= 8; seed++) {
    const base = baseOf(seed);
    const store = newStore(t);
    const state = new LiveState(base, store, { newPins: 20, newBoards: 20 });
    const events = randomEvents(seed, 150, { pins: 16, boards: 7, moments: 30 });
    const stream = shuffled(events, seed);
    for (let i = 0; i < stream.length; i += 13) take(store, state, stream.slice(i, i + 13));
    const expected = expectedSaves(base, events);
    t.strictSame(savesIn(state), expected, `seed ${seed}`);
    const again = new LiveState(base, store, { newPins: 20, newBoards: 20 });
    t.strictSame(savesIn(again), expected);
    for (let n = 0; n < 16; n++) t.strictSame(again.item('pin', `p${n}`), state.item('pin', `p${n}`));
    for (let n = 0; n < 7; n++) t.strictSame(again.item('board', `b${n}`), state.item('board', `b${n}`));
  }
  t.end();
});

t.test('a save is walked at once, a new pin by its neighbors; what is deleted is gone at once', (t) => {
  const store = newStore(t);
  const base = baseOf(1);
  const state = new LiveState(base, store);
  const reached = (pin: string): (string | undefined)[] => {
    const walk = new ExactWalk(state.graph);
    const rows = walk.scoreInto(
      { pins: Uint32Array.of(state.row('pin', pin) ?? 0) },
      new Float32Array(state.graph.pinCount),
    );
    return [...rows].map((row) => state.id('pin', row)).sort();
  };
  const at = (event: Omit<LiveEvent, 'eventId'>): void =>
    take(store, state, [
      { ...event, eventId: `${event.type} ${event.pin ?? event.board ?? event.owner} ${event.time}` },
    ]);
  at({ type: 'save', board: 'mine', pin: 'new', time: 1 });
  at({ type: 'save', board: 'mine', pin: 'p3', time: 1 });
  t.strictSame(reached('new'), ['new', 'p3']);
  t.same(state.item('pin', 'new'), { id: 'new', title: '', attributes: {}, isLive: true });
  at({ type: 'pin', pin: 'new', title: 'A new one', owner: 'me', time: 2 });
  t.equal(state.item('pin', 'new')?.title, 'A new one');
  at({ type: 'deleteOwner', owner: 'me', time: 3 });
  t.equal(state.row('pin', 'new'), undefined);
  t.strictSame(reached('p3').includes('new'), false);
  at({ type: 'save', board: 'mine', pin: 'new', time: 4 });
  t.equal(state.item('pin', 'new'), undefined, 'a save does not bring back what was deleted');
  at({ type: 'pin', pin: 'new', title: 'Again', owner: 'me', time: 5 });
  t.ok(reached('new').includes('p3'), 'a description does, with the saves that are newer than the delete');
  at({ type: 'unsave', board: 'mine', pin: 'p3', time: 5 });
  t.strictSame(reached('new'), ['new']);
  at({ type: 'deleteOwner', owner: 'o0', time: 6 });
  t.equal(state.row('pin', 'p2'), undefined, 'pins of the generation too, by their column of owners');
  t.notOk(savesIn(state).some((save) => / p(0|2|4|6|8|10)$/.test(save)));
  t.equal(state.row('pin', 'p3'), 3);
  t.end();
});

t.test('a pin is hidden for all or for one board until it is shown again', (t) => {
  const store = newStore(t);
  const state = new LiveState(baseOf(1), store);
  take(store, state, [
    { eventId: '1', type: 'hide', pin: 'p1', time: 1 },
    { eventId: '2', type: 'hide', pin: 'p2', board: 'b1', time: 1 },
  ]);
  t.strictSame(
    [state.isHidden('p1'), state.isHidden('p1', 'b2'), state.isHidden('p2'), state.isHidden('p2', 'b1')],
    [true, true, false, true],
  );
  take(store, state, [{ eventId: '3', type: 'unhide', pin: 'p1', time: 2 }]);
  t.notOk(state.isHidden('p1'));
  t.end();
});
