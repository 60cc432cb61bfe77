/**
 * Bench of baselines beside programs of others on one split: als and item neighbors beside Python's implicit, EASE beside its formula in
 * NumPy. Each side chooses its settings on the same thousand validation boards; one evaluation judges all lists.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Saves } from '../../data/collection.js';
import { loadCollection } from '../../data/load.js';
import { joinSaves } from '../../data/saves.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { entriesOf } from '../../graph/compressed-rows.js';
import { alsFactors } from '../../train/baselines/als.js';
import { openBaselines } from '../../train/baselines/baselines.js';
import { easeWeights } from '../../train/baselines/ease.js';
import { tuneBaselines } from '../../train/baselines/tune-baselines.js';
import { checkConfig } from '../../train/config.js';
import { evaluate, onThisThread } from '../../train/evaluation/evaluate.js';
import type { Scorer } from '../../train/evaluation/scorer.js';
import { boardIdeas, thinOut, type Task } from '../../train/evaluation/tasks.js';
import { splitOf } from '../../train/prepare.js';

/** How the bench is run. */
export interface BaselinesBenchOptions {
  readonly data: string;
  readonly seed: number;
  /** Of als, ease, cosineNeighbors, tfIdfNeighbors, bm25Neighbors. */
  readonly only: readonly string[];
  /** A Python with implicit 0.7.2, NumPy and SciPy. */
  readonly python: string;
}

const LENGTH = 100;
const VALIDATION_QUERIES = 1000;

/** Measures and prints: recall@20 and NDCG@20 of both sides, and their differences. */
export async function benchBaselines({ data, seed, only, python }: BaselinesBenchOptions): Promise<void> {
  const loaded = await loadCollection({ folder: data });
  const { collection, split } = splitOf(loaded.collection, checkConfig({ seed }));
  const size = { pinCount: collection.pins.ids.length, boardCount: collection.boards.ids.length };
  const train = buildGraph(split.train, size);
  const knownSaves = joinSaves(split.train, split.validation);
  const graph = buildGraph(knownSaves, size);
  const validation = boardIdeas({ known: train, heldOut: split.validation });
  const test = boardIdeas({ known: graph, heldOut: split.test });
  console.log(`${size.pinCount} pins, ${size.boardCount} boards; ${test.queries.length} boards of test`);

  const tuned = await tuneBaselines(only, { graph: train, task: validation, seed });
  for (const [name, settings] of Object.entries(tuned))
    if (only.includes(name)) console.log(`${name}: ${JSON.stringify(settings)}`);
  const matrices = new Map([
    ...(only.includes('als') ? [['als.pins', alsFactors(graph, seed, tuned.als)] as const] : []),
    ...(only.includes('ease') ? [['ease.weights', easeWeights(graph, tuned.ease)] as const] : []),
  ]);
  const own = openBaselines({ graph, content: new Map(), matrices, tuned }, only);

  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-baselines-'));
  try {
    const tables = {
      train: pairsOf(split.train),
      known: pairsOf(knownSaves),
      asked: answersOf(thinOut(validation, VALIDATION_QUERIES)),
      queries: test.queries,
    };
    for (const [name, cells] of Object.entries(tables)) writeFileSync(path.join(folder, `${name}.u32`), cells);
    const root = path.dirname(createRequire(import.meta.url).resolve('#root'));
    const words = [folder, size.boardCount, size.pinCount, tuned.ease.regularization, ...only].map(String);
    execFileSync(python, [path.join(root, 'spec/bench/peer_baselines.py'), ...words], { stdio: 'inherit' });
    const others = only.map((name) => {
      const { buffer } = new Uint8Array(readFileSync(path.join(folder, `${name}.lists`)));
      return listsScorer(`${name} (Python)`, { queries: test.queries, lists: new Int32Array(buffer) }, size.pinCount);
    });
    const results = await evaluate(onThisThread([...own, ...others], size.pinCount), [test], size);
    for (const name of only) {
      const [ours, theirs] = [name, `${name} (Python)`].map((model) => results[model]?.boardIdeas?.metrics);
      for (const metric of ['recall@20', 'ndcg@20'] as const) {
        const [a, b] = [ours?.[metric].mean ?? NaN, theirs?.[metric].mean ?? NaN];
        console.log(
          `${name.padEnd(16)} ${metric.padEnd(10)} ${a.toFixed(4)}, Python ${b.toFixed(4)}: ${(a - b).toFixed(4)}`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Board, pin, board, pin, and so on. */
function pairsOf({ boards, pins }: Saves): Uint32Array {
  const cells = new Uint32Array(2 * pins.length);
  for (let n = 0; n < pins.length; n++) cells.set([boards[n] as number, pins[n] as number], 2 * n);
  return cells;
}

/** What is withheld from the boards of a task, as pairs. */
function answersOf({ queries, relevant }: Task): Uint32Array {
  return Uint32Array.from(
    [...queries].flatMap((board, n) => [...entriesOf(relevant, n)].flatMap((pin) => [board, pin])),
  );
}

/** Lists of {@link LENGTH} places that another program made for boards; a place below 0 is empty. */
function listsScorer(
  name: string,
  { queries, lists }: { readonly queries: Uint32Array; readonly lists: Int32Array },
  pinCount: number,
): Scorer {
  const rowOf = new Map([...queries].map((board, row) => [board, row]));
  return {
    name,
    scoreBoards(boards) {
      const scores = new Float32Array(boards.length * pinCount);
      boards.forEach((board, n) => {
        const from = (rowOf.get(board) ?? NaN) * LENGTH;
        for (let place = 0; place < LENGTH; place++) {
          const pin = lists[from + place] ?? -1;
          if (pin >= 0) scores[n * pinCount + pin] = LENGTH - place;
        }
      });
      return scores;
    },
    scorePins() {
      throw new Error('listsScorer: there are lists for boards alone');
    },
  };
}
