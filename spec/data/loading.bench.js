// Shows that reading follows the graph, not the file: files of 1x, 4x and 16x the rows over one and the same graph, each read in a
// process of its own. Run after `npm run build`: node spec/data/loading.bench.js [rows of the largest file, default 16000000]
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadCollection } from '../../dist/data/load.js';
import { randomInteger, randomStream } from '../../dist/data/random.js';

const [pinCount, boardCount] = [100_000, 50_000];

if (process.argv[2] === '--load') await load(process.argv[3]);
else compare(Number(process.argv[2] ?? 16_000_000));

function compare(largest) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pinwalk-bench-'));
  console.log(`Node ${process.version}, ${os.cpus()[0]?.model}, ${os.cpus().length} cores`);
  for (const rowCount of [largest / 16, largest / 4, largest]) {
    const file = path.join(folder, 'saves.tsv');
    write(file, rowCount, largest / 16);
    const megabytes = Math.round(statSync(file).size / 1e6);
    const result = execFileSync(process.execPath, [process.argv[1], '--load', file], { encoding: 'utf8' }).trim();
    console.log(`${rowCount} rows, ${megabytes} MB: ${result}`);
    rmSync(file);
  }
  rmSync(folder, { recursive: true });
}

/** Writes `rowCount` rows that repeat the first `distinctCount`. */
function write(file, rowCount, distinctCount) {
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

async function load(file) {
  const start = performance.now();
  const { report } = await loadCollection({ savesFile: file });
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = process.cpuUsage().user / 1e6;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${report.saveCount} saves, ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU), peak RSS ${peak} MiB`,
  );
}
