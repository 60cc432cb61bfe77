/**
 * Loaded before the program: the n-th write under the working directory fails, or the process is killed there.
 *
 * `PINWALK_FAULT` is `CODE:n` for one that fails (`EIO:3`), `CODE:n+` for all from there on, as a disk that is full (`ENOSPC:3+`), and
 * `KILL:n`. A write is a call of Node's that makes, writes, syncs or renames a file; what SQLite writes is not seen here.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const [, code = '', first = '0', onward = ''] = /^(\w+):(\d+)(\+?)$/.exec(process.env['PINWALK_FAULT'] ?? '') ?? [];
const root = process.cwd() + path.sep;
const opened = new Set<number>();
let count = 0;

function isOurs(target: unknown): boolean {
  return typeof target === 'number' ? opened.has(target) : path.resolve(String(target)).startsWith(root);
}

/** The error that this call is to meet, if any. */
function meet(name: string, target: unknown): Error | undefined {
  if (!isOurs(target)) return undefined;
  count++;
  if (onward === '' ? count !== Number(first) : count < Number(first)) return undefined;
  if (code === 'KILL') process.kill(process.pid, 'SIGKILL');
  return Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name });
}

type Call = (...args: unknown[]) => unknown;
const calls = fs as unknown as Record<string, Call>; // of Node's own module only what is named below is replaced

function replace(name: string, targetAt: number, isWrite: (args: readonly unknown[]) => boolean = () => true): void {
  const original = calls[name] as Call;
  calls[name] = (...args) => {
    const error = isWrite(args) ? meet(name, args[targetAt]) : undefined;
    const callback = args.at(-1);
    if (error && typeof callback === 'function') return process.nextTick(callback, error);
    if (error) throw error;
    return original(...args);
  };
}

function opensForWriting(args: readonly unknown[]): boolean {
  const flags = args[1];
  return typeof flags === 'string' ? /[wax+]/.test(flags) : typeof flags === 'number' && (flags & 3) !== 0;
}

/** Keeps the descriptors of files that are ours. */
function follow(name: 'open' | 'openSync'): void {
  const original = calls[name] as Call;
  calls[name] = (...args) => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') {
      const handle = original(...args) as number; // of openSync
      if (isOurs(args[0])) opened.add(handle);
      return handle;
    }
    return original(...args.slice(0, -1), (error: unknown, handle: number) => {
      if (!error && isOurs(args[0])) opened.add(handle);
      (callback as Call)(error, handle);
    });
  };
}

follow('open');
follow('openSync');
for (const name of ['open', 'openSync']) replace(name, 0, opensForWriting);
for (const name of ['write', 'writev', 'writeSync', 'writevSync', 'writeFileSync', 'appendFileSync']) replace(name, 0);
for (const name of ['fsync', 'fsyncSync', 'mkdirSync', 'truncateSync']) replace(name, 0);
for (const name of ['renameSync', 'symlinkSync']) replace(name, 1);
syncBuiltinESMExports();

process.on('exit', () => {
  if (process.env['PINWALK_FAULT_COUNT'] === '1') process.stderr.write(`writes: ${count}\n`);
});
