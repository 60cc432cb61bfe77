#!/bin/sh
# What:     clipByValue and maximum of a NaN on the two backends of TensorFlow.js that run in plain Node.
# Versions: @tensorflow/tfjs-core, tfjs-backend-cpu, tfjs-backend-wasm 4.22.0 (Node 20).
# Guess:    NaN stays NaN in both, on both: that is what cpu does, what NumPy does, and what tf.relu and tf.max do on
#           wasm.
# Happens:  on wasm clipByValue turns NaN into the lower bound, and maximum(NaN, 0) is NaN but maximum(1, NaN) is 1:
#           it hangs on the order of the two. The same lines on cpu give NaN each time.
# Seen:     clipByValue([NaN, 5], 0, 1): cpu NaN, 1; wasm 0, 1. maximum([NaN, 1], [0, NaN]): cpu NaN, NaN; wasm NaN,
#           1. relu, max: NaN on both.
# Matters:  scores and gradients are clipped before they are looked at; a training that has diverged then goes on with
#           zeros.
# Pinwalk:  stops a training whose loss is not finite, at the step where it happens; nothing is clipped before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
echo '{"type": "module", "private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 \
  @tensorflow/tfjs-backend-wasm@4.22.0
cat > finding.js <<'JS'
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { fileURLToPath } from 'node:url';

setWasmPaths(fileURLToPath(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));

const figures = {};
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend);
  const values = async (tensor) => Array.from(await tensor.data());
  figures[backend] = [
    await values(tf.clipByValue(tf.tensor1d([NaN, 5]), 0, 1)),
    await values(tf.maximum(tf.tensor1d([NaN, 1]), tf.tensor1d([0, NaN]))),
    await values(tf.relu(tf.tensor1d([NaN, -1]))),
    await values(tf.max(tf.tensor1d([1, NaN, 3]))),
  ].join(' | ');
  console.log(`${tf.getBackend()}: clip, maximum, relu, max: ${figures[backend]}`);
}
const asStated = figures.cpu === 'NaN,1 | NaN,NaN | NaN,0 | NaN' && figures.wasm === '0,1 | NaN,1 | NaN,0 | NaN';
console.log(asStated ? 'as stated: on wasm a clip makes a number of NaN' : 'changed');
process.exitCode = asStated ? 0 : 1;
JS
node finding.js
