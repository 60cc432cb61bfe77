import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { compiled } from '../tools/paths.js';
import { Sqlite } from '../../data/sqlite.js';
import { fillWhole, linkWhole, streamWhole, writeWhole } from '../../data/whole-file.js';

const read = (file: string): string => fs.readFileSync(file, 'utf8');

t.test('writeWhole replaces a file, makes folders on the way, and leaves nothing beside it', (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'a', 'b', 'run.json');
  writeWhole(file, 'old');
  writeWhole(file, Uint8Array.of(110, 101, 119));
  t.equal(read(file), 'new');
  t.same(fs.readdirSync(path.dirname(file)), ['run.json']);
  t.end();
});

t.test('a link to a file stays one, and the file it leads to is replaced', (t) => {
  const folder = t.testdir({ there: { 'graph.csv': 'old' } });
  const link = path.join(folder, 'graph.csv');
  fs.symlinkSync(path.join('there', 'graph.csv'), link);
  writeWhole(link, 'new');
  t.equal(read(path.join(folder, 'there', 'graph.csv')), 'new');
  t.ok(fs.lstatSync(link).isSymbolicLink());
  t.end();
});

t.test('a writer that fails leaves the old file and nothing beside it', async (t) => {
  const folder = t.testdir({ 'x.db': 'old' });
  const file = path.join(folder, 'x.db');
  const fail = (): never => {
    throw new Error('no more');
  };
  t.throws(() => fillWhole(file, (aside) => (fs.writeFileSync(aside, 'half'), fail())), { message: 'no more' });
  function* pieces(): Generator<string> {
    yield 'half';
    fail();
  }
  await t.rejects(
    streamWhole([
      { file, pieces: ['first'] },
      { file: path.join(folder, 'y'), pieces: pieces() },
    ]),
    {
      message: 'no more',
    },
  );
  t.equal(read(file), 'old', 'the first of the two has not got its name');
  t.same(fs.readdirSync(folder), ['x.db']);
});

t.test('files that belong together all appear', async (t) => {
  const folder = t.testdir();
  const files = ['edges', 'nodes'].map((name) => ({ file: path.join(folder, name), pieces: [name, '\n'] }));
  await streamWhole(files);
  t.same(fs.readdirSync(folder), ['edges', 'nodes']);
  t.equal(read(path.join(folder, 'nodes')), 'nodes\n');
});

for (const kind of ['stream', 'database']) {
  t.test(`a ${kind} that was killed in the midst is swept by the next write of the same file`, async (t) => {
    const folder = t.testdir({ 'x.sqlite': 'old' });
    const file = path.join(folder, 'x.sqlite');
    const child = spawn(process.execPath, [compiled('spec/data/writing-child.ts'), kind, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await ended;
    t.equal(read(file), 'old');
    const left = fs.readdirSync(folder).filter((name) => name !== 'x.sqlite');
    t.equal(left.length, kind === 'stream' ? 1 : 2, left.join(', '));
    t.notOk(left.some((name) => name.split('.').includes(String(child.pid))));
    writeWhole(file, 'new');
    t.same(fs.readdirSync(folder), ['x.sqlite']);
    t.equal(read(file), 'new');
  });
}

t.test('leftovers of other files are swept once they are an hour old; files of other names stay', (t) => {
  const [fresh, old] = ['a.0123456789ab.writing', 'b.0123456789ab.writing'] as const;
  const folder = t.testdir({ [fresh]: '', [old]: '', 'a.writing': '', 'notes.writing.txt': '' });
  const before = Date.now() / 1000 - 3700;
  for (const name of [old, 'a.writing']) fs.utimesSync(path.join(folder, name), before, before);
  writeWhole(path.join(folder, 'c'), '');
  t.same(fs.readdirSync(folder), [fresh, 'a.writing', 'c', 'notes.writing.txt']);
  t.end();
});

t.test('of two writers at once the later one wins, and the other says so', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'graph.gexf');
  const writeBetween = (aside: string): void => {
    fs.writeFileSync(aside, 'first');
    writeWhole(file, 'second');
  };
  const message = /graph\.gexf: one program at a time must write it \(got another that began later\); let that one end/;
  t.throws(() => fillWhole(file, writeBetween), { code: 'STORAGE_FAILED', message });
  t.equal(read(file), 'second');
  t.same(fs.readdirSync(folder), ['graph.gexf']);
  const writers = Array.from({ length: 6 }, async (_, n) => streamWhole([{ file, pieces: Array(500).fill(`${n}`) }]));
  const results = await Promise.allSettled(writers);
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  t.ok(refusals.length < 6);
  for (const refusal of refusals) t.match(refusal, { code: 'STORAGE_FAILED', message });
  t.match(read(file), /^(\d)\1{499}$/, 'one whole file');
  t.same(fs.readdirSync(folder), ['graph.gexf']);
});

