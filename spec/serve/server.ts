/** Starts a server over a generation on a free port of the loopback interface and asks it over HTTP. */
import { connect, type Socket } from 'node:net';
import type { Test } from 'tap';
import type { App } from '../../serve/app.js';
import { buildServer, type ServerOptions } from '../../serve/http.js';
import { openSnapshot, type Snapshot } from '../../serve/snapshot.js';
import { writeTinyGeneration } from './world.js';

/** What came back; `body` is {} unless it was JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

/** Pins of a list, in order. */
export function idsOf(answer: Answer): string[] {
  return (answer.body['items'] as { pinId: string }[]).map(({ pinId }) => pinId);
}

/** Starts a server that ends with the test. */
export async function serve(
  t: Test,
  source: string | Snapshot = writeTinyGeneration(),
  pageFolder = '/no/page',
  options: Omit<ServerOptions, 'snapshot' | 'pageFolder'> = {},
): Promise<{
  app: App;
  address: string;
  get: (url: string, headers?: Record<string, string>) => Promise<Answer>;
  post: (url: string, body: unknown, type?: string) => Promise<Answer>;
  ask: (url: string, init: RequestInit) => Promise<Answer>;
}> {
  const snapshot = typeof source === 'string' ? openSnapshot(source) : source;
  const app = await buildServer({ snapshot, pageFolder, ...options });
  t.teardown(() => app.close());
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (url: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(address + url, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, body };
  };
  return {
    app,
    address,
    ask,
    get: (url, headers = {}) => ask(url, { headers }),
    post: (url, body, type = 'application/json') =>
      ask(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** A connection of bytes, without a client that would mend what is wrong with them. */
export interface Wire {
  readonly socket: Socket;
  /** All that comes until the connection ends. */
  readonly text: Promise<string>;
}

/** Opens a connection and sends what is given; the rest is the caller's. */
export async function wire(t: Test, address: string, sent = ''): Promise<Wire> {
  const { port, hostname } = new URL(address);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  let all = '';
  socket.setEncoding('utf8').on('data', (text) => (all += String(text)));
  socket.on('error', (error) => (all += `<${error.message}>`));
  const text = new Promise<string>((resolve) => {
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(all));
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  if (sent !== '') await new Promise((resolve) => socket.write(sent, resolve));
  return { socket, text };
}

/** What came over a wire, parted into answers. */
export function answersOf(text: string): { status: number; head: string; body: Record<string, unknown> }[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .filter((part) => part !== '')
    .map((part) => {
      const [head = '', body = ''] = part.split('\r\n\r\n');
      const isJson = /content-type: [^\r]*json/i.test(head) && body !== '';
      return {
        status: Number(head.slice(9, 12)),
        head,
        body: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
      };
    });
}
