import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import {
  checkResumable,
  checkSizes,
  decode,
  encode,
  latestState,
  loadBest,
  loadLatest,
  saveBest,
  saveCheckpoint,
  type CheckpointState,
} from '../../../train/model/checkpoint.js';
import { parameter, type Parameter } from '../../../train/kernels/parameters.js';
import { bytesOf, smallConfig } from '../small-world.js';

const state: CheckpointState = {
  step: 12,
  config: smallConfig(),
  fingerprint: 'f00dfeedf00dfeed',
  bestValidation: 0.125,
  keptEpoch: 3,
  finished: false,
};

function weightsOf(seed = 1): Map<string, Parameter> {
  const made = [parameter('layer0.Q', [2, 3], Float32Array.of(1, -2, 3.5, 1e-30, -0, seed))];
  made.push(parameter('row.bias', [5, 1], Float32Array.of(5, 4, 3, 2, 1), { optimizer: 'adagrad' }));
  for (const { slots } of made) slots.forEach((slot, n) => slot.fill(0.1 * (n + 1)));
  return new Map(made.map((weight) => [weight.name, weight]));
}

function folderOf(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-checkpoint-')), 'checkpoints');
}

t.test('what was written is read back to the bit: weights, slots of either optimizer, state', (t) => {
  const folder = folderOf();
  t.equal(loadLatest(folder), undefined, 'no folder yet');
  saveCheckpoint(folder, state, weightsOf());
  const read = loadLatest(folder);
  t.same(read?.state, state);
  t.equal(bytesOf(read?.weights ?? new Map()), bytesOf(weightsOf()));
  t.same(read?.weights.get('layer0.Q')?.shape, [2, 3]);
  t.end();
});

t.test('before the first validation the best figure is -Infinity, and stays so on disk', (t) => {
  const first = { ...state, bestValidation: -Infinity };
  t.equal(decode(encode(first, weightsOf(), true), 'x').state.bestValidation, -Infinity);
  t.end();
});

t.test('the newest counts, two are kept, and a file that a crash left half written is passed over', (t) => {
  const folder = folderOf();
  for (const step of [2, 4, 10, 100]) saveCheckpoint(folder, { ...state, step }, weightsOf(step));
  writeFileSync(path.join(folder, 'step-0000200.ckpt.writing'), 'half');
  t.same(readdirSync(folder), ['step-0000010.ckpt', 'step-0000100.ckpt', 'step-0000200.ckpt.writing']);
  const read = loadLatest(folder);
  t.equal(read?.state.step, 100);
  t.equal(read?.weights.get('layer0.Q')?.values[5], 100);
  t.end();
});

t.test('the best weights are kept apart, without slots', (t) => {
  const folder = folderOf();
  saveBest(folder, state, weightsOf(1));
  saveCheckpoint(folder, { ...state, step: 13 }, weightsOf(2));
  const best = loadBest(folder, state);
  t.equal(best.weights.get('layer0.Q')?.values[5], 1);
  t.ok(best.weights.get('layer0.Q')?.slots.every((slot) => slot.every((value) => value === 0)));
  t.same(best.state, state);
  t.equal(loadLatest(folder)?.state.step, 13, 'best.ckpt is no step');
  t.end();
});

t.test('bytes need not be aligned, and the arrays of a checkpoint are copies', (t) => {
  const bytes = encode(state, weightsOf(), true);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const { weights } = decode(shifted.subarray(3), 'shifted');
  shifted.fill(0);
  t.equal(bytesOf(weights), bytesOf(weightsOf()));
  t.same(encode(state, weightsOf(), true), bytes, 'same content, same bytes');
  t.end();
});

