/**
 * How many requests a server answers: `serve` in a process of its own, load out of another (autocannon), 2xx counted, gorse beside it.
 *
 * Every client goes through the same seeded pins, one request after the other. Candidates take turns, so that a machine that gets busier
 * is busier for all. gorse is started by `spec/bench/peers/gorse.sh` on the same pins beforehand.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import { openGeneration } from '../../data/generation/read.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { compiled } from '../tools/paths.js';

/** Options of the bench. */
export interface ServeBenchOptions {
  readonly generation: string;
  readonly clients: readonly number[];
  /** Of each measure. */
  readonly seconds: number;
  readonly turns: number;
  /** Address of a gorse that holds the same pins. */
  readonly gorse?: string;
  readonly json: boolean;
}

/** What is asked of whom. */
interface Candidate {
  readonly name: string;
  readonly address: string;
  readonly paths: readonly string[];
}

/** What came of one measure. */
interface Measure {
  readonly name: string;
  readonly clients: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 2xx, and requests without one. */
  readonly failed: number;
}

const itemCount = 20;
const queryCount = 1000;

/** Measures and prints. */
export async function benchServe({
  generation,
  clients,
  seconds,
  turns,
  gorse,
  json,
}: ServeBenchOptions): Promise<void> {
  const server = spawn(
    process.execPath,
    [compiled('serve/cli.ts'), 'serve', '--generation', generation, '--port', '0', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-bench-'));
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { address } = JSON.parse(line.toString()) as { address: string };
    const candidates = candidatesOf(generation, address, gorse);
    const measures: Measure[] = [];
    for (const candidate of candidates) await measure(candidate, { clients: 1, seconds: 1, folder }); // warms up
    for (let turn = 0; turn < turns; turn++) {
      for (const count of clients) {
        for (const candidate of candidates)
          measures.push(await measure(candidate, { clients: count, seconds, folder }));
      }
    }
    print(measures, json);
  } finally {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true });
  }
}

function candidatesOf(file: string, address: string, gorse: string | undefined): Candidate[] {
  const generation = openGeneration(file, { verify: 'none' });
  const random = randomStream(1, 'bench', 0);
  const draw = (items: { readonly table: { readonly ids: readonly string[] } }): string[] =>
    Array.from({ length: queryCount }, () => items.table.ids[randomInteger(random, items.table.ids.length)] as string);
  const pins = draw(generation.pins).map(encodeURIComponent);
  const boards = draw(generation.boards).map(encodeURIComponent);
  generation.close();
  const limit = `limit=${itemCount}`;
  const own = (name: string, paths: readonly string[]): Candidate => ({ name, address, paths });
  return [
    own(
      'related, ids',
      pins.map((id) => `/v1/pins/${id}/related?${limit}&fields=ids`),
    ),
    own(
      'related, payload',
      pins.map((id) => `/v1/pins/${id}/related?${limit}&fields=payload`),
    ),
    own(
      'related, walk, ids',
      pins.map((id) => `/v1/pins/${id}/related?${limit}&fields=ids&strategy=walk`),
    ),
    own(
      'ideas, ids',
      boards.map((id) => `/v1/boards/${id}/ideas?${limit}&fields=ids`),
    ),
    own('live', ['/health/live']),
    ...(gorse === undefined
      ? []
      : [
          {
            name: 'gorse neighbors',
            address: gorse,
            paths: pins.map((id) => `/api/item/${id}/neighbors?n=${itemCount}`),
          },
        ]),
  ];
}

/** The parts of autocannon's result that are read. */
interface Result {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
  readonly duration: number;
  readonly latency: { readonly p50: number; readonly p99: number };
}

async function measure(
  { name, address, paths }: Candidate,
  { clients, seconds, folder }: { readonly clients: number; readonly seconds: number; readonly folder: string },
): Promise<Measure> {
  const har = path.join(folder, 'requests.har');
  const entries = paths.map((own) => ({ request: { method: 'GET', url: address + own, headers: [] } }));
  writeFileSync(har, JSON.stringify({ log: { entries } }));
  const program = createRequire(import.meta.url).resolve('autocannon');
  const options = ['--har', har, '-c', String(clients), '-d', String(seconds), '--json', address];
  const load = spawn(process.execPath, [program, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const result = JSON.parse(await textOf(load)) as Result;
  const { '2xx': answered, non2xx, errors, duration, latency } = result;
  const perSecond = Math.round(answered / duration);
  return { name, clients, perSecond, p50: latency.p50, p99: latency.p99, failed: non2xx + errors };
}

async function textOf({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of stdout ?? []) text += String(chunk);
  return text;
}

function print(measures: readonly Measure[], json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(measures)}\n`);
  const table = new Table({
    head: ['asked', 'clients', 'requests/s', 'p50 ms', 'p99 ms', 'failed'],
    style: { head: [], border: [] },
  });
  for (const own of measures) table.push([own.name, own.clients, own.perSecond, own.p50, own.p99, own.failed]);
  process.stdout.write(`${table.toString()}\n`);
}
