/**
 * Campaign of disks that refuse: each write of a command fails in turn, the disk is full at every size, the disk is read-only.
 *
 * A command then ends with 1 and `STORAGE_FAILED`, naming a path, or goes on where only the cache is concerned; nothing half-made stays,
 * and when the disk takes writes again the work goes on to the same end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expectAsNeverStopped, isSame } from './never-stopped.js';
import * as program from './program.js';
import type { CampaignOptions, CampaignResult } from './result.js';
import { Tally } from './tally.js';

/** Fails the first, second, ... write up to `writes` of each command, and fills disks of `sizes` KiB. */
export async function run(
  options: CampaignOptions & { readonly writes?: number; readonly sizes?: readonly number[] },
): Promise<CampaignResult> {
  const world = await program.trainedWorld(options.seed, [1]);
  const tally = new Tally(options); // its time begins now
  const { writes = 300, sizes = Array.from({ length: 40 }, (_, n) => 64 + 160 * n) } = options;
  const parts: [string, (until: number) => Promise<void>][] = [
    ...['ENOSPC', 'EIO', 'EROFS'].map((code): [string, (until: number) => Promise<void>] => [
      `train ${code}`,
      (until) => failTrainings(world, tally, { code, writes, until }),
    ]),
    ['evaluate ENOSPC', (until) => failEvaluations(world, tally, { code: 'ENOSPC', writes, until })],
    ['export ENOSPC', (until) => failExports(world, tally, { code: 'ENOSPC', writes, until })],
    ['full disk', (until) => fillDisks(world, tally, { sizes, until, seed: options.seed })],
    ['read-only disk', () => readOnlyDisk(tally, options.seed)],
  ];
  try {
    for (const [n, [subject, part]] of parts.entries()) {
      if (!tally.wants(subject)) continue;
      tally.say(`${subject}: begins`);
      await part(options.only === undefined ? (n + 1) / parts.length : 1);
    }
  } finally {
    rmSync(world, { recursive: true });
  }
  return tally.result();
}

const exportedFormats = ['gexf', 'graphml', 'json', 'csv', 'lists'];

/** What fails, and how often. */
export interface Failing {
  readonly code: string;
  readonly writes: number;
  readonly until: number;
}

/** A full disk stays full; other faults pass. */
function faultAt(write: number, code: string): string {
  return `${code}:${write}${code === 'ENOSPC' ? '+' : ''}`;
}

/** Runs a command whose n-th write fails. @returns how it ended, undefined where it makes fewer writes */
async function failing(world: string, argv: readonly string[], fault: string): Promise<program.Ended | undefined> {
  const env = { PINWALK_FAULT: fault, PINWALK_FAULT_COUNT: '1' };
  const end = await program.pinwalk(argv, world, { preload: program.preloading('./fault'), env });
  const made = Number(/writes: (\d+)/.exec(end.err)?.[1]);
  return made < Number(/\d+/.exec(fault)?.[0]) ? undefined : end;
}

/** Looks at how a command ended whose disk refused; true where it is done all the same. */
function expectNamed(
  tally: Tally,
  { subject, input, end }: { subject: string; input: string; end: program.Ended },
): boolean {
  if (end.code === 1 && end.err.includes('STORAGE_FAILED')) tally.add(subject, 'refused with STORAGE_FAILED');
  else if (end.code === 0 && end.err.includes('cache: ')) tally.add(subject, 'done without a cache');
  else tally.fault({ subject, input, what: program.lastLine(end) });
  return end.code === 0;
}

async function failTrainings(world: string, tally: Tally, { code, writes, until }: Failing): Promise<void> {
  const subject = `train ${code}`;
  for (let write = 1; write <= writes && !tally.isOver(until); write++) {
    const name = `failed-${write}`;
    const input = `write ${write}`;
    let end = await failing(world, program.trainingArgv(world, name), faultAt(write, code));
    if (!end) return;
    const left = program.leftovers(path.join(world, 'runs'));
    if (left.length > 0) tally.fault({ subject, input, what: `left behind: ${left.join(', ')}` });
    if (!expectNamed(tally, { subject, input, end }))
      end = await program.pinwalk(program.trainingArgv(world, name), world);
    expectAsNeverStopped(tally, { subject, input, world, name, end });
  }
}

async function failEvaluations(world: string, tally: Tally, { code, writes, until }: Failing): Promise<void> {
  const subject = `evaluate ${code}`;
  for (let write = 1; write <= writes && !tally.isOver(until); write++) {
    rmSync(path.join(world, 'runs', 'cache'), { recursive: true, force: true });
    const end = await failing(world, ['evaluate', '--run', 'seed1'], faultAt(write, code));
    if (!end) return;
    expectNamed(tally, { subject, input: `write ${write}`, end });
    const left = program.leftovers(path.join(world, 'runs'));
    if (left.length > 0) tally.fault({ subject, input: `write ${write}`, what: `left behind: ${left.join(', ')}` });
  }
}

