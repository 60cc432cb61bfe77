import t from 'tap';
import { evaluateLists, listTask, type ListTask } from '../../../train/evaluation/evaluate-lists.js';
import { boardIdeas } from '../../../train/evaluation/tasks.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';

const ideas: ListTask = {
  name: 'boardIdeas',
  pinCount: 10,
  queries: [
    { id: 'b', known: ['k'], relevant: ['x', 'y'] },
    { id: 'c', known: [], relevant: ['z'] },
  ],
};

t.test('evaluate measures lists of ids by hand-computed values', async (t) => {
  const lists: Record<string, string[]> = { b: ['k', 'a', 'x'], c: ['a'] };
  const table = await evaluateLists({ mine: { recommendForBoard: (id) => ({ pinIds: lists[id] ?? [] }) } }, [ideas]);
  const got = table['mine']?.boardIdeas;
  t.equal(got?.queries, 2);
  t.equal(got?.['recall@20'].mean, (1 / 2 + 0) / 2, 'x of x and y; the known pin is passed over');
  const ndcg = 1 / Math.log2(3) / (1 + 1 / Math.log2(3));
  t.ok(Math.abs((got?.['ndcg@20'].mean ?? 0) - ndcg / 2) < 1e-12);
  t.equal(got?.mrr.mean, 1 / 4, 'the second place, and none');
  t.equal(got?.['hitRate@10'].mean, 1 / 2);
  t.equal(got?.['coverage@20'].mean, 2 / 10, 'a and x');
});

t.test('a model that lacks a method is left out of its task, and this is kept for the others', async (t) => {
  class Mine {
    readonly answer = ['x'];
    async similarPins(): Promise<{ pinIds: string[] }> {
      return Promise.resolve({ pinIds: this.answer });
    }
  }
  const related: ListTask = { name: 'relatedPins', pinCount: 3, queries: [{ id: 'p', known: ['p'], relevant: ['x'] }] };
  const table = await evaluateLists({ mine: new Mine(), none: {} }, [ideas, related, { ...ideas, queries: [] }]);
  t.equal(table['mine']?.relatedPins?.mrr.mean, 1);
  t.equal(table['mine']?.boardIdeas, undefined);
  t.strictSame(table['none'], {});
});

t.test('evaluate refuses a list with a pin in it twice', async (t) => {
  const model = { recommendForBoard: () => ({ pinIds: ['a', 'x', 'a'] }) };
  await t.rejects(evaluateLists({ mine: model }, [ideas]), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'evaluate: model mine, boardIdeas of "b": a list must have a pin once (got a twice)',
  });
});

t.test('listTask has the ids of the rows', (t) => {
  const table = (ids: string[]) => ({ ids, titles: ids.map(() => ''), attributes: ids.map(() => undefined) });
  const counts = { pinCount: 3, boardCount: 2 };
  const known = buildGraph({ boards: Uint32Array.of(1, 1), pins: Uint32Array.of(0, 2) }, counts);
  const task = boardIdeas({ known, heldOut: { boards: Uint32Array.of(1), pins: Uint32Array.of(1) } });
  t.strictSame(listTask(task, { pins: table(['p0', 'p1', 'p2']), boards: table(['b0', 'b1']) }), {
    name: 'boardIdeas',
    queries: [{ id: 'b1', known: ['p0', 'p2'], relevant: ['p1'] }],
    pinCount: 3,
  });
  t.end();
});
