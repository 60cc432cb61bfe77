import t from 'tap';
import type { Pin } from '../../../data/collection.js';
import {
  communityGraph,
  edgesOf,
  nearbyGraph,
  nodeKey,
  nodesOf,
  type Subgraph,
  wholeGraph,
  withoutSaves,
} from '../../../graph/export/subgraph.js';
import { sampleView } from './sample-view.js';

const keysOf = (subgraph: Subgraph): string => Array.from(nodesOf(subgraph), ({ key }) => key).join(' ');
const savesOf = (subgraph: Subgraph): string =>
  Array.from(edgesOf(subgraph), ({ source, target }) => source + target).join(' ');

t.test('wholeGraph has every pin and board, those without saves too, and every save', (t) => {
  const whole = wholeGraph(sampleView());
  t.equal(keysOf(whole), 'p0 p1 p2 p3 p4 b0 b1 b2');
  t.equal(savesOf(whole), 'b0p0 b0p1 b1p0 b1p1 b1p2 b2p2 b2p3');
  t.end();
});

t.test('communityGraph has the rows of one community and the saves between them', (t) => {
  const view = sampleView();
  t.equal(keysOf(communityGraph(view, 0)), 'p0 p1 b0 b1');
  t.equal(savesOf(communityGraph(view, 0)), 'b0p0 b0p1 b1p0 b1p1');
  t.equal(keysOf(communityGraph(view, 1)), 'p2 p3 b2');
  t.end();
});

t.test('nearbyGraph grows by one hop at a time from pins to boards and on', (t) => {
  const view = sampleView();
  const near = (pin: number, hops: number) => keysOf(nearbyGraph(view, pin as Pin, hops));
  t.equal(near(3, 0), 'p3');
  t.equal(near(3, 1), 'p3 b2');
  t.equal(near(3, 2), 'p2 p3 b2');
  t.equal(near(3, 3), 'p2 p3 b1 b2');
  t.equal(near(3, 4), 'p0 p1 p2 p3 b1 b2');
  t.equal(near(3, 16), 'p0 p1 p2 p3 b0 b1 b2');
  t.equal(near(4, 5), 'p4');
  t.equal(savesOf(nearbyGraph(view, 3 as Pin, 3)), 'b1p2 b2p2 b2p3');
  t.end();
});

t.test('nodesOf tells kind, id, title, community and the degree in the whole graph', (t) => {
  const nodes = [...nodesOf(nearbyGraph(sampleView(), 3 as Pin, 2))];
  t.strictSame(nodes[0], {
    key: 'p2',
    kind: 'pin',
    row: 2,
    id: "three's",
    title: 'tab\tline\nend\rreturn',
    community: { number: 1, title: 'sun "bright"' },
    degree: 2,
    attributes: undefined,
  });
  t.strictSame([...nodesOf(wholeGraph(sampleView()))][4]?.community, withoutSaves);
  t.equal(nodeKey('board', 12), 'b12');
  t.end();
});

t.test('edgesOf carries weights', (t) => {
  const weights = Array.from(edgesOf(wholeGraph(sampleView(true))), ({ weight }) => weight);
  t.strictSame(weights, [1, 2, 3, 0.5, 5, 6, 7]);
  t.end();
});

t.test('communityGraph and nearbyGraph refuse what does not exist', (t) => {
  const view = sampleView();
  t.throws(() => communityGraph(view, 2), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'communityGraph: community must be an integer from 0 to 1 (got 2)',
  });
  t.throws(() => communityGraph({ ...view, communityTitles: [] }, 0), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'communityGraph: the graph must have communities (got none)',
  });
  t.throws(() => nearbyGraph(view, 5 as Pin, 1), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'nearbyGraph: a pin row must be from 0 to 4 (got 5)',
  });
  t.throws(() => nearbyGraph(view, 0 as Pin, 17), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'nearbyGraph: hops must be an integer from 0 to 16 (got 17)',
  });
  t.end();
});
