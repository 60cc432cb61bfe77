/**
 * Bench of checkpoints: a training is killed (`kill -9`) at random moments and resumed each time; its last weights must be those of
 * a run never stopped, byte for byte.
 *
 * What runs is the command line itself, on a made-up world, with two workers. A run that ends before it is killed is compared, and
 * the next kills are dealt to a new one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomStream } from '../../data/random.js';
import { syntheticSaves } from '../../data/synthetic.js';

/** How often, and with what. */
export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
}

/** Some 200 steps in a few seconds, with a checkpoint every 7. */
const parameters = [
  ...['--backend', 'wasm', '--workers', '2', '--batch-boards', '256', '--negative-count', '3000', '--epochs', '50'],
  ...['--dimension', '32', '--spectral-rank', '32', '--checkpoint-every', '7', '--patience', '100'],
];
const cli = fileURLToPath(new URL('../../serve/cli.js', import.meta.url));

/** Kills and resumes, prints a line a kill, and sets exit code 1 when bytes differ. */
export async function benchKill({ kills, seed }: KillOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-kill-'));
  writeWorld(folder);
  const whole = new KilledRun(folder, 'whole');
  const began = Date.now();
  await whole.go();
  const duration = whole.trainedAt - began;
  console.log(`a run never stopped: ${whole.step} steps, trained after ${(duration / 1000).toFixed(1)} s`);
  const random = randomStream(seed, 'kill');
  let dealt = 0;
  let differing = 0;
  for (let number = 1; dealt < kills; number++) {
    const run = new KilledRun(folder, `killed-${number}`);
    for (;;) {
      const after = dealt < kills ? random() * duration : undefined;
      const isKilled = await run.go(after);
      if (!isKilled) break;
      dealt++;
      console.log(`kill ${dealt}: run ${number} after ${((after ?? 0) / 1000).toFixed(2)} s, ${run.state}`);
    }
    const wrong = run.filesUnlike(whole);
    if (wrong.length > 0) differing++;
    console.log(
      `run ${number} ended after ${run.step} steps: ${wrong.length > 0 ? `differs in ${wrong.join()}` : 'the same bytes'}`,
    );
  }
  console.log(`${dealt} kills; ${differing > 0 ? `${differing} runs differ` : 'all runs ended with the same bytes'}`);
  if (differing > 0) process.exitCode = 1;
  rmSync(folder, { recursive: true });
}

/** A run of the command line that may be killed. */
class KilledRun {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** Starts it, or goes on where it was; kills it `after` ms. @returns whether it was killed before it ended */
  async go(after?: number): Promise<boolean> {
    const start = ['--saves', 'saves.csv', ...parameters];
    const how = existsSync(this.#file('run.json')) ? ['--resume'] : start;
    const argv = [cli, 'train', '--run', this.#name, ...how, '--json'];
    const child = spawn(process.execPath, argv, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const timer = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(timer);
    if (signal === 'SIGKILL') return true;
    if (code !== 0) throw new Error(`${argv.slice(1).join(' ')} ended with ${code ?? signal}:\n${said}`);
    return false;
  }

  /** Of the newest checkpoint; 0 without one. */
  get step(): number {
    return Number(/\d+/.exec(this.#checkpoints().at(-1) ?? '0')?.[0]);
  }

  /** When the last checkpoint was written, in ms since 1970. */
  get trainedAt(): number {
    return statSync(this.#file(path.join('checkpoints', this.#checkpoints().at(-1) ?? ''))).mtimeMs;
  }

  get state(): string {
    if (existsSync(this.#file('metrics.json'))) return 'evaluated';
    if (!existsSync(this.#file('run.json'))) return 'not yet begun';
    return `checkpoint of step ${this.step}`;
  }

  /** Names of checkpoint files that another run does not have, or not with these bytes. */
  filesUnlike(other: KilledRun): string[] {
    const names = [...new Set([...this.#checkpoints(), ...other.#checkpoints(), 'best.ckpt'])];
    return names.filter((name) => {
      const files = [this, other].map((run) => run.#file(path.join('checkpoints', name)));
      if (!files.every((file) => existsSync(file))) return true;
      const [mine, theirs] = files.map((file) => readFileSync(file));
      return !(mine && theirs && mine.equals(theirs));
    });
  }

  #checkpoints(): string[] {
    const folder = this.#file('checkpoints');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^step-\d+\.ckpt$/.test(name))
      .sort();
  }

  #file(name: string): string {
    return path.join(this.#folder, 'runs', this.#name, name);
  }
}

function writeWorld(folder: string): void {
  const size = { pinCount: 500, boardCount: 1000, saveCount: 8000 };
  const { boards, pins } = syntheticSaves({ ...size, seed: 1, topicCount: 20 }).collection.saves;
  const lines = Array.from(boards, (board, n) => `b${board},p${pins[n]}`);
  writeFileSync(path.join(folder, 'saves.csv'), ['board,pin', ...lines, ''].join('\n'));
}
