/** Starts a server over a generation on a free port of the loopback interface and asks it over HTTP. */
import type { Test } from 'tap';
import { buildServer } from '../../serve/http.js';
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
): Promise<{
  get: (url: string, headers?: Record<string, string>) => Promise<Answer>;
  post: (url: string, body: unknown, type?: string) => Promise<Answer>;
}> {
  const snapshot = typeof source === 'string' ? openSnapshot(source) : source;
  const app = await buildServer({ snapshot, pageFolder });
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
    get: (url, headers = {}) => ask(url, { headers }),
    post: (url, body, type = 'application/json') =>
      ask(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
