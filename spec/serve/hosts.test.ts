import t from 'tap';
import { answersOf, serve, wire } from './server.js';

const ask = (host: string): string => `GET /health/live HTTP/1.1\r\n${host}connection: close\r\n\r\n`;

t.test('a server on loopback answers those that name this machine, and refuses a foreign Host', async (t) => {
  const { address } = await serve(t, undefined, undefined, { allowedHosts: ['Shop.example'] });
  const cases: [string, number][] = [
    ...[
      'localhost',
      'LocalHost:7077',
      'reco.localhost',
      '127.0.0.1:80',
      '127.9.9.9',
      '[::1]',
      '[::1]:7077',
      'shop.example:443',
    ].map((name): [string, number] => [`host: ${name}\r\n`, 200]),
    ...[
      'evil.example',
      'evil.example:7077',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
      '1.127.0.0.1',
      '',
    ].map((name): [string, number] => [`host: ${name}\r\n`, 421]),
    ['', 400],
    ['host: localhost\r\nHOST: evil.example\r\n', 400],
  ];
  for (const [host, status] of cases) {
    const [answer] = answersOf(await (await wire(t, address, ask(host))).text);
    t.equal(answer?.status, status, host);
    if (status !== 200) t.match(answer?.body, { status, code: 'REQUEST_INVALID', detail: /^headers: Host must / });
  }
});
