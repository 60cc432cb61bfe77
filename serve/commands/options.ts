/**
 * What each command is given once the command line is read; paths and numbers are checked where they are used.
 */
import type { ReadingOptions } from '../../data/reading-options.js';
import type { TaskName } from '../../train/evaluation/tasks.js';
import type { Strategy } from '../../train/ranking/settings.js';
import type { Scope } from '../keys/scopes.js';

/** Where runs are kept, in the folder the program is called from. */
export const runsFolder = 'runs';

/** The generation that commands use when none is named. */
export const latestGeneration = 'runs/latest/pinwalk.sqlite';

/** Where a command prints: results on `out`, everything else on `err`. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** Thrown by a command that a signal ended before it was done; what it had is kept. */
export class Interruption extends Error {
  /** As a shell has it for a program that the signal ended: 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** Options of every command. */
export interface CommonOptions {
  /** Results as JSON on standard output, for programs. */
  readonly json: boolean;
}

/** What to train on and how. */
export interface DataOptions {
  /** A folder; without it and `saves`, the shipped designers' boards. */
  readonly data?: string;
  /** Files of saves, folders of parts or names with `*`, together one table. */
  readonly saves?: readonly string[];
  /** A graph in GEXF, GraphML or graphology's JSON. */
  readonly graph?: string;
  /** Which of its nodes are pins: `ATTRIBUTE=VALUE`. */
  readonly pins?: string;
  /** What the files do not say themselves: names of columns, an encoding, a format. */
  readonly reading?: ReadingOptions;
  /** Vectors of the user's own, beside what the folder holds. */
  readonly vectors?: string;
  /** The column of vectors where a Parquet file has several of lists. */
  readonly vectorColumn?: string;
  /** A JSON file of config options. */
  readonly config?: string;
  /** Config options named on the command line; they win over the file. */
  readonly overrides: Readonly<Record<string, string | number | boolean>>;
}

export interface TrainOptions extends CommonOptions, DataOptions {
  /** Name of the run directory in `runs/`. */
  readonly run?: string;
  /** Go on from the run's last checkpoint. */
  readonly resume: boolean;
  /** Which saves the generation knows. */
  readonly serveSplit: 'all' | 'train';
  /** Evaluate baselines too. */
  readonly baselines: boolean;
  /** Malformed, duplicate and unknown rows are an error. */
  readonly strict: boolean;
  /** Folder of TensorBoard's logs to show it in. */
  readonly tensorboard?: string;
  /** MLflow's server to show it on. */
  readonly mlflow?: string;
}

/** `train --seeds`: the same run with so many seeds, one after the other. */
export interface SeedsOptions extends TrainOptions {
  readonly seeds: number;
}

export interface AblateOptions extends CommonOptions, DataOptions {
  /** Name of the run directory in `runs/`; rows that its ablation has are kept. */
  readonly run?: string;
  /** Names of rows, separated by commas; default all. */
  readonly rows?: string;
}

export interface TuneOptions extends CommonOptions, DataOptions {
  /** Name of the run directory in `runs/`; trials that it has are kept. */
  readonly run?: string;
  readonly trials: number;
}

export interface EvaluateOptions extends CommonOptions {
  /** Name of the run, default `latest`. */
  readonly run: string;
  /** Evaluate baselines too. */
  readonly baselines: boolean;
  /** Data to evaluate on, default what the run was trained on. */
  readonly data?: string;
  readonly saves?: readonly string[];
  readonly reading?: ReadingOptions;
  readonly vectors?: string;
  /** An outside program's lists, to be judged in place of the run's own weights. */
  readonly lists?: string;
  /** What the lists answer. */
  readonly task: TaskName;
}

export interface ServeOptions extends CommonOptions {
  readonly generation: string;
  /** File of live events; true takes the one beside the generation. */
  readonly live?: string | boolean;
  readonly host: string;
  /** Names that callers may give as Host on a loopback address. */
  readonly allowHost?: readonly string[];
  /** File of keys. */
  readonly keys?: string;
  /** Anybody may ask, on whatever address. */
  readonly open?: boolean;
  /** Origins whose pages may read answers. */
  readonly cors?: readonly string[];
  /** 0 takes a free one. */
  readonly port: number;
  /** Threads that make lists. */
  readonly threads: number;
  /** Milliseconds that a list may take. */
  readonly deadlineMs: number;
  readonly logLevel: string;
}

export interface StartOptions extends Omit<ServeOptions, 'generation' | 'live'> {
  /** Whether a training runs beside the server where there is no run yet. */
  readonly train: boolean;
}

/** `key NAME`. */
export interface KeyOptions extends CommonOptions {
  readonly scopes: readonly Scope[];
  readonly perMinute?: number;
}

export interface ExportOptions extends CommonOptions {
  readonly generation: string;
  /** What to write: of graph, lists, vectors or split. */
  readonly format: string;
  readonly out: string;
  readonly community?: number;
  readonly pin?: string;
  readonly hops: number;
  readonly task: TaskName;
  readonly k: number;
  readonly strategy: Strategy;
}

export interface RelatedOptions extends CommonOptions {
  readonly generation: string;
  readonly k: number;
  readonly strategy: Strategy;
}
