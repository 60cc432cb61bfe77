import { availableParallelism } from 'node:os';
import t from 'tap';
import { checkConfig, configDefaults, configGroups, configSchema, describeRange } from '../../train/config.js';
import { searchSpace } from '../../train/experiments/search-space.js';

t.test('the defaults are accepted, complete and frozen', (t) => {
  const config = checkConfig();
  t.same(config, { ...configDefaults, workers: availableParallelism() });
  t.same(Object.keys(configDefaults).sort(), Object.keys(configSchema.properties).sort());
  t.ok(Object.isFrozen(config) && Object.isFrozen(configDefaults));
  t.end();
});

t.test('later layers win and the layers stay as they are', (t) => {
  const file = Object.freeze({ seed: 5, epochs: 2 });
  const config = checkConfig(file, { epochs: 3 });
  t.equal(config.seed, 5);
  t.equal(config.epochs, 3);
  t.equal(config.temperature, configDefaults.temperature);
  t.same(file, { seed: 5, epochs: 2 });
  t.end();
});

t.test('workers auto is one a core, and a number is taken as it is', (t) => {
  t.equal(checkConfig({ workers: 'auto' }).workers, availableParallelism());
  t.equal(checkConfig({ workers: 'auto' }, { workers: 3 }).workers, 3);
  for (const workers of [0, 257, 1.5, '2', 'all', null]) {
    t.throws(() => checkConfig({ workers }), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `config: workers must be auto or an integer from 1 to 256 (got ${JSON.stringify(workers)})`,
    });
  }
  t.end();
});

t.test('layers is auto or a number, and stays so: what auto comes to depends on the data', (t) => {
  t.equal(checkConfig({}).layers, 'auto');
  t.equal(checkConfig({ layers: 3 }).layers, 3);
  for (const layers of [-1, 5, 1.5, 'none']) {
    t.throws(() => checkConfig({ layers }), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `config: layers must be auto or an integer from 0 to 4 (got ${JSON.stringify(layers)})`,
    });
  }
  t.end();
});

t.test('an unknown option is refused with the nearest name', (t) => {
  t.throws(() => checkConfig({ epoch: 3 }), {
    code: 'OPTION_UNKNOWN',
    message: 'config: epoch is not an option; did you mean epochs?',
  });
  t.throws(() => checkConfig({ hiddendimension: 3 }), { message: /did you mean hiddenDimension\?/ });
  t.throws(() => checkConfig({ constructor: 3 }), { code: 'OPTION_UNKNOWN' });
  t.throws(() => checkConfig({ gpu: 3 }), {
    message: /^config: gpu is not an option; known are seed, backend, .*, and \d+ more$/,
  });
  t.end();
});

t.test('every option is refused just outside its range, with the range and the value', (t) => {
  for (const [name, schema] of Object.entries(configSchema.properties)) {
    if (name === 'workers' || name === 'layers') continue; // two kinds in one, above
    const range = describeRange(schema);
    const bounds = /^(an integer|a number) from (\S+) to (\S+)$/.exec(range);
    const [inside, outside] = bounds
      ? [
          [Number(bounds[2]), Number(bounds[3])],
          [Number(bounds[2]) - 1, Number(bounds[3]) + 1, NaN, Infinity, '1', null],
        ]
      : range === 'true or false'
        ? [
            [true, false],
            [1, 'true', null],
          ]
        : 'enum' in schema
          ? [range.replace('one of ', '').split(', '), ['', 'no such', 1]]
          : [
              ['auto', 'none', 'a column, another'],
              [1, null],
            ];
    for (const value of inside)
      t.equal(checkConfig({ batchPairs: 1, [name]: value })[name as 'seed'], value, `${name} ${value}`);
    for (const value of outside) {
      t.throws(() => checkConfig({ [name]: value }), {
        code: 'OPTION_OUT_OF_RANGE',
        message: `config: ${name} must be ${range} (got ${JSON.stringify(value)})`,
      });
    }
    if (range.startsWith('an integer')) t.throws(() => checkConfig({ [name]: 10.5 }), { code: 'OPTION_OUT_OF_RANGE' });
  }
  t.end();
});

t.test('a value nested deeper than any stack is refused like any other', (t) => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  t.throws(() => checkConfig({ seed: deep }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /^config: seed must be .*\(got \[\[/,
  });
  t.end();
});

t.test('a step needs boards or pairs', (t) => {
  t.equal(checkConfig({ batchBoards: 0, batchPairs: 8 }).batchBoards, 0);
  t.throws(() => checkConfig({ batchBoards: 0, batchPairs: 0 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message:
      'config: batchBoards and batchPairs must not both be 0 (got no query a step); name --batch-pairs to train on pin pairs alone',
  });
  t.end();
});

t.test('every option stands in one group, and options of the network alone in theirs', (t) => {
  t.same(Object.values(configGroups).flat().sort(), Object.keys(configSchema.properties).sort());
  const [network = [], ...others] = Object.entries(configGroups)
    .filter(([group]) => /network alone/.test(group))
    .map(([, names]) => names);
  t.equal(others.length, 0);
  const searchedWithNetwork = searchSpace.filter(({ part }) => part === 'network').map(({ name }) => name);
  t.same([...network].sort(), searchedWithNetwork.sort());
  t.end();
});

t.test('describeRange says integers, numbers, names and switches in words', (t) => {
  const { properties } = configSchema;
  t.equal(describeRange(properties.neighborCount), 'an integer from 1 to 200');
  t.equal(describeRange(properties.testFraction), 'a number from 0.01 to 0.5');
  t.equal(describeRange(properties.backend), 'one of auto, wasm, tensorflow, webgpu, cpu');
  t.equal(describeRange(properties.learnIds), 'true or false');
  t.equal(describeRange(properties.workers), 'auto or an integer from 1 to 256');
  t.end();
});
