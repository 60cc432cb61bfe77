import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { differenceOf, savesToWrite, write } from './parquet.js';

const python = process.env['PINWALK_PYTHON'] ?? 'python3';

function hasWriter(): boolean {
  try {
    const find = 'import importlib.util as u; print(any(u.find_spec(x) for x in ("pyarrow", "polars", "duckdb")))';
    return (
      execFileSync(python, ['-c', find], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() === 'True'
    );
  } catch {
    return false;
  }
}

const skip = hasWriter() ? false : 'no Python with pyarrow, polars or duckdb';

t.test('Parquet of other writers is read as the saves that they were given', { skip }, async (t) => {
  const written = write(t.testdir(), python).filter(({ skipped }) => skipped === undefined);
  t.ok(written.length > 0);
  for (const file of written) t.equal(await differenceOf(file), undefined, `${file.writer}, ${file.told}`);
});

t.test('a file of other saves is a difference, told in words', async (t) => {
  const saves = savesToWrite();
  const folder = t.testdir();
  const text = (rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
  const of = (name: string, rows: object[]): Promise<string | undefined> => {
    fs.writeFileSync(path.join(folder, name), text(rows));
    return differenceOf({ writer: 'ours', told: '', path: path.join(folder, name), shape: 'saves' });
  };
  t.equal(await of('same.jsonl', saves), undefined);
  t.equal((await of('fewer.jsonl', saves.slice(1))) === undefined, false);
  const later = saves.map((save, n) => (n === 0 ? { ...save, savedAt: save.savedAt + 1 } : save));
  t.match(await of('later.jsonl', later), /^must be .*-86400 \| .* \(got /);
  t.match(await of('none.jsonl', [{ board: 'b' }]), /must name the columns board and pin/);
});
