/** The process in which `readers.ts` has damaged files read: one at a time, so that its end or silence has one file to blame. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { type Original, originals } from './originals.js';
import { mutantOf } from './mutate.js';

/** Asks for one mutant to be read. */
export interface MutantRequest {
  readonly format: string;
  readonly seed: number;
  readonly number: number;
}

/** What became of it. */
export interface MutantAnswer {
  readonly outcome: 'read' | 'refused' | 'bug';
  /** Words of the error, if there was one. */
  readonly message: string;
  /** Length of the error's whole message. */
  readonly messageLength: number;
  /** Most memory that this process or one of its own has held so far. */
  readonly peakMb: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-mutants-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit());
process.on('message', (request: MutantRequest) => void answer(request));

const bytesOf = new Map<string, Uint8Array>();

async function answer({ format, seed, number }: MutantRequest): Promise<void> {
  const { bytes, read } = originals[format] as Original;
  const original = bytesOf.get(format) ?? bytes();
  bytesOf.set(format, original);
  const file = path.join(folder, format);
  writeFileSync(file, mutantOf(original, { format, seed, number }));
  const error = await outcomeOf(() => read(file));
  const outcome = error === undefined ? 'read' : error instanceof PinwalkError ? 'refused' : 'bug';
  const text = error === undefined ? '' : error instanceof Error ? error.message : 'something that is no error';
  const message = outcome === 'bug' && error instanceof Error ? String(error.stack).slice(0, 600) : text.slice(0, 200);
  const sent: MutantAnswer = { outcome, message, messageLength: text.length, peakMb: peakMb() };
  process.send?.(sent);
}

async function outcomeOf(read: () => unknown): Promise<unknown> {
  try {
    await read();
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing was thrown');
  }
}

/** The peak of this process and of those that it started; where the system does not tell of those, its own alone. */
function peakMb(): number {
  const own = process.resourceUsage().maxRSS / 1024;
  try {
    const children = readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    const peaks = children.map((id) =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0),
    );
    return Math.max(own, ...peaks.map((kb) => kb / 1024));
  } catch {
    return own;
  }
}

process.send?.('ready');
