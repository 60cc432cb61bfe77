/**
 * Bench of the training step: ours on each installed backend, stock TF.js and PyTorch, each in a process of its own. They take
 * turns, so that ratios are of one run whatever else the machine does.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { KernelTime } from './kernel-times.js';
import { openPeak } from './peak.js';
import type { StepTimes } from './step.js';
import { fullSize } from './step.js';
import { summarize, type Summary } from './summary.js';
import { root } from '../tools/paths.js';

/** What the command line may ask for. */
export interface TrainStepOptions {
  readonly rounds: number;
  /** Cores that every candidate is held to. */
  readonly cores: number;
  readonly candidates: readonly string[];
  readonly python: string;
  readonly kernels: boolean;
  readonly json: boolean;
}

/** Steps a candidate runs in its turn. */
const STEPS = 4;
const PARTS = ['inputMs', 'forwardMs', 'backwardMs', 'optimizerMs', 'totalMs', 'cpuMs'] as const;

interface Result {
  readonly name: string;
  readonly title: string;
  readonly times: Readonly<Record<(typeof PARTS)[number], Summary>>;
  readonly pairsPerSecond: number;
}

/** A program that answers a line with a line of JSON. */
class Candidate {
  readonly name: string;
  readonly #process;
  readonly #lines;

  constructor(name: string, command: readonly string[], cores: number) {
    this.name = name;
    const threads = String(cores);
    // held to the first cores; TensorFlow and PyTorch count those, and so do the libraries below them
    const [program = '', ...args] =
      os.platform() === 'linux' ? ['taskset', '-c', `0-${cores - 1}`, ...command] : command;
    this.#process = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OMP_NUM_THREADS: threads, TF_NUM_INTRAOP_THREADS: threads },
    });
    this.#process.on('error', () => undefined); // it then has no lines, which `read` says
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** The next line's value; undefined when the program ended. */
  async read<Value>(): Promise<Value | undefined> {
    const line = await this.#lines.next();
    return line.done ? undefined : (JSON.parse(line.value) as Value);
  }

  async ask<Value>(command: string): Promise<Value> {
    this.#process.stdin.write(`${command}\n`);
    const value = await this.read<Value>();
    if (value === undefined) throw new Error(`bench: ${this.name} must answer (it ended); run it alone to see why`);
    return value;
  }

  end(): void {
    this.#process.stdin.end();
  }
}

/** Runs and prints the bench. */
export async function benchTrainStep(options: TrainStepOptions): Promise<void> {
  const { rounds, cores, json } = options;
  const peak = await openPeak();
  const peaks: number[] = [];
  const opened: { candidate: Candidate; title: string; steps: StepTimes[] }[] = [];
  for (const candidate of start(options)) {
    const hello = await candidate.read<{ title: string; threads?: number }>();
    if (hello) {
      const title = hello.threads === undefined ? hello.title : `${hello.title}, ${hello.threads} threads`;
      opened.push({ candidate, title, steps: [] });
      await candidate.ask(String(STEPS)); // to warm up
    } else if (!json) console.log(`${candidate.name} does not run here`);
  }
  for (let round = 0; round < rounds; round++) {
    for (let repeat = 0; repeat < 10; repeat++) peaks.push(peak());
    for (const { candidate, steps } of opened) {
      // stock kernels take twenty times as long; a quarter of the steps is enough of that
      const count = candidate.name === 'stock' ? 1 : STEPS;
      steps.push(...(await candidate.ask<StepTimes[]>(String(count))));
    }
  }
  const results = opened.map(({ candidate, title, steps }) => summarizeSteps(candidate.name, title, steps));
  const kernels: Record<string, KernelTime[]> = {};
  for (const { candidate } of opened) {
    if (options.kernels && !candidate.name.startsWith('pytorch'))
      kernels[candidate.name] = await candidate.ask<KernelTime[]>('kernels');
    candidate.end();
  }
  const peakRate = Math.max(...peaks);
  const machine = `${os.cpus()[0]?.model ?? ''}, ${cores} of ${os.cpus().length} cores, Node ${process.version}`;
  if (json) return console.log(JSON.stringify({ machine, load: os.loadavg(), peakGflops: peakRate, results, kernels }));
  console.log(`${machine}, load ${os.loadavg()[0]?.toFixed(1)}, ${rounds} rounds of ${STEPS} steps`);
  printSteps(results);
  printKernels(kernels, peakRate);
}

function start({ candidates, cores, python }: TrainStepOptions): Candidate[] {
  const child = fileURLToPath(new URL('step-child.js', import.meta.url));
  const peer = path.join(root, 'spec/bench/peer_step.py');
  return candidates.flatMap((name) => {
    if (name !== 'pytorch') return [new Candidate(name, [process.execPath, child, name], cores)];
    const counts = Array.from({ length: cores }, (_, i) => i + 1);
    return counts.map((threads) => new Candidate(`pytorch ${threads}`, [python, peer, String(threads)], cores));
  });
}

function summarizeSteps(name: string, title: string, steps: readonly StepTimes[]): Result {
  const times = Object.fromEntries(PARTS.map((part) => [part, summarize(steps.map((step) => step[part]))]));
  const typed = times as Record<(typeof PARTS)[number], Summary>; // an entry for each part
  return { name, title, times: typed, pairsPerSecond: (1000 * fullSize.pairCount) / typed.totalMs.median };
}

function printSteps(results: readonly Result[]): void {
  const stock = results.find(({ name }) => name === 'stock');
  const peers = results.filter(({ name }) => name.startsWith('pytorch'));
  const [peer] = peers.sort((a, b) => b.pairsPerSecond - a.pairsPerSecond);
  const cell = (value: number): string => value.toFixed(1).padStart(8);
  console.log('\nms a step (median)   input forward backward optimizer   total   [quartiles]      CPU  pairs/s');
  for (const { name, times, pairsPerSecond } of results) {
    const { lower, upper } = times.totalMs;
    const parts = PARTS.map((part) => cell(times[part].median));
    const spread = `[${lower.toFixed(0)}, ${upper.toFixed(0)}]`.padStart(14);
    console.log(`${name.padEnd(16)} ${parts.slice(0, 5).join('')}${spread}${parts[5]}${cell(pairsPerSecond)}`);
  }
  for (const { name, title, times, pairsPerSecond } of results) {
    const ratios = [stock, peer].flatMap((other) => {
      if (!other || other.name === name) return [];
      const cpu = other.times.cpuMs.median / times.cpuMs.median;
      return [`${(pairsPerSecond / other.pairsPerSecond).toFixed(2)}x ${other.name} (by CPU time ${cpu.toFixed(2)}x)`];
    });
    console.log(`${name}: ${[title, ...ratios].join('; ')}`);
  }
}

function printKernels(kernels: Readonly<Record<string, KernelTime[]>>, peakRate: number): void {
  const names = Object.keys(kernels);
  if (names.length === 0) return;
  console.log(
    `\nGFLOP/s by operation, on all cores that take part; one core's peak of 128-bit fused multiply-adds is ${peakRate.toFixed(1)}`,
  );
  console.log(`${''.padEnd(52)}${names.map((name) => name.padStart(12)).join('')}`);
  for (const [row, { name, operations }] of (Object.values(kernels)[0] ?? []).entries()) {
    const rates = names.map((backend) => operations / (kernels[backend]?.[row]?.ms ?? NaN) / 1e6);
    console.log(`${name.padEnd(52)}${rates.map((rate) => rate.toFixed(1).padStart(12)).join('')}`);
  }
}
