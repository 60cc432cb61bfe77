import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { compiled } from '../tools/paths.js';
import { lockFolder } from '../../data/folder-lock.js';

function newFolder(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-lock-')), 'runs', 'mine');
}

/** Another process that has the folder; resolves when it has. */
async function otherOwner(t: Test, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [compiled('spec/data/lock-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

t.test('a folder has one owner; another process is refused at once and told who it is', async (t) => {
  const folder = newFolder();
  const child = await otherOwner(t, folder);
  const began = performance.now();
  t.throws(() => lockFolder(folder), {
    code: 'RUN_IN_USE',
    message: new RegExp(
      `^${folder}: must have one owner \\(got process ${child.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\dT[^)]*Z\\); ` +
        'wait until it is done, or take another --run$',
    ),
  });
  t.ok(performance.now() - began < 2000, 'it does not wait');
  t.same(readdirSync(folder).sort(), ['owner.json', 'run.lock'], 'the owner is left alone');
});

t.test('an owner that is killed leaves the folder free, whatever stands in owner.json', async (t) => {
  const folder = newFolder();
  const child = await otherOwner(t, folder);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  // Its pid is that of a process that lives: this one.
  const file = path.join(folder, 'owner.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(String(child.pid), String(process.pid)));
  const giveBack = lockFolder(folder);
  t.match(JSON.parse(readFileSync(file, 'utf8')), { pid: process.pid, host: hostname() });
  giveBack();
  const again = await otherOwner(t, folder);
  t.ok(again.pid, 'given back, it is free for others');
});

t.test('within a process too a folder is held once', (t) => {
  const folder = newFolder();
  const giveBack = lockFolder(folder);
  t.throws(() => lockFolder(folder), { code: 'RUN_IN_USE', message: `got process ${process.pid} on` });
  giveBack();
  lockFolder(folder)();
  t.end();
});

t.test('a folder made for the lock goes with it unless something was written', (t) => {
  const folder = newFolder();
  lockFolder(folder)();
  t.notOk(existsSync(folder));
  const giveBack = lockFolder(folder);
  writeFileSync(path.join(folder, 'run.json'), '{}');
  giveBack();
  t.same(readdirSync(folder).sort(), ['run.json', 'run.lock']);
  lockFolder(folder)();
  t.ok(existsSync(folder), 'one that was there stays');
  t.end();
});

t.test('of an owner that is not named yet the message says only that there is one', (t) => {
  const folder = newFolder();
  const giveBack = lockFolder(folder);
  for (const text of ['', '{"pid": 1']) {
    writeFileSync(path.join(folder, 'owner.json'), text);
    t.throws(() => lockFolder(folder), { code: 'RUN_IN_USE', message: '(got another process)' });
  }
  giveBack();
  t.end();
});

t.test('a lock that is no lock is named, with what to do', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-lock-'));
  writeFileSync(path.join(folder, 'run.lock'), 'no database, and longer than the header of one'.repeat(20));
  t.throws(() => lockFolder(folder), {
    code: 'STORAGE_FAILED',
    message: `${path.join(folder, 'run.lock')}: must be an empty file, a lock (got something else); delete it`,
  });
  t.end();
});