/** Fails the writes of exports; `formats` are all by default. */
export async function failExports(
  world: string,
  tally: Tally,
  { code, writes, until, formats = exportedFormats }: Failing & { readonly formats?: readonly string[] },
): Promise<void> {
  const subject = `export ${code}`;
  const generation = program.generationOf(world, 'seed1');
  const argvOf = (format: string, folder: string): string[] => [
    ...['export', '--generation', generation, '--format', format, '--out', path.join(folder, 'out.txt')],
  ];
  for (const format of formats) {
    const [whole, folder] = ['whole', 'failed'].map((name) => path.join(world, `${name}-${format}`)) as [
      string,
      string,
    ];
    await program.pinwalk(argvOf(format, whole), world);
    for (let write = 1; write <= writes && !tally.isOver(until); write++) {
      const input = `${format}, write ${write}`;
      const end = await failing(world, argvOf(format, folder), faultAt(write, code));
      if (!end) break;
      expectNamed(tally, { subject, input, end });
      // A file is there, whole, where its folder could not be synced after it had got its name.
      const found = existsSync(folder) ? readdirSync(folder) : [];
      const torn = found.filter((name) => !isSame(path.join(folder, name), path.join(whole, name)));
      if (torn.length > 0) tally.fault({ subject, input, what: `left behind: ${torn.join(', ')}` });
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Trains on file systems of growing size, makes room, and goes on. */
async function fillDisks(
  whole: string,
  tally: Tally,
  { sizes, until, seed }: { readonly sizes: readonly number[]; readonly until: number; readonly seed: number },
): Promise<void> {
  const subject = 'full disk';
  for (const kib of sizes) {
    if (tally.isOver(until)) return;
    const disk = mount(kib);
    if (disk === undefined) {
      tally.skip('full and read-only file systems: mounting one needs rights that this user does not have');
      return;
    }
    try {
      const input = `${kib} KiB`;
      const world = program.newWorld(seed, disk);
      let end = await program.pinwalk(program.trainingArgv(world, 'full'), world);
      if (end.code === 0 && !end.err.includes('cache: ')) {
        tally.say(`${subject}: ${kib} KiB hold a whole training`);
        return;
      }
      expectNamed(tally, { subject, input, end });
      const left = existsSync(path.join(world, 'runs')) ? program.leftovers(path.join(world, 'runs')) : [];
      if (left.length > 0) tally.fault({ subject, input, what: `left behind: ${left.join(', ')}` });
      spawnSync('mount', ['-o', 'remount,size=64m', disk]);
      if (end.code !== 0) end = await program.pinwalk(program.trainingArgv(world, 'full'), world);
      expectAsNeverStopped(tally, { subject, input, world, name: 'full', end, whole });
    } finally {
      unmount(disk);
    }
  }
}

/** Every command on a disk that takes nothing: those that write are refused, those that read answer. */
async function readOnlyDisk(tally: Tally, seed: number): Promise<void> {
  const subject = 'read-only disk';
  const disk = mount(65_536);
  if (disk === undefined) return;
  try {
    const world = await program.trainedWorld(seed, [1], disk);
    const file = program.generationOf(world, 'seed1');
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const writing = ['train --data data --run new', 'train --run seed1 --resume', 'evaluate --run seed1'];
    writing.push(`export --generation ${file} --format csv --out out.csv`, 'train --data data --run many --seeds 2');
    writing.push('tune --data data --trials 2 --run tuned', 'ablate --data data --run rows');
    for (const line of writing) {
      const end = await program.pinwalk(line.split(' '), world);
      if (expectNamed(tally, { subject, input: line, end }))
        tally.fault({ subject, input: line, what: 'it says it wrote' });
    }
    const aside = mkdtempSync(path.join(tmpdir(), 'pinwalk-campaign-'));
    for (const line of [
      `related p1 --generation ${file}`,
      `export --generation ${file} --format csv --out ${aside}/out.csv`,
    ]) {
      const end = await program.pinwalk(line.split(' '), world);
      if (end.code === 0) tally.add(subject, 'read');
      else tally.fault({ subject, input: line, what: program.lastLine(end) });
    }
    rmSync(aside, { recursive: true });
    const serving = [...program.argvOf('../../serve/cli'), 'serve', '--generation', file, '--port', '0', '--json'];
    const server = program.start(serving, world);
    const { address } = JSON.parse(await server.said('}\n')) as { address: string };
    const { status } = await fetch(`${address}/v1/pins/p1/related`);
    if (status === 200) tally.add(subject, 'read');
    else tally.fault({ subject, input: 'serve', what: `status ${status}` });
    server.child.kill('SIGTERM');
    await server.ended;
  } finally {
    unmount(disk);
  }
}

/** A file system of its own in memory; undefined where this user may not mount one. */
function mount(kib: number): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

function unmount(folder: string): void {
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}
