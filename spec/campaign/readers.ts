/**
 * Damaged files of every format: each must be read or refused with an error of ours, within 10 s, below 1 GiB, in a message that a
 * person can read.
 *
 * Files are read in a process of their own, which is ended when it is silent and replaced when it ends.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../tools/paths.js';
import { originals } from './originals.js';
import type { MutantAnswer, MutantRequest } from './reader-child.js';
import type { CampaignOptions, CampaignResult, Fault } from './result.js';

/** Mutants of a format when there is time. */
const wanted = 10_000;
/** Formats take turns, so that each has its share of the time. */
const turn = 100;
const mostMs = 10_000;
const mostMb = 1024;
/** Characters of a message. */
const mostText = 4000;

/** Formats that are tried. */
export const mutantFormats = Object.keys(originals);

/** What came of the mutants of one format. */
interface Tally {
  tried: number;
  read: number;
  refused: number;
  slowestMs: number;
  peakMb: number;
}

/** Reads mutants until each format has had 10,000, or the time is over. */
export async function run(options: CampaignOptions): Promise<CampaignResult> {
  return readMutants(options, wanted);
}

/** Reads at most `count` mutants of each format. */
export async function readMutants(
  { seed, minutes, only, onProgress }: CampaignOptions,
  count: number,
): Promise<CampaignResult> {
  const until = performance.now() + minutes * 60_000;
  const formats = mutantFormats.filter((format) => only === undefined || format === only);
  const tallies = new Map(
    formats.map((format) => [format, { tried: 0, read: 0, refused: 0, slowestMs: 0, peakMb: 0 }]),
  );
  const faults: Fault[] = [];
  const child = new ReadingChild();
  for (let first = 0; first < count && performance.now() < until; first += turn) {
    for (const [format, tally] of tallies) {
      for (let number = first; number < Math.min(count, first + turn) && performance.now() < until; number++) {
        const fault = await tryOne(child, { format, seed, number }, tally);
        if (fault === undefined) continue;
        faults.push({ subject: format, input: String(number), what: fault });
        onProgress(`${format} ${number}: ${fault}`);
      }
    }
    onProgress(
      `${Math.min(count, first + turn)} mutants of each of ${formats.length} formats, ${faults.length} faults`,
    );
  }
  await child.end();
  const subjects = [...tallies].map(([subject, { read, refused, slowestMs, peakMb }]) => ({
    subject,
    outcomes: { read, refused },
    figures: { 'slowest ms': Math.round(slowestMs), 'peak MiB': Math.round(peakMb) },
  }));
  return { subjects, faults };
}

async function tryOne(child: ReadingChild, request: MutantRequest, tally: Tally): Promise<string | undefined> {
  tally.tried++;
  const began = performance.now();
  const answer = await child.ask(request);
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - began);
  if (typeof answer === 'string') return answer;
  tally.peakMb = Math.max(tally.peakMb, answer.peakMb);
  if (answer.outcome === 'bug') return `no error of ours: ${answer.message}`;
  tally[answer.outcome]++;
  if (answer.messageLength > mostText) return `a message of ${answer.messageLength} characters: ${answer.message}`;
  if (answer.peakMb <= mostMb) return undefined;
  await child.end(); // its peak would be held against those that follow
  return `${Math.round(answer.peakMb)} MiB of memory`;
}

/** The process that reads, started anew after it had to be ended. */
class ReadingChild {
  #child: ChildProcess | undefined;

  /** @returns its answer, or in words why there was none */
  async ask(request: MutantRequest): Promise<MutantAnswer | string> {
    const child = await this.#started();
    const ending = new AbortController();
    const { signal } = ending;
    const silence = setTimeout(() => child.kill('SIGKILL'), mostMs);
    const ended = once(child, 'exit', { signal }).then(([code, by]: unknown[]) =>
      by === 'SIGKILL' ? `hang: no answer in ${mostMs / 1000} s` : `crash: ended with ${String(code ?? by)}`,
    );
    const answered = once(child, 'message', { signal }).then(([answer]: unknown[]) => answer as MutantAnswer);
    child.send(request, () => {}); // that it could not be sent is seen by its end
    const answer = await Promise.race([answered, ended]);
    clearTimeout(silence);
    for (const waiting of [answered, ended]) waiting.catch(() => {});
    ending.abort();
    if (typeof answer === 'string') this.#child = undefined;
    return answer;
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    child.disconnect();
    await once(child, 'exit');
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child) return this.#child;
    this.#child = fork(compiled('spec/campaign/reader-child.ts'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await once(this.#child, 'message'); // loading its modules is no reading
    return this.#child;
  }
}
