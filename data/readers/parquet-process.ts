/**
 * Holds the process that reads Parquet: started when it is first needed, used again for the next file, ended when it stands
 * still or has no memory left. What goes wrong there is an error here.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the process is asked; each is answered once. */
export type ParquetRequest =
  | { readonly kind: 'open'; readonly file: string }
  | { readonly kind: 'read'; readonly columns: readonly string[] }
  | { readonly kind: 'next' };

/** What it answers; `progress` comes in between. */
export type ParquetAnswer =
  | { readonly kind: 'opened'; readonly names: string[]; readonly unreadable: string[]; readonly byteLength: number }
  | {
      readonly kind: 'batch';
      /** Number of the first row, from 0. */
      readonly firstRow: number;
      readonly rowCount: number;
      /** Cells by column, then row. */
      readonly columns: unknown[][];
      /** Share of the file that is read, up to 1. */
      readonly share: number;
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'progress' }
  | { readonly kind: 'error'; readonly message: string; readonly code: string | undefined };

/** Limits of the process. */
export interface ProcessLimits {
  /** Largest heap, MiB. */
  readonly heapMb: number;
  /** Longest time between two signs of life, milliseconds. */
  readonly stallMs: number;
}

/** Node itself takes this long to start on a busy machine. */
const startMs = 60_000;

/** A process that answers one request after another. */
export class ParquetProcess {
  readonly heapMb: number;
  readonly #child: ChildProcess;
  readonly #stallMs: number;
  #hasAnswered = false;
  #ended: string | undefined;
  #waiting: { resolve: (answer: ParquetAnswer) => void; reject: (error: Error) => void } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param script  another one only in specs */
  constructor({ heapMb, stallMs }: ProcessLimits, script = ownScript()) {
    this.heapMb = heapMb;
    this.#stallMs = stallMs;
    this.#child = fork(script, {
      execArgv: [
        ...process.execArgv.filter((argument) => !/^--inspect|^--cpu-prof/.test(argument)),
        `--max-old-space-size=${heapMb}`,
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (answer: ParquetAnswer) => this.#take(answer));
    this.#child.on('error', (error) => this.#fail(`its process could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => {
      const isMemory = signal === 'SIGABRT' || code === 134 || (signal !== null && signal !== 'SIGTERM');
      this.#fail(
        isMemory ? `reading it took more than ${heapMb} MiB of memory` : `its process ended with ${signal ?? code}`,
      );
    });
    this.release();
  }

  /** Whether an answer is awaited. */
  get isBusy(): boolean {
    return this.#waiting !== undefined;
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** @throws Error where the process ends, stands still, or reports one */
  async ask(request: ParquetRequest): Promise<ParquetAnswer> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#child.ref();
    this.#child.channel?.ref();
    const answer = await new Promise<ParquetAnswer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#watch();
      this.#child.send(request, (error) => error && this.#fail(`its process ended: ${error.message}`));
    });
    if (answer.kind === 'error') throw Object.assign(new Error(answer.message), { code: answer.code });
    return answer;
  }

  /** Lets Node end while this process waits for more. */
  release(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  end(): void {
    this.#fail('its process was ended');
  }

  #take(answer: ParquetAnswer): void {
    this.#hasAnswered = true;
    if (answer.kind === 'progress') {
      this.#watch();
      return;
    }
    clearTimeout(this.#timer);
    this.#waiting?.resolve(answer);
    this.#waiting = undefined;
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const patience = this.#hasAnswered ? this.#stallMs : startMs;
    this.#timer = setTimeout(() => {
      // Messages that came while this thread was busy go first; each sets a new timer.
      const timer = this.#timer;
      setTimeout(() => {
        if (timer === this.#timer && this.#waiting) this.#fail(`reading it stood still for ${patience / 1000} s`);
      }, 50).unref();
    }, patience);
  }

  #fail(reason: string): void {
    clearTimeout(this.#timer);
    this.#ended ??= reason;
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    this.#waiting?.reject(new Error(this.#ended));
    this.#waiting = undefined;
  }
}

/** The module beside this one, compiled or not. */
function ownScript(): string {
  const here = fileURLToPath(import.meta.url);
  return path.join(path.dirname(here), `parquet-child${path.extname(here)}`);
}
