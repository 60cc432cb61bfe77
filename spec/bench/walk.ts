/**
 * Bench of the walk kernel beside its twin in C, in turns, on one graph: hop pairs a second of processor time.
 *
 * The graph is drawn so that boards and pins are popular by a power law; both programs read it from one file, draw the same numbers and
 * must come to the same sum over all visits.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomStream } from '../../data/random.js';
import { buildGraph, type BipartiteGraph } from '../../graph/bipartite-graph.js';
import { LANES, UNCOUNTED, walkKernel, type KernelRows } from '../../graph/walk-kernel.js';
import { cpuMs, summarize } from './summary.js';
import { root } from '../tools/paths.js';

/** How the bench is run. */
export interface WalkBenchOptions {
  readonly pins: number;
  readonly boards: number;
  readonly saves: number;
  readonly turns: number;
  readonly json: boolean;
}

const WALKS = 20_000;
const ROUNDS = 32;
/** Restarts at chance 1/2: the sign of 32 random bits. */
const HALF = 0;

/** One program's speeds, a turn each, in hop pairs a second. */
export interface WalkRates {
  readonly name: string;
  readonly rates: readonly number[];
}

/** Measures and prints. */
export function benchWalk(options: WalkBenchOptions): void {
  const { rates, saves } = walkRates(options);
  const rows = rates.map(({ name, rates: turns }) => ({ name, ...summarize(turns) }));
  const best = Math.max(...rows.filter(({ name }) => name !== 'kernel').map(({ median }) => median));
  const share = (rows.find(({ name }) => name === 'kernel')?.median ?? NaN) / best;
  if (options.json) return console.log(JSON.stringify({ ...options, saves, rows, share }));
  console.log(
    `${options.pins} pins, ${options.boards} boards, ${saves} saves; hop pairs a second of one core, ${options.turns} turns`,
  );
  for (const { name, median, lower, upper } of rows)
    console.log(`${name.padEnd(8)} ${mega(median)} M [${mega(lower)} to ${mega(upper)}]`);
  if (Number.isFinite(share)) console.log(`the kernel walks at ${share.toFixed(2)} of the better C twin's speed`);
  else console.log('no C compiler was found; the kernel stands alone');
}

/**
 * Runs every program in turn.
 *
 * @throws Error when a twin comes to another sum than the kernel
 */
export function walkRates(given: WalkBenchOptions): { rates: WalkRates[]; saves: number } {
  const graph = powerLawGraph(given);
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-walk-'));
  try {
    const file = path.join(folder, 'graph.bin');
    const rows = [
      graph.boardsOfPin.offsets,
      graph.pinsOfBoard.offsets,
      graph.boardsOfPin.neighbors,
      graph.pinsOfBoard.neighbors,
    ];
    for (const part of rows)
      writeFileSync(file, new Uint8Array(part.buffer, part.byteOffset, part.byteLength), { flag: 'a' });
    const twins = compileTwins(folder);
    const walk = kernelRun(graph);
    const rates = new Map<string, number[]>(['kernel', ...twins.keys()].map((name) => [name, []]));
    for (let turn = -1; turn < given.turns; turn++) {
      const own = walk();
      if (turn >= 0) rates.get('kernel')?.push(own.rate);
      for (const [name, program] of twins) {
        const counts = [graph.pinCount, graph.boardCount, graph.saveCount, WALKS, ROUNDS].map(String);
        const [rate, sum] = execFileSync(program, [file, ...counts], { encoding: 'utf8' })
          .split(' ')
          .map(Number);
        if (turn < 0 && sum !== own.sum)
          throw new Error(`walk: ${name} must come to the kernel's sum ${own.sum} (got ${sum})`);
        if (turn >= 0) rates.get(name)?.push(rate ?? NaN);
      }
    }
    return { rates: [...rates].map(([name, turns]) => ({ name, rates: turns })), saves: graph.saveCount };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same walks on the kernel; its first run is for warming up, and begins at the state that the twin begins at. */
function kernelRun({ boardsOfPin, pinsOfBoard, pinCount }: BipartiteGraph): () => { rate: number; sum: number } {
  const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array =>
    new Int32Array(buffer, byteOffset, length);
  const rows = ({ offsets, neighbors }: BipartiteGraph['boardsOfPin']): KernelRows => ({
    offsets: signed(offsets),
    neighbors: signed(neighbors),
  });
  const [counts, visited] = [new Int32Array(pinCount), new Int32Array(pinCount + 1)];
  const [random, result] = [new Int32Array(4), new Int32Array(2)];
  const memory = { boardsOfPin: rows(boardsOfPin), pinsOfBoard: rows(pinsOfBoard), counts, visited, random, result };
  const kernel = walkKernel({ lanes: LANES, isWeighted: false, stopsEarly: false, hasLargeRows: false }, memory);
  /** A function of its own, so that its numbers are local variables and not cells that a closure shares. */
  const walkAll = (): number => {
    let seed = 1;
    let sum = 0;
    for (let walk = 0; walk < WALKS; walk++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      const start = Math.floor((seed * pinCount) / 2 ** 32);
      counts[start] = UNCOUNTED;
      kernel({ start, rounds: ROUNDS, restartBelow: HALF, visitedCount: 0, enoughPins: 0, enoughVisits: 0 });
      counts[start] = 0;
      const distinct = result[0] as number;
      for (let i = 0; i < distinct; i++) {
        const pin = visited[i] as number;
        sum += pin * (counts[pin] as number); // stays below 2^53; a remainder of doubles is slow
        counts[pin] = 0;
      }
    }
    return sum % 1_000_000_007;
  };
  return () => {
    random.set([11, 22, 33, 44]);
    // The twin has just read the graph from its file; here the other programs have taken the caches.
    for (const { neighbors } of [boardsOfPin, pinsOfBoard]) neighbors.reduce((total, row) => (total + row) | 0, 0);
    let sum = 0;
    const ms = cpuMs(() => (sum = walkAll()));
    return { rate: (WALKS * ROUNDS * LANES) / (ms / 1000), sum };
  };
}

/** The twin by every compiler that is there. */
function compileTwins(folder: string): Map<string, string> {
  const source = path.join(root, 'spec/bench/walk-twin.c');
  const twins = new Map<string, string>();
  for (const compiler of ['gcc', 'clang']) {
    const program = path.join(folder, compiler);
    const { status } = spawnSync(compiler, ['-O3', '-march=native', source, '-o', program]);
    if (status === 0) twins.set(compiler, program);
  }
  return twins;
}

/** Every pin and board has a save; the others by power laws, the most saved pin on a hundredth of all. */
export function powerLawGraph({
  pins,
  boards,
  saves,
}: Pick<WalkBenchOptions, 'pins' | 'boards' | 'saves'>): BipartiteGraph {
  const random = randomStream(1, 'walk bench');
  const place = (count: number, power: number, n: number): number =>
    n < count ? n : Math.floor(count * random() ** power);
  const scatter = (value: number, count: number): number => (value * 2_654_435_761) % count; // popular rows lie anywhere
  const columns = { pins: new Uint32Array(saves), boards: new Uint32Array(saves) };
  for (let n = 0; n < saves; n++) {
    columns.pins[n] = scatter(place(pins, 3, n), pins);
    columns.boards[n] = scatter(place(boards, 2, n), boards);
  }
  return buildGraph(columns, { pinCount: pins, boardCount: boards });
}

function mega(rate: number): string {
  return (rate / 1e6).toFixed(2).padStart(6);
}
