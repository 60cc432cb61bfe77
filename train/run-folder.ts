/**
 * The run directory `runs/<name>/`: checkpoints, metrics.jsonl, metrics.json, pinwalk.sqlite; `runs/latest` names the newest
 * finished run.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../data/errors.js';
import { lockFolder } from '../data/folder-lock.js';
import type { ReadingOptions } from '../data/reading-options.js';
import { writing } from '../data/storage-error.js';
import { linkWhole, writeWhole } from '../data/whole-file.js';
import type { Config } from './config.js';

/** What a run was started with; resuming and evaluating again begin here. */
export interface RunSettings {
  /** Absolute paths, one of folder, savesFile and graph; `vectors` beside either, `pins` (`ATTRIBUTE=VALUE`) beside a graph. */
  readonly source: {
    readonly folder?: string;
    /** One file, folder of parts or name with `*`, or several that are one table. */
    readonly savesFile?: string | readonly string[];
    readonly graph?: string;
    readonly pins?: string;
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
  /** Whether `latest` beside it names it once it is finished. */
  readonly #isListed: boolean;

  private constructor(
    root: string,
    name: string,
    { isNew = false, isListed = true }: { isNew?: boolean; isListed?: boolean } = {},
  ) {
    this.name = name;
    this.folder = path.join(root, name);
    this.#isNew = isNew;
    this.#isListed = isListed;
  }

  /**
   * Opens a directory that a program keeps where it likes: nothing is written beside it.
   *
   * @throws PinwalkError `OPTION_OUT_OF_RANGE` when it has checkpoints that are not to be gone on from
   */
  static at(folder: string, { resume }: { resume: boolean }): RunFolder {
    const { dir, base } = path.parse(path.resolve(folder));
    const run = new RunFolder(dir, base, { isListed: false, isNew: !resume });
    if (!resume && existsSync(run.checkpoints)) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `train: ${run.folder} must be new (got a run with checkpoints); give resume: true to go on, or another folder`,
      );
    }
    return run;
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
    const file = path.join(this.folder, 'metrics.jsonl');
    writing(file, () => {
      mkdirSync(this.folder, { recursive: true });
      appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
    });
  }

  writeMetrics(metrics: Readonly<Record<string, unknown>>): void {
    this.writeJson('metrics.json', metrics);
  }

  /** Writes a file of the run; all that writes here throws PinwalkError `STORAGE_FAILED`. */
  writeJson(name: string, value: unknown): void {
    writeWhole(path.join(this.folder, name), `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Points `latest` at this run. */
  finish(): void {
    if (this.#isListed) linkWhole(path.join(path.dirname(this.folder), 'latest'), this.name);
  }
}
