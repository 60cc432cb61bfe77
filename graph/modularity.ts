/**
 * How much more often saves stay within communities than chance would have them.
 *
 * Source: Newman 2004, Analysis of weighted networks, equation 5. Differs: none; pins and boards are nodes of one kind.
 */
import type { BipartiteGraph } from './bipartite-graph.js';

/**
 * Newman's modularity: the share of the saves' weight within communities, less what nodes of their degrees would have by chance.
 *
 * @param communities.pinCommunity  [P]; equal numbers are one community
 * @param communities.boardCommunity  [B], the same numbers
 * @returns from -1/2 to below 1; 0 for a graph without saves
 *
 * Cost: O(saves).
 */
export function modularityOf(
  { pinsOfBoard, boardCount }: BipartiteGraph,
  communities: { readonly pinCommunity: Uint32Array; readonly boardCommunity: Uint32Array },
): number {
  const { pinCommunity, boardCommunity } = communities;
  const { offsets, neighbors, weights } = pinsOfBoard;
  const strength = new Map<number, number>(); // of each community, both ends of its saves
  let total = 0;
  let within = 0;
  for (let board = 0; board < boardCount; board++) {
    const own = boardCommunity[board] as number;
    for (let i = offsets[board] as number; i < (offsets[board + 1] as number); i++) {
      const weight = weights ? (weights[i] as number) : 1;
      const other = pinCommunity[neighbors[i] as number] as number;
      total += weight;
      if (own === other) within += weight;
      for (const end of [own, other]) strength.set(end, (strength.get(end) ?? 0) + weight);
    }
  }
  if (total === 0) return 0;
  let chance = 0;
  for (const value of strength.values()) chance += (value / (2 * total)) ** 2;
  return within / total - chance;
}