t.test('damage is found and named, with what to do', (t) => {
  const folder = folderOf();
  saveCheckpoint(folder, state, weightsOf());
  const file = path.join(folder, 'step-0000012.ckpt');
  const whole = readFileSync(file);
  const checksum = /must have the checksum [0-9a-f]{8} that it was written with \(got [0-9a-f]{8}\)/;
  const cases: [string, Uint8Array, string | RegExp][] = [
    ['empty', new Uint8Array(0), 'must be a checkpoint (got 0 bytes)'],
    ['foreign', new TextEncoder().encode('not a checkpoint'), 'must begin with PWCK (got something else)'],
    ['older', patched(whole, 4, 3), 'must have format 4 (got 3)'],
    ['cut', whole.subarray(0, whole.length - 4), checksum],
    ['longer', Uint8Array.of(...whole, 0), checksum],
    ['a bit of a weight flipped', patched(whole, whole.length - 4, 1), checksum],
    ['header overwritten', patched(whole, 20, 0xffffffff), checksum],
    ['checksum overwritten', patched(whole, 12, 0), /must have the checksum 00000000 that/],
  ];
  for (const [what, bytes, problem] of cases) {
    writeFileSync(file, bytes);
    t.throws(() => loadLatest(folder), { code: 'CHECKPOINT_INVALID', message: problem }, what);
    t.throws(() => loadLatest(folder), { message: `; delete it to go on from the one before` }, what);
    t.throws(() => loadLatest(folder), { message: file }, what);
  }
  writeFileSync(file, whole);
  t.same(loadLatest(folder)?.state, state, 'and whole again it is read');
  t.end();
});

t.test('each single byte that is damaged is noticed', (t) => {
  const whole = encode(state, weightsOf(), true);
  for (let at = 0; at < whole.length; at++) {
    const bytes = Uint8Array.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    t.throws(() => decode(bytes, 'x'), { code: 'CHECKPOINT_INVALID' }, `byte ${at}`);
  }
  t.end();
});

t.test('a run without best weights says so', (t) => {
  const folder = folderOf();
  t.notOk(existsSync(folder));
  t.throws(() => loadBest(folder, state), {
    code: 'CHECKPOINT_INVALID',
    message: `${path.join(folder, 'best.ckpt')}: must be a checkpoint (got no such file); train anew under another --run`,
  });
  t.end();
});

t.test('best weights of another run, of other data or of an earlier epoch are refused', (t) => {
  const folder = folderOf();
  const file = path.join(folder, 'best.ckpt');
  saveBest(folder, { ...state, contentFingerprint: 'aa'.repeat(20) }, weightsOf());
  const cases: [Partial<CheckpointState>, string][] = [
    [
      { config: { ...state.config, seed: 2 } },
      "the config must be the checkpoint's (got seed 2, was 7); drop these options or train anew",
    ],
    [
      { fingerprint: '0123456789abcdef' },
      'the data must be what the checkpoint was trained on (got 0123456789ab, trained on f00dfeedf00d)',
    ],
    [
      { contentFingerprint: 'bb'.repeat(20) },
      'titles, columns, pictures and vectors must be those that the checkpoint was trained on (got bbbbbbbbbbbb, trained on aaaaaaaaaaaa)',
    ],
    [
      { keptEpoch: 4 },
      'must hold the weights that training kept last (got those of epoch 4, kept were those of epoch 5)',
    ],
  ];
  for (const [change, problem] of cases) {
    t.throws(() => loadBest(folder, { ...state, ...change }), {
      code: 'CHECKPOINT_INVALID',
      message: `${file}: ${problem}`,
    });
    t.throws(() => loadBest(folder, { ...state, ...change }), { message: 'train anew under another --run' });
  }
  t.ok(loadBest(folder, { ...state, contentFingerprint: 'aa'.repeat(20) }));
  t.ok(loadBest(folder, state), 'where content is not known it is not compared');
  t.end();
});

t.test('damaged best weights cannot be mended by deleting them, and the message says what can', (t) => {
  const folder = folderOf();
  saveBest(folder, state, weightsOf());
  const file = path.join(folder, 'best.ckpt');
  const whole = readFileSync(file);
  for (const bytes of [whole.subarray(0, 10), patched(whole, whole.length - 4, 1), new Uint8Array(whole.length)]) {
    writeFileSync(file, bytes);
    t.throws(() => loadBest(folder, state), {
      code: 'CHECKPOINT_INVALID',
      message: /best\.ckpt: must .*; train anew under another --run$/,
    });
  }
  t.end();
});

