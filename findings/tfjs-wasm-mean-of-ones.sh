#!/bin/sh
# What:     tf.sum and tf.mean of twenty million ones on the two backends of TensorFlow.js that run in plain Node.
# Versions: @tensorflow/tfjs-core, tfjs-backend-cpu, tfjs-backend-wasm 4.22.0 (Node 20).
# Guess:    20,000,000 and 1, or off in the last digits, on both: a mean is a staple, and its error should grow slowly
#           with the length.
# Happens:  wasm adds one after the other in float32 and stops at 2^24; the mean of ones is then 0.8389, without a
#           word. cpu has both right.
# Seen:     cpu 20000000 and 1; wasm 16777216 and 0.838860809803009.
# Matters:  the mean square of a table of weights (80,000 pins x 256) or a loss over a long batch is a sum of that
#           many terms of one size.
# Pinwalk:  asks the wasm backend only for sums over one row or one batch; tables of weights are never summed by it.
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
  const ones = tf.ones([20_000_000]);
  const [sum] = await tf.sum(ones).data();
  const [mean] = await tf.mean(ones).data();
  figures[backend] = { sum, mean };
  console.log(`${tf.getBackend()}: sum ${sum}, mean ${mean}`);
  ones.dispose();
}
const { cpu, wasm } = figures;
const asStated = cpu.sum === 20_000_000 && cpu.mean === 1 && wasm.sum === 2 ** 24 && Math.abs(wasm.mean - 0.8388608) < 1e-6;
console.log(asStated ? 'as stated: on wasm the mean of ones is 0.84' : 'changed');
process.exitCode = asStated ? 0 : 1;
JS
node finding.js
