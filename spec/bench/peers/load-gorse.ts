/**
 * Gives a gorse the pins and saves of a generation: `node dist/spec/bench/peers/load-gorse.js http://127.0.0.1:18088 pinwalk.sqlite`.
 *
 * Items come first, with a time, since undated ones are never among its latest; then saves as feedback, 10,000 a request.
 */
import { openGeneration } from '../../../data/generation/read.js';
import { entriesOf } from '../../../graph/compressed-rows.js';

const most = 10_000;
const Timestamp = '2026-11-01T00:00:00Z';

async function post(address: string, path: string, all: readonly object[]): Promise<void> {
  for (let at = 0; at < all.length; at += most) {
    const body = JSON.stringify(all.slice(at, at + most));
    const answer = await fetch(address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  }
}

const [address = '', file = ''] = process.argv.slice(2);
const generation = openGeneration(file);
const { pins, boards, graph } = generation;
const items = pins.table.ids.map((ItemId, pin) => {
  return { ItemId, IsHidden: false, Categories: [], Timestamp, Labels: [], Comment: pins.table.titles[pin] ?? '' };
});
const feedback = boards.table.ids.flatMap((UserId, board) =>
  Array.from(entriesOf(graph.pinsOfBoard, board), (pin) => {
    return { FeedbackType: 'save', UserId, ItemId: pins.table.ids[pin] as string, Timestamp };
  }),
);
await post(address, '/api/items', items);
await post(address, '/api/feedback', feedback);
generation.close();
process.stdout.write(`${items.length} items, ${feedback.length} saves\n`);