t.test("a database goes without the old one's log", (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'x.sqlite');
  const valueIn = (at: string): unknown => {
    const database = new Sqlite(at, { readonly: true });
    const value = database.prepare('SELECT x FROM t').pluck().get();
    database.close();
    return value;
  };
  const old = new Sqlite(file);
  old.pragma('journal_mode = WAL');
  old.exec(`CREATE TABLE t (x); INSERT INTO t VALUES ('old')`);
  for (const ending of ['', '-wal']) fs.copyFileSync(`${file}${ending}`, path.join(folder, `killed${ending}`));
  old.close();
  const killed = path.join(folder, 'killed');
  const fill = (aside: string): void => {
    const database = new Sqlite(aside);
    database.exec(`CREATE TABLE t (x); INSERT INTO t VALUES ('new')`);
    database.close();
  };
  fillWhole(killed, fill, { isDatabase: true });
  t.equal(valueIn(killed), 'new');
  t.notOk(fs.existsSync(`${killed}-wal`));
  t.end();
});

t.test('linkWhole points a link elsewhere', (t) => {
  const folder = t.testdir({ 'latest.0123456789ab.writing': '' });
  linkWhole(path.join(folder, 'latest'), 'one');
  linkWhole(path.join(folder, 'latest'), 'two');
  t.equal(fs.readlinkSync(path.join(folder, 'latest')), 'two');
  t.same(fs.readdirSync(folder), ['latest']);
  fs.mkdirSync(path.join(folder, 'taken', 'full'), { recursive: true });
  t.throws(() => linkWhole(path.join(folder, 'taken'), 'one'), { code: 'STORAGE_FAILED' });
  t.same(fs.readdirSync(folder), ['latest', 'taken']);
  t.end();
});

t.test('what stands in the way of a file is named', async (t) => {
  const folder = t.testdir({ file: '', folder: {} });
  const cases: readonly (readonly [string, string | RegExp])[] = [
    ['file/x', /file\/x: all that comes before its name must be folders \(got EEXIST\); move the file/],
    ['file/x/y', /all that comes before its name must be folders \(got ENOTDIR\)/],
    ['folder', /folder: it must be a file or not be there yet \(got something else\); name another file/],
    ['n'.repeat(300), /its name must be shorter \(got ENAMETOOLONG\); name another file/],
  ];
  for (const [name, message] of cases) {
    const file = path.join(folder, name);
    t.throws(() => writeWhole(file, ''), { code: 'STORAGE_FAILED', message });
    t.throws(() => fillWhole(file, (aside) => fs.writeFileSync(aside, '')), { code: 'STORAGE_FAILED', message });
    await t.rejects(streamWhole([{ file, pieces: [] }]), { code: 'STORAGE_FAILED', message });
  }
  t.throws(() => writeWhole('/dev/null', ''), { code: 'STORAGE_FAILED' }, 'a device is not replaced');
  t.same(fs.readdirSync(folder), ['file', 'folder']);
});

t.test('a full disk is named, with what is free', { skip: !fs.existsSync('/dev/full') }, (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'x');
  const message = /x: its disk must have room for it \(got ENOSPC, \d+\.\d MB free\); free some, or name another place/;
  const fill = (): void => fs.writeFileSync('/dev/full', 'x');
  t.throws(() => fillWhole(file, fill), { code: 'STORAGE_FAILED', message });
  t.same(fs.readdirSync(folder), []);
  t.end();
});

/** A file system of its own at a folder; undefined where this user may not have one. */
function mounted(t: Pick<Test, 'teardown'>, options: string): string | undefined {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'pinwalk-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'pinwalk-spec', folder], { stdio: 'ignore' });
  } catch {
    fs.rmdirSync(folder);
    return undefined;
  }
  t.teardown(() => {
    execFileSync('umount', ['-l', folder]);
    fs.rmdirSync(folder);
  });
  return folder;
}

t.test('a disk that fills up while a file is written keeps the old file, and has its room again', async (t) => {
  const folder = mounted(t, 'size=256k');
  if (folder === undefined) {
    t.pass('not tried', { skip: 'no file system of its own may be mounted here' });
    return;
  }
  const file = path.join(folder, 'x');
  writeWhole(file, 'old');
  const tooMuch = 'x'.repeat(400_000);
  const message = /x: its disk must have room for it \(got (?:ENOSPC|SQLITE_FULL), 0\.\d MB free\)/;
  const refused = { code: 'STORAGE_FAILED', message };
  const fill = (aside: string): void => {
    const database = new Sqlite(aside);
    try {
      database.exec(`CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(400000))`);
    } finally {
      database.close();
    }
  };
  t.throws(() => writeWhole(file, tooMuch), refused);
  t.throws(() => fillWhole(file, fill, { isDatabase: true }), refused);
  await t.rejects(streamWhole([{ file, pieces: [tooMuch, tooMuch] }]), refused);
  t.equal(read(file), 'old');
  t.same(fs.readdirSync(folder), ['x']);
  writeWhole(file, 'x'.repeat(200_000));
});

t.test('a read-only file system is named', (t) => {
  const folder = mounted(t, 'ro');
  if (folder === undefined) {
    t.pass('not tried', { skip: 'no file system of its own may be mounted here' });
    t.end();
    return;
  }
  const message = /x: its file system must not be read-only \(got EROFS\); name another place/;
  t.throws(() => writeWhole(path.join(folder, 'x'), ''), { code: 'STORAGE_FAILED', message });
  t.throws(() => writeWhole(path.join(folder, 'a', 'x'), ''), { code: 'STORAGE_FAILED' });
  t.throws(() => linkWhole(path.join(folder, 'latest'), 'x'), { code: 'STORAGE_FAILED' });
  t.end();
});
