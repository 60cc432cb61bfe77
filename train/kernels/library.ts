/** `pinwalk/kernels`: fast matrices for Node, in the memory of TF.js's wasm backend or in one of their own. */
// TF.js's declarations name the global type Long without saying where it comes from.
/// <reference types="long" preserve="true" />
export { loadKernels, type KernelBuild } from './module.js';
export * from './ops.js';
export { optimizers, type OptimizedTable, type Optimizer, type StepOptions } from './optimizers.js';
export { optimizerStep, parameter, type Parameter } from './parameters.js';
export type { KernelReport } from './register.js';
export { openWasmBackend as installKernels } from './wasm-backend.js';
export { Workspace, type Matrix, type ResidentRows } from './workspace.js';
