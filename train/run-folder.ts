/**
 * The run directory `runs/<name>/`: checkpoints, metrics.jsonl, metrics.json, pinwalk.sqlite; `runs/latest` names the newest
 * finished run.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../data/errors.js';
import { lockFolder } from '../data/folder-lock.js';
import { underCurrentNames } from '../data/former-names.js';
import type { ReadingOptions } from '../data/reading-options.js';
import { writing } from '../data/storage-error.js';
import { linkWhole, sweepAll, writeWhole } from '../data/whole-file.js';
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
      for (const folder of [this.folder, this.checkpoints]) sweepAll(folder);
      this.#endTornLine();
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

  /** @throws PinwalkError `NOT_FOUND` when the run was never started; `INPUT_INVALID` when its run.json is damaged */
  readSettings(): RunSettings {
    const settings = this.#readJson('run.json', ['source', 'config']);
    if (!settings) {
      const file = path.join(this.folder, 'run.json');
      throw new PinwalkError('NOT_FOUND', `run: ${file} must be there (got no such file); train first`);
    }
    return settings as unknown as RunSettings; // written by `writeSettings`; config is checked again
  }

  /**
   * The figures of a finished run, names of models and options as they are now; undefined where there are none yet.
   *
   * @throws PinwalkError `INPUT_INVALID` when metrics.json is damaged
   */
  readMetrics(): Readonly<Record<string, unknown>> | undefined {
    const metrics = this.#readJson('metrics.json', ['models', 'config']);
    if (!metrics) return undefined;
    const { models, config } = metrics as { models: Readonly<Record<string, unknown>>; config: typeof models }; // checked above
    return { ...metrics, models: underCurrentNames('models', models), config: underCurrentNames('options', config) };
  }

  /** An object of a file that was written whole; `keys` are those that must hold objects. */
  #readJson(name: string, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    const file = path.join(this.folder, name);
    if (!existsSync(file)) return undefined;
    const fail = (got: string, cause?: unknown): never => {
      const must = `run: ${file} must be as training wrote it (got ${got})`;
      throw new PinwalkError('INPUT_INVALID', `${must}; bring it back, or train anew under another --run`, { cause });
    };
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error), error);
    }
    if (!isObject(value)) return fail('no JSON object');
    const missing = keys.find((key) => !isObject(value[key]));
    return missing === undefined ? value : fail(`no object ${missing}`);
  }

  /** A training that was killed may have left half a line in metrics.jsonl; what comes after it begins a line of its own. */
  #endTornLine(): void {
    const file = path.join(this.folder, 'metrics.jsonl');
    if (!existsSync(file)) return;
    writing(file, () => {
      const text = readFileSync(file);
      if (text.length > 0 && text.at(-1) !== 0x0a) truncateSync(file, text.lastIndexOf(0x0a) + 1);
    });
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
