// The whole kernel module: functions on addresses in imported memory, no runtime, no state.
export { matMul, matMulScratchBytes, multiplyTile, finish } from './matrix';
export { pool, poolReluGradient, transposeRows, gatherRows, segmentSum } from './pool';
export { l2Normalize, l2NormalizeGradient, columnSum, rowSum, reluGradient, unitReluGradient, transpose } from './rows';
export { exp, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax';
