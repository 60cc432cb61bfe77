import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { Generations } from '../../../serve/generations/generations.js';
import { buildServer } from '../../../serve/http.js';
import { KeyRing, newKey } from '../../../serve/keys/key-ring.js';
import { run } from '../../../serve/program.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { serve } from '../server.js';
import { writeTinyGeneration } from '../world.js';

const reader = newKey({ name: 'shop', scopes: ['read'], perMinute: 4 });
const runner = newKey({ name: 'night', scopes: ['admin'] });

function keyFile(t: Test, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-keys-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'keys.txt');
  writeFileSync(file, text);
  return file;
}

t.test(
  'a server with keys answers those who show one, however they show it, and says to others what is missing',
  async (t) => {
    const keys = new KeyRing(keyFile(t, `# keys\n\n${reader.line}\n${runner.line}\n`));
    const { get, ask } = await serve(t, undefined, undefined, { keys });
    const basic = (key: string): string => `Basic ${Buffer.from(`me:${key}`).toString('base64')}`;
    t.equal((await get('/v1/pins/sun', { authorization: `Bearer ${reader.key}` })).status, 200);
    t.equal((await get('/v1/pins/sun', { 'x-api-key': reader.key })).status, 200);
    t.equal((await get('/openapi.json', { authorization: basic(reader.key) })).status, 200);
    for (const headers of [
      {},
      { authorization: 'Bearer pw_wrong' },
      { 'x-api-key': '' },
      { authorization: basic('no') },
    ]) {
      for (const url of ['/v1/pins/sun', '/metrics', '/nowhere', '/openapi.json']) {
        const { status, body, headers: own } = await get(url, headers);
        t.equal(status, 401, url);
        t.match(body, { code: 'UNAUTHORIZED', detail: /^key: one must be given/ });
        t.equal(own.get('www-authenticate'), 'Bearer, Basic realm="Pinwalk"');
      }
    }
    const other = await get('/v1/pins/sun', { 'x-api-key': runner.key });
    t.equal(other.status, 403);
    t.match(other.body, { code: 'FORBIDDEN', detail: 'key: night must have the scope read (got admin)' });
    t.equal((await get('/health/live')).status, 200);
    t.equal((await get('/health/ready')).status, 200);
    t.equal((await ask('/v1/pins/sun', { method: 'OPTIONS' })).status, 204);
  },
);

t.test('a key may ask as often as its line says, and is told when it may ask again', async (t) => {
  const free = newKey({ name: 'free', scopes: ['read'] });
  const { get } = await serve(t, undefined, undefined, {
    keys: new KeyRing(keyFile(t, `${reader.line}\n${free.line}`)),
  });
  const ask = (key: string): ReturnType<typeof get> => get('/v1/pins/sun?limit=1', { 'x-api-key': key });
  for (let i = 0; i < 4; i++) t.equal((await ask(reader.key)).status, 200);
  const { status, headers, body } = await ask(reader.key);
  t.equal(status, 429);
  t.match(body, { code: 'RATE_LIMITED', detail: /^key: at most 4 requests a minute/ });
  const seconds = Number(headers.get('retry-after'));
  t.ok(seconds >= 1 && seconds <= 60, `${seconds} s`);
  for (let i = 0; i < 6; i++) t.equal((await ask(free.key)).status, 200);
});

t.test(
  'generations are swapped by keys of scope admin, never by what a browser sends by itself, and the log says who',
  async (t) => {
    const keys = new KeyRing(keyFile(t, `[${reader.line}, ${runner.line}]`));
    const lines: string[] = [];
    const logger = { level: 'warn', stream: { write: (line: string) => void lines.push(line) } };
    const snapshot = openSnapshot(writeTinyGeneration());
    const generations = await Generations.open(() => Promise.resolve({ snapshot, close: () => Promise.resolve() }));
    const app = await buildServer({ snapshot: generations, pageFolder: '/no/page', keys, logger });
    t.teardown(() => app.close());
    const post = async (headers: Record<string, string>): Promise<number> =>
      (await app.inject({ method: 'POST', url: '/v1/generations', headers, remoteAddress: '192.0.2.1' })).statusCode;
    t.equal(await post({ authorization: `Bearer ${runner.key}` }), 404, 'nothing is followed here');
    t.equal(await post({ authorization: `Bearer ${reader.key}` }), 403);
    t.equal(await post({ authorization: `Basic ${Buffer.from(`:${runner.key}`).toString('base64')}` }), 401);
    const audits = lines.map((line) => JSON.parse(line) as { audit?: object; reqId?: string });
    t.match(audits, [
      { audit: { caller: 'night', method: 'POST', path: '/v1/generations', status: 404 }, reqId: String },
      { audit: { caller: 'shop', status: 403 } },
      { audit: { caller: '192.0.2.1', status: 401 } },
    ]);
    t.notMatch(lines.join(), runner.key);
  },
);

t.test('without keys, what a proxy on the same machine passes on is no call of the machine', async (t) => {
  const snapshot = openSnapshot(writeTinyGeneration());
  const generations = await Generations.open(() => Promise.resolve({ snapshot, close: () => Promise.resolve() }));
  const app = await buildServer({ snapshot: generations, pageFolder: '/no/page' });
  t.teardown(() => app.close());
  const post = async (headers: Record<string, string>): Promise<number> =>
    (await app.inject({ method: 'POST', url: '/v1/generations', headers, remoteAddress: '127.0.0.1' })).statusCode;
  t.equal(await post({}), 404, 'nothing is followed here');
  t.equal(await post({ 'x-forwarded-for': '192.0.2.1' }), 403);
  t.equal(await post({ forwarded: 'for=192.0.2.1' }), 403);
});

t.test(
  'serve refuses an address that others reach where it has no keys, and a file of keys that it cannot read',
  async (t) => {
    const generation = writeTinyGeneration();
    const serveOn = async (...options: string[]): Promise<{ code: number; err: string }> => {
      let err = '';
      const code = await run(['serve', '--generation', generation, ...options], {
        out: () => undefined,
        err: (text) => (err += text),
      });
      return { code, err };
    };
    for (const host of ['0.0.0.0', '::', 'shop.example', '127.0.0.1.shop.example']) {
      const { code, err } = await serveOn('--host', host);
      t.equal(code, 2, host);
      t.match(err, `serve: a host that others reach must have keys (got ${host} without)`);
    }
    t.match((await serveOn('--open', '--keys', 'x')).err, /cannot be used with/);
    t.match((await serveOn('--cors', 'shop.example')).err, /It must be \* or an origin/);
    t.match((await serveOn('--keys', '/no/file')).err, /must be a file that can be read.*\[INPUT_MISSING\]/);
  },
);
