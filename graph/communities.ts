/**
 * Communities of pins and boards, for people to look at: Louvain over the bipartite graph in graphology.
 *
 * Source: Blondel et al. 2008 (Louvain), through graphology-communities-louvain.
 * Differs: above `maxSaves` it sees a seeded sample of the saves, and rows that the sample misses join the community that
 * most of their neighbors are in.
 */
import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import { checkInteger } from '../data/checks.js';
import { noCommunity } from '../data/collection.js';
import { randomStream } from '../data/random.js';
import type { BipartiteGraph } from './bipartite-graph.js';
import { nameCommunities } from './community-names.js';
import type { CompressedRows } from './compressed-rows.js';
import type { PinBoardGraph } from './pin-board-graph.js';

// The declarations describe a namespace, while the export at run time is the function.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/** Groups of pins and boards that are saved together. */
export interface Communities {
  /** Community by pin row, 0 the largest; `noCommunity` for a pin without saves. */
  readonly pinCommunity: Uint32Array;
  /** Community by board row; `noCommunity` for a board without saves. */
  readonly boardCommunity: Uint32Array;
  /** The words that set a community apart, e.g. `rain, cloud, storm`. */
  readonly titles: readonly string[];
  /** Pins by community, descending. */
  readonly sizes: Uint32Array;
  /** Saves that Louvain saw: all of them, or about `maxSaves`. */
  readonly sampledSaveCount: number;
  /** Newman's modularity of the communities, on the saves seen. */
  readonly modularity: number;
}

/** Options of `findCommunities`. */
export interface CommunityOptions {
  readonly seed?: number;
  readonly maxSaves?: number;
  /** Titles by row. */
  readonly titles?: { readonly pins: readonly string[]; readonly boards: readonly string[] };
}

/** Defaults of `findCommunities`. */
export const communityDefaults = Object.freeze({ seed: 1, maxSaves: 400_000 });

/**
 * Finds communities of pins and boards.
 *
 * @param options.titles  what communities are named after; default the graph's own titles
 * @param options.seed  of the sample and of Louvain's visiting order; same seed, same communities
 * @param options.maxSaves  the most saves put before Louvain, about 300 bytes and 7 microseconds each
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Synchronous; about a second on 100,000 saves.
 */
export function findCommunities(graph: BipartiteGraph | PinBoardGraph, options: CommunityOptions = {}): Communities {
  const { seed, maxSaves, titles = titlesOf(graph) } = { ...communityDefaults, ...options };
  checkInteger('findCommunities: maxSaves', maxSaves, 1, 2 ** 24);
  const sample = sampleGraph(graph, seed, maxSaves);
  const pinLabels = new Uint32Array(graph.pinCount).fill(noCommunity);
  const boardLabels = new Uint32Array(graph.boardCount).fill(noCommunity);
  let modularity = 0;
  if (sample.size > 0) {
    const found = louvain.detailed(sample, {
      rng: randomStream(seed, 'communities'),
      getEdgeWeight: graph.pinsOfBoard.weights ? 'weight' : null,
    });
    modularity = found.modularity;
    for (const [key, community] of Object.entries(found.communities)) {
      const row = Number(key);
      if (row < graph.pinCount) pinLabels[row] = community;
      else boardLabels[row - graph.pinCount] = community;
    }
    joinNeighbors(graph, pinLabels, boardLabels);
  }
  const { order, sizes } = orderBySize(pinLabels, boardLabels);
  const relabel = (label: number) => (label === noCommunity ? noCommunity : (order.get(label) ?? noCommunity));
  const pinCommunity = pinLabels.map(relabel);
  const boardCommunity = boardLabels.map(relabel);
  // Boards' titles carry their owners' habits (a designer's name before every tag), so pins name a community where they can.
  const titled = titles.pins.some((title) => title !== '')
    ? { titles: titles.pins, communities: pinCommunity }
    : { titles: titles.boards, communities: boardCommunity };
  const names = nameCommunities(sizes.length, [titled]);
  return { pinCommunity, boardCommunity, titles: names, sizes, sampledSaveCount: sample.size, modularity };
}

function titlesOf(graph: BipartiteGraph | PinBoardGraph): Required<CommunityOptions>['titles'] {
  return 'pins' in graph ? { pins: graph.pins.titles, boards: graph.boards.titles } : { pins: [], boards: [] };
}

/** Pins are nodes `row`, boards `pinCount + row`; every save with the same chance when there are more than `maxSaves`. */
function sampleGraph(graph: BipartiteGraph, seed: number, maxSaves: number): UndirectedGraph {
  const sample = new UndirectedGraph();
  const { offsets, neighbors, weights } = graph.pinsOfBoard;
  const chance = maxSaves / graph.saveCount;
  const random = randomStream(seed, 'communities', 'sample');
  for (let board = 0; board < graph.boardCount; board++) {
    for (let i = offsets[board] as number; i < (offsets[board + 1] as number); i++) {
      if (chance < 1 && random() >= chance) continue;
      const attributes = weights ? { weight: weights[i] } : undefined;
      sample.mergeEdge(neighbors[i], graph.pinCount + board, attributes);
    }
  }
  return sample;
}

/** Gives rows without a label their neighbors' most frequent one, until none is left that has a labelled neighbor. */
function joinNeighbors(graph: BipartiteGraph, pinLabels: Uint32Array, boardLabels: Uint32Array): void {
  let changed = true;
  while (changed) {
    const fromBoards = vote(graph.boardsOfPin, boardLabels, pinLabels);
    const fromPins = vote(graph.pinsOfBoard, pinLabels, boardLabels);
    changed = fromBoards || fromPins;
  }
}

function vote(rows: CompressedRows, neighborLabels: Uint32Array, labels: Uint32Array): boolean {
  let changed = false;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== noCommunity) continue;
    const votes = new Map<number, number>();
    for (const neighbor of rows.neighbors.subarray(rows.offsets[row], rows.offsets[row + 1])) {
      const label = neighborLabels[neighbor] as number;
      if (label !== noCommunity) votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    const [best] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    if (!best) continue;
    labels[row] = best[0];
    changed = true;
  }
  return changed;
}

/** Numbers labels by pins, then boards, most first; equal ones in the order of their first pin or board. */
function orderBySize(
  pinLabels: Uint32Array,
  boardLabels: Uint32Array,
): { order: Map<number, number>; sizes: Uint32Array } {
  const pinCounts = countLabels(pinLabels);
  const boardCounts = countLabels(boardLabels);
  const labels = [...new Set([...pinCounts.keys(), ...boardCounts.keys()])];
  const pins = (label: number) => pinCounts.get(label) ?? 0;
  const boards = (label: number) => boardCounts.get(label) ?? 0;
  labels.sort((a, b) => pins(b) - pins(a) || boards(b) - boards(a)); // stable: first seen stays first
  return { order: new Map(labels.map((label, rank) => [label, rank])), sizes: Uint32Array.from(labels, pins) };
}

function countLabels(labels: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) if (label !== noCommunity) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
