/**
 * The command line that repeats a run.
 */
import { readingFlags } from '../../data/reading-options.js';
import { configDefaults, type Config } from '../config.js';
import type { RunSettings } from '../run-folder.js';

/** What only the caller of a run knows of it. */
export interface Provenance {
  /** Where the data lies; empty for the shipped data. */
  readonly source: RunSettings['source'];
  /** What reading the data counted and left out. */
  readonly reportText: string;
  /** The backend that `auto` came to. */
  readonly backend: string;
}

/** Options that change no figure. */
const free: readonly string[] = ['workers', 'checkpointEvery'];

/** `npm run train -- ...` with every option that is not the default, seed and backend always named. */
export function commandOf(config: Config, { source, backend }: Provenance): string {
  const { folder, savesFile, graph, pins, vectors, vectorColumn, reading = {} } = source;
  const saves = savesFile === undefined ? [] : typeof savesFile === 'string' ? [savesFile] : savesFile;
  const words = [
    ...(folder === undefined ? [] : ['--data', folder]),
    ...saves.flatMap((file) => ['--saves', file]),
    ...(graph === undefined ? [] : ['--graph', graph]),
    ...(pins === undefined ? [] : ['--pins', pins]),
    ...readingFlags(reading),
    ...(vectors === undefined ? [] : ['--vectors', vectors]),
    ...(vectorColumn === undefined ? [] : ['--vector-column', vectorColumn]),
  ];
  for (const [name, value] of Object.entries({ ...config, backend })) {
    const isNamed = name === 'seed' || name === 'backend' || value !== configDefaults[name as keyof Config];
    if (!isNamed || free.includes(name)) continue;
    words.push(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value));
  }
  return ['npm run train --', ...words.map(quoted)].join(' ');
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
