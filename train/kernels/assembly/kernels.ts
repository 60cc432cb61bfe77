// The whole kernel module: functions on addresses in an imported memory that threads share, no runtime, no state.
export { adagrad, adam } from './optimizer';
export { matMul, matMulScratchBytes, multiplyTile, finish } from './matrix';
export { pool, poolReluGradient, transposeRows, gatherRows, segmentSum } from './pool';
export { l2Normalize, l2NormalizeGradient, columnSum, rowSum, reluGradient, unitReluGradient, transpose } from './rows';
export { addEntries, binaryCrossEntropy, binaryCrossEntropyGradient, exp, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax';
