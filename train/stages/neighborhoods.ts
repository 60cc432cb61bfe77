/**
 * The stage of importance neighborhoods: the walks of `graph/neighborhood-walks.ts`, each pin on its own stream of randomness.
 */
import { neighborhoodsOf } from '../../graph/neighborhood-walks.js';
import { prepareWalk, Walker, type WalkGraph } from '../../graph/random-walk.js';
import { openGraphFile } from './graph-file.js';
import { checkPins, type RowStage } from './row-stage.js';
import { integersOf, joinParts, type Rows } from './table.js';

/** Pins to their neighborhoods. */
export const neighborhoodStage: RowStage<WalkGraph> = {
  table: 'neighborhoods',
  load: ({ graphFile = '' }) => prepareWalk(openGraphFile(graphFile)),
  open: (graph, { options }) => {
    const walker = new Walker(graph);
    return (rows) => {
      const pins = integersOf(rows, 'pin');
      checkPins(pins, graph.pinCount);
      return joinParts(
        runsOf(pins).map(({ from, to }) => rowsOf(from, neighborhoodsOf(walker, { from, to, options }))),
      );
    };
  },
};

/** Runs of successive pins, which are walked from together. */
function runsOf(pins: Int32Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let last: { from: number; to: number } | undefined;
  for (const pin of pins) {
    if (last?.to === pin) last.to++;
    else runs.push((last = { from: pin, to: pin + 1 }));
  }
  return runs.length > 0 ? runs : [{ from: 0, to: 0 }];
}

function rowsOf(from: number, { lengths, neighbors, weights }: ReturnType<typeof neighborhoodsOf>): Rows {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, n) => (offsets[n + 1] = (offsets[n] as number) + length));
  const pin = Int32Array.from(lengths, (_, n) => from + n);
  return {
    rowCount: lengths.length,
    columns: { pin, neighbors: { offsets, values: Int32Array.from(neighbors) }, weights: { offsets, values: weights } },
  };
}
