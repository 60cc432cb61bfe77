import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { ease, easeWeights, invert } from '../../../train/baselines/ease.js';
import { Workspace } from '../../../train/kernels/workspace.js';
import { holds, randomGraph } from '../ranking/random-graph.js';

t.test('invert gives the inverse, over more than one block of rows', (t) => {
  for (const size of [1, 5, 192, 300]) {
    const random = randomStream(size, 'spec');
    const cells = Float64Array.from({ length: size * size }, () => randomNormal(random) / Math.sqrt(size));
    const product = (a: Float64Array, b: ArrayLike<number>, row: number, column: number): number => {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += Number(a[row * size + k]) * Number(b[k * size + column]);
      return sum;
    };
    // A A^T + 1
    const matrix = new Float64Array(size * size);
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        let sum = a === b ? 1 : 0;
        for (let k = 0; k < size; k++) sum += Number(cells[a * size + k]) * Number(cells[b * size + k]);
        matrix[a * size + b] = sum;
      }
    const workspace = Workspace.open();
    const own = workspace.copyIn(Float32Array.from(matrix), size, size);
    invert(own, workspace);
    const inverse = own.values.slice();
    let most = 0;
    for (let row = 0; row < size; row += Math.ceil(size / 40))
      for (let column = 0; column < size; column++)
        most = Math.max(most, Math.abs(product(matrix, inverse, row, column) - (row === column ? 1 : 0)));
    t.ok(most < 1e-4, `${size}: off by ${most}`);
  }
  t.end();
});

t.test('ease minimizes what it is said to: each column of weights solves its ridge regression', (t) => {
  const size = { pinCount: 20, boardCount: 40, saveCount: 200 };
  const graph = randomGraph(6, size);
  const regularization = 3;
  const { values } = easeWeights(graph, { regularization });
  const [pins, boards] = [[...Array(size.pinCount).keys()], [...Array(size.boardCount).keys()]];
  const saved = (board: number, pin: number): number => (holds(graph, board, pin) ? 1 : 0);
  const scores = ease(graph, { rows: 20, columns: 20, values }).scoreBoards(Uint32Array.from(boards));
  for (const j of pins) {
    t.equal(values[j * 20 + j], 0);
    for (const i of pins) {
      if (i === j) continue; // the constraint of the diagonal takes this derivative
      // d/dB_ij of |X - X B|^2 + regularization |B|^2
      const slope = boards.reduce((sum, v) => sum + saved(v, i) * ((scores[v * 20 + j] ?? NaN) - saved(v, j)), 0);
      const whole = slope + regularization * (values[i * 20 + j] ?? NaN);
      if (Math.abs(whole) > 1e-3) t.fail(`pins ${i} and ${j}: ${whole}`);
    }
  }
  t.end();
});
