import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import {
  checkResumable,
  decode,
  encode,
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
  const best = loadBest(folder);
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
  t.throws(() => loadBest(folder), {
    code: 'CHECKPOINT_INVALID',
    message: `${path.join(folder, 'best.ckpt')}: must be a checkpoint (got no such file); train anew under another --run`,
  });
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
