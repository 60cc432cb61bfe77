/** Fast products in Node: in a memory of their own, and in TF.js's wasm backend. */
import * as tf from '@tensorflow/tfjs-core';
import { denseRelu, installKernels, Workspace } from 'pinwalk/kernels';

const workspace = Workspace.open();
const a = workspace.copyIn(Float32Array.of(1, 2, 3, 4), 2, 2);
console.log(workspace.build, a.values.join());

const { build, kernels } = await installKernels();
console.log(build, kernels.length, tf.getBackend());
const y = denseRelu(
  tf.tensor2d([[1, 2]]),
  tf.tensor2d([
    [1, -1],
    [1, -1],
  ]),
  tf.tensor1d([0, 0]),
);
if ((await y.data()).join() !== '3,0') throw new Error(`relu of [3, -3] came out as ${(await y.data()).join()}`);
