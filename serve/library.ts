/** `pinwalk`: open a generation and ask it, or serve it. */
export { PinwalkError, errorCodes, type ErrorCode } from '../data/errors.js';
export { strategies, type Strategy } from '../train/ranking/settings.js';
export type { Diversity } from './diversity.js';
export type { Filter } from './filter.js';
export { createServer, type CreateServerOptions } from './create-server.js';
export {
  openRecommender,
  type FoundTitles,
  type ListOptions,
  type RecommendedPins,
  type Recommender,
  type StoredBoard,
  type StoredItem,
  type StoredPin,
  type WeightedPin,
} from './open-recommender.js';
