import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { entriesOf } from '../../../graph/compressed-rows.js';
import type { LiveEvent } from '../../../serve/live/event.js';
import { LiveFeed } from '../../../serve/live/live-feed.js';
import type { LiveState } from '../../../serve/live/live-state.js';
import { LiveStore } from '../../../serve/live/store.js';
import { openSnapshot, type Snapshot } from '../../../serve/snapshot.js';
import { randomEvents, shuffled } from '../live/random-events.js';
import { boardIds, pinIds, tinyContents, writeTinyGeneration } from '../world.js';

/** The tiny world under the ids of random events. */
function base(): ReturnType<typeof tinyContents> {
  const contents = tinyContents();
  const named = (prefix: string, { length }: readonly string[]): string[] => {
    return Array.from({ length }, (_, row) => `${prefix}${row}`);
  };
  return {
    ...contents,
    pins: { ...contents.pins, ids: named('p', pinIds) },
    boards: { ...contents.boards, ids: named('b', boardIds) },
  };
}

/** A generation made of saves alone as they stand in the end. */
function offline(state: LiveState): Snapshot {
  const [pinCount, boardCount] = [state.rowCount('pin'), state.rowCount('board')];
  const pairs = Array.from({ length: boardCount }, (_, board) => {
    return Array.from(entriesOf(state.graph.pinsOfBoard, board), (pin) => [board, pin] as const);
  }).flat();
  const table = (kind: 'pin' | 'board', count: number) => {
    const ids = Array.from({ length: count }, (_, row) => state.id(kind, row) ?? '');
    return { ids, titles: ids.map(() => ''), attributes: ids.map(() => undefined) };
  };
  const saves = {
    boards: Uint32Array.from(pairs, ([board]) => board),
    pins: Uint32Array.from(pairs, ([, pin]) => pin),
  };
  const { communities: _communities, related: _related, ...rest } = tinyContents('offline');
  return openSnapshot(
    writeTinyGeneration({
      ...rest,
      pins: { ...table('pin', pinCount), pictures: Array.from({ length: pinCount }, () => undefined) },
      boards: table('board', boardCount),
      graph: buildGraph(saves, { pinCount, boardCount }),
      matrices: new Map(),
    }),
  );
}

t.test(
  'walks over random events, out of order and with repeats, are those of a generation of the final saves',
  async (t) => {
    let compared = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const file = path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-lists-')), 'live.sqlite');
      const feed = new LiveFeed(new LiveStore(file));
      const live = openSnapshot(writeTinyGeneration(base()), { feed });
      const events: LiveEvent[] = shuffled(randomEvents(seed, 120, { pins: 12, boards: 8, moments: 30 }), seed);
      // Hides for one board are about lists and no saves: they have a spec of their own.
      const sent = events.filter(({ type, board }) => !(type === 'hide' && board !== undefined));
      for (let i = 0; i < sent.length; i += 11) feed.send(sent.slice(i, i + 11).map((value) => ({ body: { value } })));
      const state = live.live?.state as LiveState;
      const final = offline(state);
      const idsOf = async ({ recommender, generation }: Snapshot, kind: 'pin' | 'board', id: string) => {
        const ask = kind === 'pin' ? 'similarPins' : 'recommendForBoard';
        const list = await recommender[ask](id, 20, { strategy: 'walk' });
        const ids = Array.from(list.pins, (pin) => generation.pins.item(pin).id);
        return { ids, scores: Array.from(list.scores), fallback: list.fallback };
      };
      for (const kind of ['pin', 'board'] as const) {
        for (let row = 0; row < state.rowCount(kind); row++) {
          const id = state.id(kind, row) ?? '';
          if (state.row(kind, id) === undefined) continue;
          const expected = await idsOf(final, kind, id);
          if (expected.fallback !== null) continue;
          t.strictSame(await idsOf(live, kind, id), expected, `seed ${seed}: ${id}`);
          compared++;
        }
      }
      for (const snapshot of [live, final]) snapshot.close();
      feed.store.close();
    }
    t.ok(compared > 30, `${compared} lists`);
  },
);
