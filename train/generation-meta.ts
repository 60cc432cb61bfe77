/** What every generation says of itself, trained or not. */
import { createRequire } from 'node:module';
import type { Collection } from '../data/collection.js';
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import type { Config } from './config.js';

/**
 * @param collection  what was read, after its split
 * @param graph  of the saves that are to be served
 */
export function generationMeta(
  collection: Collection,
  config: Config,
  graph: Pick<BipartiteGraph, 'pinCount' | 'boardCount' | 'saveCount'>,
): Record<string, unknown> {
  const { version } = createRequire(import.meta.url)('#root') as { version: string };
  return {
    name: collection.name,
    createdAt: new Date().toISOString(),
    config,
    seed: config.seed,
    versions: { pinwalk: version, node: process.version },
    counts: { pins: graph.pinCount, boards: graph.boardCount, saves: graph.saveCount },
    fingerprint: collection.fingerprint,
  };
}
