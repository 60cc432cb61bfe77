import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { principalComponents } from '../../../train/features/principal-components.js';
import { Workspace } from '../../../train/kernels/workspace.js';

/** 60 vectors that differ along (1, 1, 0, 0) much and along (0, 0, 1, -1) little, around a mean far from 0; three are absent. */
function block(): { dimension: number; values: Float32Array; present: Uint8Array } {
  const random = randomStream(7, 'spec');
  const values = new Float32Array(60 * 4);
  const present = new Uint8Array(60).fill(1);
  for (let row = 0; row < 60; row++) {
    const [much, little] = [5 * randomNormal(random), 0.1 * randomNormal(random)];
    values.set([9 + much, -3 + much, 4 + little, 1 - little], 4 * row);
  }
  for (const absent of [3, 30, 59]) {
    present[absent] = 0;
    values.fill(0, 4 * absent, 4 * absent + 4);
  }
  return { dimension: 4, values, present };
}

t.test('the first component is the direction in which vectors differ most, less their mean', (t) => {
  const { values, present } = block();
  const short = principalComponents(block(), 1, Workspace.open());
  const along = Array.from(present.keys(), (row) => ((values[4 * row] ?? 0) + (values[4 * row + 1] ?? 0)) / Math.SQRT2);
  const known = along.filter((_, row) => present[row] === 1);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const sign = Math.sign(((along[0] ?? 0) - mean) * (short.values[0] ?? 0));
  along.forEach((value, row) => {
    const expected = present[row] === 1 ? sign * (value - mean) : 0;
    t.ok(Math.abs((short.values[row] ?? NaN) - expected) < 0.05, `row ${row}`);
  });
  t.same([short.dimension, short.values.length], [1, 60]);
  t.end();
});

t.test('a block that is short enough is kept as it is, and the workspace is left as it was found', (t) => {
  const workspace = Workspace.open();
  const before = workspace.mark();
  const given = block();
  t.equal(principalComponents(given, 4, workspace), given);
  principalComponents(given, 2, workspace);
  t.equal(workspace.mark(), before);
  t.end();
});

t.test('distances between vectors survive as far as the kept directions hold them', (t) => {
  const { values } = block();
  const { values: short } = principalComponents(block(), 2, Workspace.open());
  const distance = (of: Float32Array, width: number, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: width }, (_, d) => (of[a * width + d] ?? 0) - (of[b * width + d] ?? 0)));
  for (const [a, b] of [
    [0, 1],
    [5, 40],
    [12, 58],
  ] as const) {
    t.ok(Math.abs(distance(values, 4, a, b) - distance(short, 2, a, b)) < 1e-3);
  }
  t.end();
});
