/** The program as campaigns start it, on small worlds in folders of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { syntheticSaves } from '../../data/synthetic.js';

/** Node's arguments to run a file of ours, named from this folder and without its ending. */
export function argvOf(file: string): string[] {
  return [fileURLToPath(new URL(`${file}.js`, import.meta.url))];
}

/** Node's arguments to load a file of ours before another. */
export function preloading(file: string): string[] {
  return [`--import=${new URL(`${file}.js`, import.meta.url).href}`];
}

/** Parameters of a training of seconds: 12 steps, a checkpoint after each. */
export const smallTraining = [
  ...['--backend', 'wasm', '--workers', '1', '--epochs', '3', '--batch-boards', '8', '--negative-count', '40'],
  ...['--dimension', '8', '--spectral-rank', '8', '--checkpoint-every', '1', '--patience', '100'],
];

/** A folder with `saves.csv` and `pins.csv` of 40 boards and 60 pins in `data/`; it removes nothing itself. */
export function newWorld(seed: number, parent = tmpdir()): string {
  const folder = mkdtempSync(path.join(parent, 'pinwalk-campaign-'));
  const { boards, pins } = syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 400, seed, topicCount: 4 })
    .collection.saves;
  mkdirSync(path.join(folder, 'data'));
  const saves = Array.from(boards, (board, n) => `b${board},p${pins[n]}\n`);
  const titles = Array.from({ length: 60 }, (_, pin) => `p${pin},thing ${pin % 7} of kind ${pin % 4}\n`);
  writeFileSync(path.join(folder, 'data', 'saves.csv'), `board,pin\n${saves.join('')}`);
  writeFileSync(path.join(folder, 'data', 'pins.csv'), `id,title\n${titles.join('')}`);
  return folder;
}

/** What a process that ended said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** A process that was started. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves to what it has said on standard output, once that holds a text or the process has ended. */
  readonly said: (text: string) => Promise<string>;
}

/** Starts Node with arguments, in a folder. */
export function start(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code: code as number | null, signal: signal as string | null, out, err };
  });
  const said = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!out.includes(text)) return;
        waiting.delete(look);
        resolve(out);
      };
      waiting.add(look);
      void ended.then(() => resolve(out));
      look();
    });
  return { child, ended, said };
}

/** A command of a small world is done within seconds; on a busy machine it takes a minute. What takes longer hangs, and is killed. */
const longestMs = 180_000;

/** Runs the command line to its end, `SIGKILL` where it hangs. */
export function pinwalk(
  argv: readonly string[],
  cwd: string,
  { preload = [], env = {} }: { readonly preload?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<Ended> {
  const { child, ended } = start([...preload, ...argvOf('../../serve/cli'), ...argv], cwd, env);
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  return ended.finally(() => clearTimeout(timer));
}

/** The answers of run `name`. */
export function generationOf(folder: string, name: string): string {
  return path.join(folder, 'runs', name, 'pinwalk.sqlite');
}

/** A world in which runs of these seeds were trained to their end, named `seed1`, ... */
export async function trainedWorld(seed: number, seeds: readonly number[], parent?: string): Promise<string> {
  const folder = newWorld(seed, parent);
  for (const own of seeds) {
    const ended = await pinwalk([...trainingArgv(folder, `seed${own}`), '--seed', String(own)], folder);
    if (ended.code !== 0) throw new Error(lastLine(ended));
  }
  return folder;
}

/** Trains run `name` of a world, from its beginning or from where it was left. */
export function trainingArgv(folder: string, name: string): string[] {
  const isBegun = existsSync(path.join(folder, 'runs', name, 'run.json'));
  return ['train', '--run', name, '--json', ...(isBegun ? ['--resume'] : ['--data', 'data', ...smallTraining])];
}

/** Files of a folder, folders in it too, that only a writer at work may have. */
export function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.writing|\.tmp$|-journal$|-wal$|-shm$|owner\.json$/.test(name),
  );
}

/** The last line that a program said of an error, for messages. */
export function lastLine({ code, signal, err }: Ended): string {
  return `${signal ?? `exit ${code}`}: ${
    err
      .replace(/^writes: .*$/m, '')
      .trim()
      .split('\n')
      .at(-1)
      ?.slice(0, 300) ?? ''
  }`;
}