t.test('weights of other sizes than config and data give are refused before a kernel reads beside them', (t) => {
  const sizes = {
    pinCount: 5,
    termCount: 0,
    featureDimension: 2,
    hiddenDimension: 3,
    dimension: 4,
    layers: 1,
    learnIds: true,
  };
  const shape = {
    ...sizes,
    contentColumns: new Uint8Array(2),
    pooling: 'importance',
    temperature: 1,
    querySizePower: 0,
    loss: 'binary',
  } as const;
  const made = new Map(
    (
      [
        ...[['row.query', [5, 4]] as const, ['row.target', [5, 4]] as const, ['row.bias', [5, 1]] as const],
        ...[['layer0.Q', [2, 3]] as const, ['head.target', [3, 4]] as const],
      ] as const
    ).map(([name, size]) => [name, parameter(name, size, new Float32Array(size[0] * size[1]), { optimizer: 'adam' })]),
  );
  checkSizes(made, shape, 'x');
  const refused = (change: Partial<typeof sizes>, message: string): void => {
    const what = { code: 'CHECKPOINT_INVALID', message: `x: ${message}; train anew under another --run` };
    t.throws(() => checkSizes(made, { ...shape, ...change }, 'x'), what);
  };
  refused({ pinCount: 6 }, 'row.query must have 6 x 4 numbers (got 5 x 4)');
  refused({ learnIds: false }, 'row.query must have 0 x 4 numbers (got 5 x 4)');
  refused({ termCount: 9 }, 'term.query must have 9 x 4 numbers (got 0 x 4)');
  refused({ featureDimension: 7 }, 'layer0.Q must have 7 x 3 numbers (got 2 x 3)');
  refused({ layers: 0 }, 'layer0.Q must have 0 x 3 numbers (got 2 x 3)');
  t.end();
});

t.test('the header of the newest checkpoint says how far a training is', (t) => {
  const folder = folderOf();
  t.equal(latestState(folder), undefined);
  saveCheckpoint(folder, { ...state, finished: true }, weightsOf());
  t.match(latestState(folder), { step: 12, keptEpoch: 3, finished: true, config: { seed: 7 } });
  const file = path.join(folder, 'step-0000012.ckpt');
  const whole = readFileSync(file);
  const otherSeed = Buffer.from(whole.toString('latin1').replace('"seed":7', '"seed":8'), 'latin1');
  for (const bytes of [new Uint8Array(3), new Uint8Array(40), otherSeed]) {
    writeFileSync(file, bytes);
    t.throws(() => latestState(folder), { code: 'CHECKPOINT_INVALID' });
  }
  t.end();
});

t.test('options that a checkpoint has under former names are read under the current ones', (t) => {
  const { querySizePower, ...rest } = state.config;
  const former = { ...state, config: { ...rest, sizePower: querySizePower } } as unknown as CheckpointState; // as once written
  const read = decode(encode(former, weightsOf(), true), 'x').state;
  t.same(read.config, state.config);
  checkResumable(read, state);
  t.end();
});

t.test('a checkpoint goes on only with its own data and config, on any number of workers', (t) => {
  const { config, fingerprint } = state;
  const others = { ...config, workers: 9, patience: 1, checkpointEvery: 77 };
  checkResumable(state, { config: others, fingerprint });
  t.throws(() => checkResumable(state, { config, fingerprint: '0123456789abcdef' }), {
    code: 'CHECKPOINT_INVALID',
    message:
      'resume: the data must be what the checkpoint was trained on (got 0123456789ab, trained on f00dfeedf00d); train anew under another --run',
  });
  const changed = { ...config, epochs: 9, seed: 8, learnIds: false };
  t.throws(() => checkResumable(state, { config: changed, fingerprint }), {
    code: 'CHECKPOINT_INVALID',
    message:
      "resume: the config must be the checkpoint's (got seed 8, was 7; learnIds false, was true; epochs 9, was 3); drop these options or train anew under another --run",
  });
  t.end();
});

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}
