/**
 * `kill -9` of processes that write generations or exports again and again: whatever bears a name is one of two whole files.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openGeneration } from '../../data/generation/read.js';
import { writeGeneration, type GenerationContents } from '../../data/generation/write.js';
import type { Random } from '../../data/random.js';
import * as program from './program.js';
import type { Tally } from './tally.js';

/** What a subject is tried with. */
export interface Share {
  readonly subject: string;
  readonly random: Random;
  readonly kills: number;
  /** Of the campaign's time, when it ends. */
  readonly until: number;
}

const formats = ['gexf', 'graphml', 'json', 'csv', 'lists'];

/** Writes a generation, or exports of it, into a folder. */
export async function writeBothWays(subject: string, generation: string, folder: string): Promise<void> {
  if (subject === 'generation') {
    writeGeneration(path.join(folder, 'copy.sqlite'), contentsOf(generation));
    return;
  }
  const { run: runProgram } = await import('../../serve/program.js'); // a writer of generations starts in half the time without it
  for (const format of formats) {
    const out = path.join(folder, `${format}.txt`);
    const argv = ['export', '--generation', generation, '--format', format, '--out', out];
    let said = '';
    const code = await runProgram(argv, { out: () => {}, err: (text) => void (said += text) });
    if (code !== 0) throw new Error(said);
  }
}

/** Kills writers of the generations of two runs, and looks at what they have left each time. */
export async function killWriters(
  world: string,
  tally: Tally,
  { subject, random, kills, until }: Share,
): Promise<void> {
  const generations = [1, 2].map((seed) => program.generationOf(world, `seed${seed}`));
  const [out, whole] = ['killed', 'whole'].map((name) => path.join(world, `${subject}-${name}`)) as [string, string];
  mkdirSync(out);
  const known = new Set<string>();
  for (const generation of generations) {
    await writeBothWays(subject, generation, whole);
    for (const file of readdirSync(whole)) known.add(contentOf(path.join(whole, file)));
  }
  for (let dealt = 1; dealt <= kills && !tally.isOver(until); dealt++) {
    const { child, ended, said } = program.start([...program.argvOf('./victim'), subject, ...generations, out], world);
    await said(random() < 0.3 ? 'ready' : 'wrote');
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    child.kill('SIGKILL');
    const end = await ended;
    if (end.signal !== 'SIGKILL') tally.fault({ subject, input: String(dealt), what: program.lastLine(end) });
    tally.add(subject, 'killed');
    for (const file of readdirSync(out).filter((name) => !/\.writing/.test(name))) {
      if (known.has(contentOf(path.join(out, file)))) tally.add(subject, 'files found whole');
      else tally.fault({ subject, input: String(dealt), what: `${file} is torn` });
    }
  }
  await writeBothWays(subject, generations[0] as string, out);
  const left = program.leftovers(out);
  if (left.length > 0) tally.fault({ subject, input: 'the last', what: `left behind: ${left.join(', ')}` });
}

/** A name for what a file holds: of a generation the checksum, once the file matches it. */
function contentOf(file: string): string {
  if (!file.endsWith('.sqlite')) return readFileSync(file, 'latin1');
  try {
    const generation = openGeneration(file, { verify: 'now' });
    generation.close();
    return generation.checksum;
  } catch (error) {
    return String(error);
  }
}

/** What a generation holds, to be written again. */
function contentsOf(file: string): GenerationContents {
  const generation = openGeneration(file);
  try {
    const { meta, pins, boards, graph, matrices, communities, related, model } = generation;
    const own = Object.entries(meta).filter(([key]) => key !== 'checksum' && key !== 'textChecksum');
    return {
      ...{ meta: Object.fromEntries(own), pins: pins.table, boards: boards.table, graph, matrices },
      ...(communities && { communities }),
      ...(related && { related }),
      ...(model && { model }),
    };
  } finally {
    generation.close();
  }
}
