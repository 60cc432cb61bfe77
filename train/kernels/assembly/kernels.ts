// The whole kernel module: functions on addresses in imported memory, no runtime, no state.
export { matMul, matMulScratchBytes } from './matrix';
export { pool, poolGradient, gatherRows, segmentSum } from './pool';
