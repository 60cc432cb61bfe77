/** `pinwalk/train`: train on a collection, and evaluate models of your own beside ours. */
export { PinwalkError, errorCodes, type ErrorCode } from '../data/errors.js';
export { configDefaults, type Config, type ConfigOptions } from './config.js';
export {
  evaluateLists as evaluate,
  type ListModel,
  type ListQuery,
  type ListTask,
} from './evaluation/evaluate-lists.js';
export type { Estimate, Metric } from './evaluation/metrics.js';
export { formatTable, type MetricsTable } from './evaluation/table.js';
export { train, type Run, type TrainOptions, type TrainProgress } from './train.js';
