import t from 'tap';
import { placesByKey } from '../../data/counting-sort.js';
import { randomInteger, randomStream } from '../../data/random.js';

t.test('entries come to stand by group, those of one group in the order they came in', (t) => {
  const random = randomStream(1, 'keys');
  for (let trial = 0; trial < 50; trial++) {
    const groupCount = 1 + randomInteger(random, 8);
    const keys = Uint32Array.from({ length: randomInteger(random, 40) }, () => randomInteger(random, groupCount));
    const { offsets, places } = placesByKey(keys, groupCount);
    const sorted = [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
    t.same(
      sorted.map((entry) => places[entry]),
      [...sorted.keys()],
    );
    t.same(
      Array.from({ length: groupCount }, (_, g) => (offsets[g + 1] as number) - (offsets[g] as number)),
      Array.from({ length: groupCount }, (_, g) => keys.filter((key) => key === g).length),
    );
  }
  t.end();
});
