import t from 'tap';
import { shared, sharedArray, sharedFloats, sharedIntegers } from '../../data/shared-arrays.js';

t.test('arrays are copied into shared memory once, and keep their kind', (t) => {
  for (const values of [Float32Array.of(1.5, -2), Uint32Array.of(3, 4_000_000_000)]) {
    const copy = shared(values);
    t.same([...copy], [...values]);
    t.equal(copy.constructor, values.constructor);
    t.ok(copy.buffer instanceof SharedArrayBuffer);
    t.ok(shared(copy) === copy, 'shared already');
  }
  const wide = sharedArray(Float64Array, 3);
  t.ok(wide instanceof Float64Array && wide.buffer instanceof SharedArrayBuffer);
  t.same([...wide], [0, 0, 0]);
  t.same([...sharedFloats(2), ...sharedIntegers(2)], [0, 0, 0, 0]);
  t.end();
});
