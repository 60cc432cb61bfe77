/**
 * A training as TensorBoard shows it: scalars while it runs, figures on test and a projector of the vectors at its end.
 *
 * One writer at a time works in a run's folder there, and a tag's steps only grow, across a resume too: TensorBoard's usual loader takes
 * away every point whose step is not below that of a later one (findings/tensorboard-two-loaders.sh).
 */
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { lockFolder } from '../../data/folder-lock.js';
import { openGeneration } from '../../data/generation/read.js';
import { streamWhole } from '../../data/whole-file.js';
import { lastSteps, scalarsEvent, textEvent, versionEvent, type Scalar } from '../../data/writers/event-file.js';
import type { MetricsTable } from '../evaluation/table.js';
import { projectorFiles } from '../export/projector.js';
import { vectorsOf } from '../export/vectors.js';
import { rankingDefaults, storedSettings, type RankingSettings } from '../ranking/settings.js';
import { comparedMetrics } from '../report/compare-runs.js';
import type { TrackedTraining, Tracker } from './tracker.js';

/** Tags of the columns of metrics.jsonl; a column without one is not shown. */
const tags: Readonly<Record<string, string>> = {
  loss: 'training/loss',
  rateShare: 'training/rateShare',
  validation: 'validation/recall@20',
  stepsPerSecond: 'speed/stepsPerSecond',
  queriesPerSecond: 'speed/queriesPerSecond',
  pairsPerSecond: 'speed/pairsPerSecond',
  batchMs: 'time/batchMs',
  forwardMs: 'time/forwardMs',
  backwardMs: 'time/backwardMs',
  optimizerMs: 'time/optimizerMs',
  tensors: 'memory/tensors',
  wasmHeapBytes: 'memory/wasmHeapBytes',
  rssBytes: 'memory/rssBytes',
};

/**
 * Shows a training in `logs/NAME`.
 *
 * @param logs  the folder that `tensorboard --logdir` is given
 */
export function openTensorboard(logs: string, training: TrackedTraining): Tracker {
  const { folder, config, say } = training;
  const own = path.join(logs, folder.name);
  let release: (() => void) | undefined;
  try {
    release = lockFolder(own);
    const events = new EventWriter(own, say);
    events.text('config', `| parameter | value |\n|---|---|\n${parameterLines(config)}`);
    return new TensorboardTracker(training, { own, events, release });
  } catch (error) {
    release?.();
    say(`tensorboard: ${own}: ${messageOf(error)}; this run is not shown there`);
    return { log: () => {}, finish: () => Promise.resolve(), close: () => Promise.resolve() };
  }
}

class TensorboardTracker implements Tracker {
  readonly #training: TrackedTraining;
  readonly #own: string;
  readonly #events: EventWriter;
  readonly #release: () => void;
  #step = 0;

  constructor(
    training: TrackedTraining,
    { own, events, release }: { own: string; events: EventWriter; release: () => void },
  ) {
    this.#training = training;
    this.#own = own;
    this.#events = events;
    this.#release = release;
  }

  log: Tracker['log'] = ({ step, ...line }) => {
    this.#step = Number(step);
    const scalars = Object.entries(line).flatMap(([column, value]) => {
      const tag = tags[column];
      return tag !== undefined && typeof value === 'number' ? [{ tag, value }] : [];
    });
    this.#events.scalars(this.#step, scalars);
  };

  async finish(models: MetricsTable): Promise<void> {
    this.#events.scalars(this.#step, testScalars(models));
    try {
      await this.#writeProjector();
    } catch (error) {
      this.#training.say(`tensorboard: ${messageOf(error)}; there is no projector`);
    }
    await this.#end();
  }

  close(): Promise<void> {
    return this.#end();
  }

  async #writeProjector(): Promise<void> {
    const { generation: file } = this.#training.folder;
    if (!existsSync(file)) return;
    const generation = openGeneration(file, { verify: 'none' });
    try {
      const stored = generation.meta['ranking'] as Partial<RankingSettings> | undefined; // written by `run`
      const vectors = vectorsOf(generation, stored ? storedSettings(stored) : rankingDefaults);
      await streamWhole(projectorFiles(this.#own, generation, { vectors, withEvents: false }));
    } finally {
      generation.close();
    }
  }

  async #end(): Promise<void> {
    await this.#events.end();
    this.#release();
  }
}

/** Writes an event file of its own beside those that are there, none of whose steps it repeats. */
class EventWriter {
  readonly #stream: WriteStream;
  readonly #last = new Map<string, number>();
  #isBroken = false;

  constructor(folder: string, say: (line: string) => void) {
    mkdirSync(folder, { recursive: true });
    let seconds = Math.floor(Date.now() / 1000);
    for (const name of readdirSync(folder).sort()) {
      const [, begun] = /^events\.out\.tfevents\.(\d+)\./.exec(name) ?? [];
      if (begun === undefined) continue;
      seconds = Math.max(seconds, Number(begun) + 1); // files are read in the order of their names
      for (const [tag, step] of lastSteps(readFileSync(path.join(folder, name))))
        this.#last.set(tag, Math.max(step, this.#last.get(tag) ?? -1));
    }
    this.#stream = createWriteStream(path.join(folder, `events.out.tfevents.${seconds}.pinwalk`), { flags: 'wx' });
    this.#stream.on('error', (error) => {
      this.#isBroken = true;
      say(`tensorboard: ${error.message}; nothing more is shown there`);
    });
    this.#write(versionEvent(now()));
  }

  scalars(step: number, scalars: readonly Omit<Scalar, 'step'>[]): void {
    const fresh = scalars.filter(({ tag }) => step > (this.#last.get(tag) ?? -1));
    if (fresh.length === 0) return;
    for (const { tag } of fresh) this.#last.set(tag, step);
    this.#write(scalarsEvent(now(), step, fresh));
  }

  /** Once a run. */
  text(tag: string, text: string): void {
    if (!this.#last.has(tag)) this.#write(textEvent(now(), tag, text));
  }

  async end(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch(() => {}); // said where it happened
  }

  #write(event: Uint8Array): void {
    if (!this.#isBroken) this.#stream.write(event);
  }
}

/** What runs are compared by, of every model. */
function testScalars(models: MetricsTable): Omit<Scalar, 'step'>[] {
  return Object.entries(models).flatMap(([model, tasks]) =>
    Object.entries(comparedMetrics).flatMap(([task, metrics]) => {
      const figures = tasks[task as keyof typeof tasks];
      if (!figures) return [];
      return metrics.map((metric) => ({ tag: `test ${task} ${metric}/${model}`, value: figures[metric].mean }));
    }),
  );
}

function parameterLines(config: object): string {
  return Object.entries(config)
    .map(([name, value]) => `| ${name} | ${String(value).replaceAll('|', '\\|')} |`)
    .join('\n');
}

function now(): number {
  return Date.now() / 1000;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
