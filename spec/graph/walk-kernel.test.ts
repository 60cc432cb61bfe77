import t from 'tap';
import { randomStream } from '../../data/random.js';
import { UNCOUNTED, walkKernel, type KernelRows, type KernelShape } from '../../graph/walk-kernel.js';

const random = randomStream(1, 'kernel spec');
const PINS = 40;
const BOARDS = 15;

/** Random rows: every one has entries, so that each hop goes on. */
function rowsOver(rowCount: number, columnCount: number): KernelRows {
  const sizes = Array.from({ length: rowCount }, () => 1 + Math.floor(random() * 9));
  const offsets = Int32Array.from([0, ...sizes.map((_, n) => sizes.slice(0, n + 1).reduce((a, b) => a + b, 0))]);
  const entries = offsets.at(-1) ?? 0;
  const draw = (): number => Math.floor(random() * columnCount);
  return {
    offsets,
    neighbors: Int32Array.from({ length: entries }, draw),
    kept: Int32Array.from({ length: entries }, () => (random() * 2 ** 32) | 0),
    alias: Int32Array.from({ length: entries }, draw),
  };
}

const boardsOfPin = rowsOver(PINS, BOARDS);
const pinsOfBoard = rowsOver(BOARDS, PINS);

/** The same walk, written as a loop over walkers. */
function naiveWalk(
  shape: KernelShape,
  state: Int32Array,
  call: { start: number; rounds: number; restartBelow: number },
) {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  const draw = (): number => {
    let bits = Math.imul(b, 5);
    bits = Math.imul((bits << 7) | (bits >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return bits;
  };
  const at = (rows: KernelRows, row: number): number => {
    const from = rows.offsets[row] ?? 0;
    const size = BigInt((rows.offsets[row + 1] ?? 0) - from);
    const entry = from + Number((BigInt(draw() >>> 0) * size) >> 32n);
    if (!shape.isWeighted) return rows.neighbors[entry] ?? -1;
    return draw() >>> 0 < (rows.kept?.[entry] ?? 0) >>> 0 ? (rows.neighbors[entry] ?? -1) : (rows.alias?.[entry] ?? -1);
  };
  const counts = new Map<number, number>();
  const positions = new Array<number>(shape.lanes).fill(call.start);
  for (let round = 0; round < call.rounds; round++) {
    for (let w = 0; w < shape.lanes; w++) if (draw() < call.restartBelow) positions[w] = call.start;
    for (let w = 0; w < shape.lanes; w++) positions[w] = at(boardsOfPin, positions[w] ?? -1);
    for (let w = 0; w < shape.lanes; w++) positions[w] = at(pinsOfBoard, positions[w] ?? -1);
    for (const pin of positions) if (pin !== call.start) counts.set(pin, (counts.get(pin) ?? 0) + 1);
  }
  return counts;
}

t.test('a kernel of any shape counts what a loop over walkers counts, in the same order', (t) => {
  for (const lanes of [1, 4, 16])
    for (const isWeighted of [false, true])
      for (const hasLargeRows of [false, true]) {
        const shape = { lanes, isWeighted, hasLargeRows, stopsEarly: false };
        const state = Int32Array.of(11, -22, 33, 44);
        const counts = new Int32Array(PINS);
        const visited = new Int32Array(PINS);
        const result = new Int32Array(2);
        const memory = { boardsOfPin, pinsOfBoard, counts, visited, random: state.slice(), result };
        const call = { start: 3, rounds: 50, restartBelow: -(2 ** 30) };
        counts[3] = UNCOUNTED;
        const walk = walkKernel(shape, memory);
        t.equal(walk({ ...call, visitedCount: 0, enoughPins: 0, enoughVisits: 0 }), 50);
        const expected = naiveWalk(shape, state, call);
        t.same([...visited.subarray(0, result[0])], [...expected.keys()], JSON.stringify(shape));
        for (const [pin, count] of expected) t.equal(counts[pin], count);
      }
  t.end();
});

t.test('an index into a row of 2^21 entries and more is exact', (t) => {
  // One pin on a board of very many pins, of which only the place counts: neighbors are their own numbers.
  const size = 2 ** 21 + 12_345;
  const pins: KernelRows = { offsets: new Int32Array(size + 1).map((_, n) => n), neighbors: new Int32Array(size) };
  const boards: KernelRows = { offsets: Int32Array.of(0, size), neighbors: new Int32Array(size).map((_, n) => n) };
  const memory = {
    ...{ boardsOfPin: pins, pinsOfBoard: boards, counts: new Int32Array(size), visited: new Int32Array(size) },
    ...{ random: Int32Array.of(1, 2, 3, 4), result: new Int32Array(2) },
  };
  const shape = { lanes: 1, isWeighted: false, stopsEarly: false, hasLargeRows: true };
  const walk = walkKernel(shape, memory);
  walk({ start: 0, rounds: 20_000, restartBelow: -(2 ** 31), visitedCount: 0, enoughPins: 0, enoughVisits: 0 });
  const last = memory.visited.subarray(0, memory.result[0]);
  t.ok(last.length > 19_000, 'nearly every place is a new one');
  t.ok(last.every((pin) => pin >= 0 && pin < size));
  t.ok(last.some((pin) => pin > size - 1000) && last.some((pin) => pin < 1000), 'from one end to the other');
  t.end();
});

t.test('a kernel that stops early ends after the round in which enough pins have enough visits', (t) => {
  const result = new Int32Array(2);
  const counts = new Int32Array(PINS);
  counts[3] = UNCOUNTED;
  const memory = {
    boardsOfPin,
    pinsOfBoard,
    counts,
    visited: new Int32Array(PINS),
    random: Int32Array.of(5, 6, 7, 8),
    result,
  };
  const walk = walkKernel({ lanes: 4, isWeighted: false, hasLargeRows: false, stopsEarly: true }, memory);
  const rounds = walk({ start: 3, rounds: 10_000, restartBelow: 0, visitedCount: 0, enoughPins: 2, enoughVisits: 5 });
  t.ok(rounds < 100, `${rounds} rounds`);
  t.ok((result[1] ?? 0) >= 2);
  t.ok(counts.filter((count) => count >= 5 && count < UNCOUNTED).length >= 2);
  t.end();
});
