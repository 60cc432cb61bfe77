/**
 * The run directory `runs/<name>/`: checkpoints, metrics.jsonl, metrics.json, pinwalk.sqlite; `runs/latest` names the newest
 * finished run.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../data/errors.js';
import { lockFolder } from '../data/folder-lock.js';
import type { ReadingOptions } from '../data/reading-options.js';
import type { Config } from './config.js';

/** What a run was started with; resuming and evaluating again begin here. */
export interface RunSettings {
  /** Absolute paths; `vectors` beside either. */
  readonly source: {
    readonly folder?: string;
    /** One file, folder of parts or name with `*`, or several that are one table. */
    readonly savesFile?: string | readonly string[];
    /** What the files do not say themselves. */
    readonly reading?: ReadingOptions;
    readonly vectors?: string;
    readonly vectorColumn?: string;
  };
  readonly config: Config;
}

/** One run's place on disk. */
export class RunFolder {
  readonly name: string;
  readonly folder: string;
  /** Whether it was opened to start a run. */
  readonly #isNew: boolean;

  private constructor(root: string, name: string, { isNew = false }: { isNew?: boolean } = {}) {
    this.name = name;
    this.folder = path.join(root, name);
    this.#isNew = isNew;
  }

  /**
   * Opens a run's directory; nothing is made on disk before the first file is written.
   *
   * @param root  where runs are kept, `runs`
   * @param name  letters, digits, `.`, `_` and `-`; not `latest`; default: the time, to the second
   * @param options.resume  whether a run of this name must be there already, or must not
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`, `NOT_FOUND`; `RUN_IN_USE` when a run to be started is at work
   */
  static open(root: string, name: string | undefined, { resume }: { resume: boolean }): RunFolder {
    if (resume && name === undefined) {
      throw new PinwalkError('OPTION_OUT_OF_RANGE', 'resume: --run must name the run to go on with (got no name)');
    }
    const chosen = name ?? new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    if (!/^[\w.-]+$/.test(chosen) || chosen === 'latest' || /^\.+$/.test(chosen)) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `run: a name must be of letters, digits, ".", "_", "-" and not "latest" (got ${JSON.stringify(chosen)})`,
      );
    }
    const run = new RunFolder(root, chosen, { isNew: !resume });
    const isThere = existsSync(run.folder);
    if (resume && !isThere) {
      throw new PinwalkError(
        'NOT_FOUND',
        `resume: ${run.folder} must be a run (got nothing there); leave --resume out to start it`,
      );
    }
    if (!resume && existsSync(run.checkpoints)) lockFolder(run.folder)(); // one who works there is named first
    run.#checkNew();
    return run;
  }

  /**
   * Finds a run that was started before; `latest` is the newest finished one.
   *
   * @throws PinwalkError `NOT_FOUND`
   */
  static find(root: string, name: string): RunFolder {
    const run = new RunFolder(root, name);
    run.readSettings();
    return run;
  }

  /** Opens a directory that a search or ablation goes on in, there already or not; the name as in `open`. */
  static openAgain(root: string, name: string | undefined): RunFolder {
    return RunFolder.open(root, name, { resume: name !== undefined && existsSync(path.join(root, name)) });
  }

  /**
   * Works in the folder as its one owner; everything that writes into it does so.
   *
   * @throws PinwalkError `RUN_IN_USE` at once when another process has it; `OPTION_OUT_OF_RANGE` when one has had it since it was opened
   *   to start a run; what the work throws
   */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const giveBack = lockFolder(this.folder);
    try {
      this.#checkNew();
      return await work();
    } finally {
      giveBack();
    }
  }

  #checkNew(): void {
    if (!this.#isNew || !existsSync(this.checkpoints)) return;
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `run: ${this.folder} must be new (got a run with checkpoints); add --resume to go on, or take another --run`,
    );
  }

  get checkpoints(): string {
    return path.join(this.folder, 'checkpoints');
  }

  get generation(): string {
    return path.join(this.folder, 'pinwalk.sqlite');
  }

  writeSettings(settings: RunSettings): void {
    this.writeJson('run.json', settings);
  }

  /** Whether the run was started. */
  hasSettings(): boolean {
    return existsSync(path.join(this.folder, 'run.json'));
  }

  /** @throws PinwalkError `NOT_FOUND` when the run was never started */
  readSettings(): RunSettings {
    const file = path.join(this.folder, 'run.json');
    if (!existsSync(file))
      throw new PinwalkError('NOT_FOUND', `run: ${file} must be there (got no such file); train first`);
    return JSON.parse(readFileSync(file, 'utf8')) as RunSettings; // written by `writeSettings`; config is checked again
  }

  /** Adds a line to metrics.jsonl. A resumed run repeats the steps since its checkpoint; the later line holds. */
  log(line: Readonly<Record<string, number | string>>): void {
    mkdirSync(this.folder, { recursive: true });
    appendFileSync(
      path.join(this.folder, 'metrics.jsonl'),
      `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`,
    );
  }

  writeMetrics(metrics: Readonly<Record<string, unknown>>): void {
    this.writeJson('metrics.json', metrics);
  }

  /** Writes a file of the run whole or not at all. */
  writeJson(name: string, value: unknown): void {
    const file = path.join(this.folder, name);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(`${file}.writing`, `${JSON.stringify(value, undefined, 2)}\n`);
    renameSync(`${file}.writing`, file);
  }

  /** Points `latest` at this run. */
  finish(): void {
    const latest = path.join(path.dirname(this.folder), 'latest');
    const temporary = `${latest}.${process.pid}`;
    rmSync(temporary, { force: true });
    symlinkSync(this.name, temporary);
    renameSync(temporary, latest);
  }
}
