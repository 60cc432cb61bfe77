import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { connectionLimits } from '../../serve/connections.js';
import { answersOf, serve, wire, type Wire } from './server.js';

const live = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n';
const last = live.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');
const post = (body: string, length = body.length): string =>
  `POST /v1/recommend HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;

t.test('what cannot be read as a request is told so by a problem document', async (t) => {
  const { address } = await serve(t);
  const cases: [string, number, RegExp][] = [
    ['nonsense\r\n\r\n', 400, /^request: it must be HTTP\/1\.1 \(got HPE_/],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 431, /^headers: /],
    [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, /^headers: /],
    [last.replace('host', 'expect: 7\r\nhost'), 417, /^headers: Expect /],
    ['CONNECT localhost:1 HTTP/1.1\r\nhost: localhost\r\n\r\n', 405, /^method: CONNECT /],
    [
      last.replace('/health/live', `/v1/pins/${'a'.repeat(3000)}`),
      414,
      /^path: an id must have at most 2048 characters/,
    ],
    [last.replace('/health/live', '/v1/pins/%E0%A4%A'), 400, /not a valid url component/],
    [last.replace('/health/live', '//'), 404, /^route: GET \/\/ must exist/],
    [post('['.repeat(200_000)).replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'), 400, /at most 12000 values/],
    [
      post('['.repeat(200_000) + ']'.repeat(200_000)).replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
      400,
      /^body: must have at most 12000 values/,
    ],
  ];
  for (const [sent, status, detail] of cases) {
    const [answer] = answersOf(await (await wire(t, address, sent)).text);
    t.match(
      answer,
      { status, head: 'content-type: application/problem+json', body: { status, detail, requestId: String } },
      sent.slice(0, 60),
    );
  }
});

t.test('of requests in one packet those before a broken one are answered', async (t) => {
  const { address } = await serve(t);
  const answers = answersOf(await (await wire(t, address, `${live}${live}nonsense\r\n\r\n`)).text);
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 400],
  );
});

t.test('a request that does not come in time is told 408', async (t) => {
  const limits = { ...connectionLimits, headersMs: 100, requestMs: 200 };
  const { address } = await serve(t, undefined, undefined, { limits });
  const sent = ['', live.slice(0, 20), post('{"pins":', 100)];
  const wires = await Promise.all(sent.map((text) => wire(t, address, text)));
  for (const { text } of wires) t.match(answersOf(await text), [{ status: 408, body: { code: 'REQUEST_INVALID' } }]);
});

t.test('connections beyond the limit are told to come again', async (t) => {
  const { address } = await serve(t, undefined, undefined, { limits: { ...connectionLimits, connections: 2 } });
  const first = await wire(t, address);
  const second = await wire(t, address);
  const extra = answersOf(await (await wire(t, address, live)).text);
  t.match(extra, [{ status: 503, head: /connection: close[^]*retry-after: 1/, body: { code: 'UNAVAILABLE' } }]);
  for (const { socket, text } of [first, second]) {
    socket.write(last);
    t.match(answersOf(await text), [{ status: 200 }]);
  }
});

t.test('the end answers what was asked before it, and waits for nobody who is silent', async (t) => {
  const limits = { ...connectionLimits, endMs: 4000 };
  const { app, address } = await serve(t, undefined, undefined, { limits });
  const silent = await Promise.all(Array.from({ length: 10 }, () => wire(t, address)));
  const kept = await wire(t, address, live);
  await new Promise((resolve) => kept.socket.once('data', resolve));
  const half = [await wire(t, address, live.slice(0, 30)), await wire(t, address, post('{"pins":', 100))];
  const whole: Promise<Wire>[] = [];
  for (let i = 0; i < 32; i++)
    whole.push(wire(t, address, i % 2 === 0 ? last : `${live}${live}${post('{"pins":[{"id":"sun"}]}')}`));
  const sent = await Promise.all(whole); // sent, and not yet read: the server lives in this thread
  const began = performance.now();
  await app.close();
  t.ok(performance.now() - began < 8000, 'it ends in time');
  for (const [i, { text }] of sent.entries()) {
    t.same(
      answersOf(await text).map(({ status }) => status),
      i % 2 === 0 ? [200] : [200, 200, 200],
      `request ${i}`,
    );
  }
  for (const { text } of half) t.match(answersOf(await text), [{ status: 503, body: { code: 'UNAVAILABLE' } }]);
  for (const { text } of [...silent]) t.equal(await text, '');
  t.equal(answersOf(await kept.text).length, 1);
});

t.test('half a request that is sent on is answered while the server ends', async (t) => {
  const { app, address } = await serve(t);
  const body = '{"pins":[{"id":"sun"}]}';
  const { socket, text } = await wire(t, address, post(body).slice(0, -10));
  const closed = app.close();
  await wait(20);
  socket.write(body.slice(-10));
  t.match(answersOf(await text), [{ status: 200, head: /connection: close/i }]);
  await closed;
});
