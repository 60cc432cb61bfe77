/**
 * Bench of reading: memory follows the graph, not the file. Files of 1x, 4x and 16x the rows over one and the same graph, each
 * read in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCollection } from '../../data/load.js';
import { randomInteger, randomStream } from '../../data/random.js';

const [pinCount, boardCount] = [100_000, 50_000];

/** @param options.rows  of the largest file */
export function benchLoading({ rows }: { rows: number }): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pinwalk-bench-'));
  for (const rowCount of [rows / 16, rows / 4, rows].map(Math.floor)) {
    const file = path.join(folder, 'saves.tsv');
    write(file, rowCount, Math.floor(rows / 16));
    const megabytes = Math.round(statSync(file).size / 1e6);
    const command = [fileURLToPath(import.meta.url), '--load', file];
    const result = execFileSync(process.execPath, command, { encoding: 'utf8' }).trim();
    console.log(`${rowCount} rows, ${megabytes} MB: ${result}`);
    rmSync(file);
  }
  rmSync(folder, { recursive: true });
}

/** Writes `rowCount` rows that repeat the first `distinctCount`. */
function write(file: string, rowCount: number, distinctCount: number): void {
  const output = openSync(file, 'w');
  writeSync(output, 'board\tpin\tsavedAt\n');
  for (let start = 0; start < rowCount; start += distinctCount) {
    const random = randomStream(1, 'loading');
    for (let row = 0; row < distinctCount; row += 10_000) {
      const lines = Array.from({ length: Math.min(10_000, distinctCount - row) }, (_, i) => {
        const board = `collection-of-user-${randomInteger(random, boardCount)}`;
        return `${board}\thttps://example.test/pin/${randomInteger(random, pinCount)}\t${1_600_000_000 + start + row + i}\n`;
      });
      writeSync(output, lines.join(''));
    }
  }
  closeSync(output);
}

async function load(file: string): Promise<void> {
  const start = performance.now();
  const { report } = await loadCollection({ savesFile: file });
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = process.cpuUsage().user / 1e6;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${report.saveCount} saves, ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU), peak RSS ${peak} MiB`,
  );
}

if (process.argv[2] === '--load') await load(process.argv[3] ?? '');
