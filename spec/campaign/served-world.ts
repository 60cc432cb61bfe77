/** A generation of a drawn world, and the program that serves it in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeGeneration } from '../../data/generation/write.js';
import { randomNormal, randomStream } from '../../data/random.js';
import { syntheticSaves } from '../../data/synthetic.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { compiled } from '../tools/paths.js';

/** A generation and what can be asked of it. */
export interface ServedWorld {
  readonly file: string;
  readonly pinIds: readonly string[];
  readonly boardIds: readonly string[];
}

/** Ids that must survive an address, a body and an answer. */
const strangeIds = [
  'a/b ☂ &"',
  '%2F',
  '..',
  '?x=1',
  '#',
  '+',
  '__proto__',
  'constructor',
  ' ',
  '木吉他',
  '\u{1f600}',
  '0',
];

/** Writes a world of `pinCount` pins on a fifth as many boards; embeddings are drawn, so that every score has something to say. */
export function writeWorld(
  seed: number,
  { pinCount = 600, folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-served-')) } = {},
): ServedWorld {
  const boardCount = Math.ceil(pinCount / 5);
  const { saves } = syntheticSaves({ pinCount, boardCount, saveCount: 6 * pinCount, seed, topicCount: 8 }).collection;
  const random = randomStream(seed, 'world');
  const pinIds = Array.from({ length: pinCount }, (_, pin) => strangeIds[pin] ?? `p${pin}`);
  const boardIds = Array.from({ length: boardCount }, (_, board) => strangeIds[board] ?? `b${board}`);
  const vectors = Float32Array.from({ length: pinCount * 8 }, () => randomNormal(random));
  for (let at = 0; at < vectors.length; at += 8) {
    const row = vectors.subarray(at, at + 8);
    const length = Math.hypot(...row);
    row.forEach((value, d) => (row[d] = value / length));
  }
  const file = path.join(folder, 'pinwalk.sqlite');
  const matrix = { rows: pinCount, columns: 8, values: vectors };
  const none = { offsets: new Uint32Array(pinCount + 1), neighbors: new Uint32Array(), weights: new Float32Array() };
  writeGeneration(file, {
    meta: { name: 'campaign', createdAt: '2026-12-01T00:00:00Z', seed },
    pins: {
      ids: pinIds,
      titles: pinIds.map((id, pin) => (pin % 9 === 0 ? '' : `thing ${pin % 40} of kind ${pin % 7} ${id}`)),
      attributes: pinIds.map((_, pin) =>
        pin % 2 === 0 ? { price: pin % 50, color: ['red', 'blue'][(pin % 4) >> 1] ?? '' } : undefined,
      ),
      pictures: pinIds.map(() => undefined),
    },
    boards: { ids: boardIds, titles: boardIds.map((id) => `board ${id}`), attributes: boardIds.map(() => undefined) },
    graph: buildGraph(saves, { pinCount, boardCount }),
    matrices: new Map([
      ['pin.query', matrix],
      ['pin.target', matrix],
      ['pin.bias', { rows: pinCount, columns: 1, values: new Float32Array(pinCount) }],
      ['pin.structure', matrix],
    ]),
    related: none,
    model: { json: {}, weights: new Uint8Array() },
    report: '',
  });
  return { file, pinIds, boardIds };
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** Resolves to its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts `serve` on a free port and waits for its address. */
export async function startServer(file: string): Promise<ServerProcess> {
  const argv = [compiled('serve/cli.ts'), 'serve', '--generation', file, '--port', '0', '--json'];
  const child = spawn(process.execPath, [...argv, '--log-level', 'error'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string | null);
  const first = await Promise.race([once(child.stdout, 'data'), ended]);
  if (!Array.isArray(first)) throw new Error(`the server ended before it said its address: ${first}`);
  const { address } = JSON.parse(String(first[0])) as { address: string };
  return { address, child, ended };
}
