/**
 * Bench of live saves: events a second into the store, walks over a graph that took 5 % of its saves live beside walks over the same
 * graph finished, in turns, and a consumer that is killed (`kill -9`) at random moments, whose store must be the offline one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Pin } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { ExactWalk, walkFactors } from '../../graph/exact-walk.js';
import type { WalkableGraph } from '../../graph/bipartite-graph.js';
import { LiveGraph } from '../../graph/live-graph.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';
import { LiveStore } from '../../serve/live/store.js';
import { inOrder, randomEvents, shuffled } from '../serve/live/random-events.js';
import { cpuMs, summarize } from './summary.js';
import { powerLawGraph } from './walk.js';

/** How the bench is run. */
export interface LiveBenchOptions {
  readonly events: number;
  readonly pins: number;
  readonly boards: number;
  readonly saves: number;
  readonly turns: number;
  readonly kills: number;
}

const liveShare = 0.05;
const batchSize = 1_000;

/** Measures and prints; exit code 1 when a killed store differs. */
export async function benchLive(options: LiveBenchOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-live-'));
  try {
    benchStore(folder, options);
    benchWalks(options);
    await benchKills(folder, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Saves of distinct ids, as a stream has them; the time of the processor and on the clock. */
function benchStore(folder: string, { events, turns }: LiveBenchOptions): void {
  const random = randomStream(1, 'bench');
  const lines = Array.from({ length: events }, (_, n) => {
    const [board, pin] = [`board-${randomInteger(random, 40_000)}`, `pin-${randomInteger(random, 200_000)}`];
    return JSON.stringify({ eventId: `bench-${n}`, type: 'save', board, pin, time: 1_700_000_000_000 + n });
  });
  const clock: number[] = [];
  const processor: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const store = new LiveStore(path.join(folder, `bench-${turn}.sqlite`));
    const began = performance.now();
    processor.push(
      cpuMs(() => {
        for (let i = 0; i < lines.length; i += batchSize) {
          const records = lines.slice(i, i + batchSize).map((text) => ({ body: { text } }));
          store.apply('bench', { records, position: { stream: 'bench', offset: String(i) } });
        }
      }),
    );
    clock.push(performance.now() - began);
    store.close();
  }
  for (const [name, times] of Object.entries({ clock, processor })) {
    const { median, lower, upper } = summarize(times.map((ms) => (1_000 * events) / ms));
    console.log(
      `store: ${rounded(median)} events/s [${rounded(lower)} to ${rounded(upper)}] by the ${name}; ${events} events, ${turns} turns`,
    );
  }
}

/** The same saves in both graphs, so that both walk the same way and must come to the same counts. */
function benchWalks(options: LiveBenchOptions): void {
  const finished = powerLawGraph(options);
  const live = new LiveGraph(finished, { newPins: 0, newBoards: 0 });
  const random = randomStream(1, 'delta');
  const touched: [number, number][] = [];
  for (let n = 0; n < liveShare * finished.saveCount; n++) {
    const place = randomInteger(random, finished.saveCount);
    touched.push([finished.boardsOfPin.neighbors[place] as number, ownerOf(finished.boardsOfPin.offsets, place)]);
  }
  for (const [board, pin] of touched) live.unsave(pin, board);
  for (const [board, pin] of touched) live.save(pin, board);
  const kinds: Record<string, (graph: WalkableGraph) => () => number> = { sampled: sampledWalks, exact: exactWalks };
  for (const [kind, walks] of Object.entries(kinds)) {
    const [overFinished, overLive] = [walks(finished), walks(live)];
    const ratios: number[] = [];
    if (overFinished() !== overLive())
      throw new Error(`live: ${kind} walks over both graphs must come to the same sum`);
    for (let turn = 0; turn < options.turns; turn++)
      ratios.push(cpuMs(() => void overFinished()) / cpuMs(() => void overLive()));
    const { median, lower, upper } = summarize(ratios);
    const figures = `${median.toFixed(2)} [${lower.toFixed(2)} to ${upper.toFixed(2)}]`;
    console.log(
      `${kind} walk over ${live.saveCount} saves, ${touched.length} of them live: ${figures} of the speed over the finished graph`,
    );
  }
}

function ownerOf(offsets: Uint32Array, place: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] as number) <= place) low = middle;
    else high = middle;
  }
  return low;
}

function sampledWalks(graph: WalkableGraph): () => number {
  const walker = new Walker(prepareWalk(graph));
  return () => {
    const random = randomStream(1, 'starts');
    let sum = 0;
    for (let n = 0; n < 200; n++) {
      const start = randomInteger(random, graph.pinCount) as Pin;
      walker.walk(start, { steps: 20_000, walkers: 16, restartProbability: 0.5, random });
      for (let i = 0; i < walker.visitedCount; i++) sum += (walker.counts[walker.visited[i] as number] as number) % 7;
      walker.clear();
    }
    return sum;
  };
}

function exactWalks(graph: WalkableGraph): () => number {
  const walk = new ExactWalk(graph, walkFactors(graph));
  const scores = new Float32Array(graph.pinCount);
  return () => {
    const random = randomStream(1, 'starts');
    let sum = 0;
    for (let n = 0; n < 50; n++)
      sum += walk.scoreInto({ pins: Uint32Array.of(randomInteger(random, graph.pinCount)) }, scores).length;
    return sum;
  };
}

async function benchKills(folder: string, { events: count, kills }: LiveBenchOptions): Promise<void> {
  const events = randomEvents(1, count, { pins: 20_000, boards: 4_000, moments: count });
  const file = path.join(folder, 'events.jsonl');
  writeFileSync(
    file,
    shuffled(events, 1)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  );
  const offline = new LiveStore(path.join(folder, 'offline.sqlite'));
  offline.apply('offline', {
    records: inOrder(events).map((value) => ({ body: { value } })),
    position: { stream: '', offset: '' },
  });
  const child = fileURLToPath(new URL('../serve/live/consume-child.js', import.meta.url));
  const database = path.join(folder, 'killed.sqlite');
  const random = randomStream(1, 'moments');
  let dealt = 0;
  for (let isDone = false; !isDone;) {
    const consumer = spawn(process.execPath, [...process.execArgv, child, file, database, String(batchSize), '0'], {
      stdio: 'inherit',
    });
    const ended = once(consumer, 'exit');
    if (dealt < kills) {
      await Promise.race([ended, pause(200 + random() * 600)]);
      consumer.kill('SIGKILL');
    }
    const [, signal] = (await ended) as [number | null, string | null]; // as child_process documents the event
    if (signal === 'SIGKILL') dealt++;
    else isDone = true;
  }
  const killed = new LiveStore(database);
  const isSame = killed.stateHash() === offline.stateHash();
  console.log(
    `${count} events, a tenth of them twice, in any order, ${dealt} kills: ${isSame ? 'the same bytes as offline' : 'DIFFERS'}`,
  );
  if (!isSame) process.exitCode = 1;
  killed.close();
  offline.close();
}

function rounded(value: number): string {
  return (Math.round(value / 100) * 100).toLocaleString('en');
}
