/** A hand-made world of eight pins and six boards that fits on one screen, and a generation of it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeGeneration } from '../../data/generation/write.js';
import type { GenerationContents } from '../../data/generation/write.js';
import type { Generation } from '../../data/generation/read.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { degrees } from '../../graph/compressed-rows.js';
import { onThisThread, type ListMaker } from '../../serve/scoring/list-maker.js';
import type { AnsweringRanker } from '../../train/ranking/recommend.js';
import { fusionWeights } from '../../train/ranking/settings.js';

export const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>';
export const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

/** Rows: 0 umbrella, 1 rain, 2 cloud, 3 sun, 4 guitar, 5 drum, 6 cold (title, no save), 7 blank (nothing at all). */
export const pinIds = ['umbrella', 'a/b ☂ &"', 'cloud', 'sun', 'guitar', 'drum', 'cold', 'blank'];
const pinTitles = ['Umbrella', 'Rain umbrella', 'Café cloud', 'Sun', 'Guitar', 'Drum', 'Cold drum', ''];

/** Rows: 0 weather, 1 wet, 2 music, 3 band, 4 mixed, 5 empty. */
export const boardIds = ['weather', 'wet', 'music', 'band', 'mixed', 'empty'];
export const boardPins = [[0, 1, 2, 3], [0, 1], [4, 5], [4, 5], [3, 4], []];

/** Two-dimensional unit embeddings, by their angle: weather lies along the first axis, music along the second. */
const angles = [0, 8, 15, 40, 90, 83, 76];
const embeddings = Float32Array.from([
  ...angles.flatMap((degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]),
  ...[0, 0],
]);

export function tinyContents(name = 'tiny'): GenerationContents {
  const pairs = boardPins.flatMap((pins, board) => pins.map((pin) => [board, pin] as const));
  const graph = buildGraph(
    { boards: Uint32Array.from(pairs, ([board]) => board), pins: Uint32Array.from(pairs, ([, pin]) => pin) },
    { pinCount: pinIds.length, boardCount: boardIds.length },
  );
  const picture = new TextEncoder().encode(svg);
  return {
    meta: { name, createdAt: '2026-01-02T03:04:05Z', seed: 1, metrics: { recall: 0.5 }, config: { dimension: 2 } },
    pins: {
      ids: pinIds,
      titles: pinTitles,
      attributes: pinIds.map((_, pin) => (pin === 0 ? { source: 'Tabler', size: 3, open: true } : undefined)),
      pictures: pinIds.map((_, pin) => (pin === 0 ? picture : pin === 3 ? png : undefined)),
    },
    boards: {
      ids: boardIds,
      titles: ['Weather', 'Wet days', 'Music', 'Rock band', 'Mixed umbrella', ''],
      attributes: boardIds.map(() => undefined),
    },
    graph,
    matrices: new Map([
      ['pin.query', { rows: 8, columns: 2, values: embeddings }],
      ['pin.target', { rows: 8, columns: 2, values: embeddings }],
      ['pin.bias', { rows: 8, columns: 1, values: new Float32Array(8) }],
      ['pin.structure', { rows: 8, columns: 2, values: embeddings }],
    ]),
    communities: {
      pinCommunity: Uint32Array.from([0, 0, 0, 0, 1, 1, 1, 1]),
      boardCommunity: Uint32Array.from([0, 0, 1, 1, 0, 1]),
      titles: ['rain', 'music'],
      sizes: Uint32Array.from([4, 4]),
    },
    related: {
      offsets: Uint32Array.from([0, 2, 3, 3, 3, 3, 3, 3, 3]),
      neighbors: Uint32Array.from([1, 2, 0]),
      weights: Float32Array.from([2, 1, 2]),
    },
    model: { json: { layers: 2 }, weights: Uint8Array.from([1, 2, 3, 4, 5]) },
    report: '<!doctype html><title>report</title>',
  };
}

/** Writes the tiny world into a new temporary folder; the caller may change its contents first. */
export function writeTinyGeneration(contents: GenerationContents = tinyContents()): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-')), 'pinwalk.sqlite');
  writeGeneration(file, contents);
  return file;
}

/** Lists of a ranker that scores as it is told, over a generation's graph. */
export function rankerThatScores({ graph }: Generation, score: AnsweringRanker['score']): ListMaker {
  const nothing = (): Float32Array => new Float32Array(graph.pinCount);
  return onThisThread({
    graph,
    coldPins: new Uint32Array(),
    standardScores: nothing,
    vectorScores: nothing,
    popularity: Float32Array.from(degrees(graph.boardsOfPin)),
    isEmbedded: () => true,
    weightsOf: () => ({ saved: fusionWeights({ walk: 1 }) }),
    score,
  });
}
