/** The stages over rows, by the table that each makes. */
import { embeddingStage } from './embeddings.js';
import { neighborhoodStage } from './neighborhoods.js';
import { relatedStage } from './related.js';
import type { RowStage } from './row-stage.js';

/** A table that a stage over rows makes. */
export type RowStageName = 'neighborhoods' | 'embeddings' | 'related';

/** Each stage; what `load` gives is for its own `open` alone. */
export const rowStages: Readonly<Record<RowStageName, RowStage>> = {
  neighborhoods: neighborhoodStage as RowStage,
  embeddings: embeddingStage as RowStage,
  related: relatedStage as RowStage,
};
