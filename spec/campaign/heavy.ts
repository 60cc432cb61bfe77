/**
 * Inputs that were chosen to be as dear as a server lets them be, one kind after the other, and what `/health/live` takes beside each.
 */
import type { DrawnRequest } from './requests.js';
import type { ServedWorld } from './served-world.js';

const megabyte = 2 ** 20;

const post = (body: string): DrawnRequest => ({
  method: 'POST',
  path: '/v1/recommend',
  headers: { 'content-type': 'application/json' },
  body,
});
const get = (path: string, headers: Readonly<Record<string, string>> = {}): DrawnRequest => {
  return { method: 'GET', path, headers, body: undefined };
};

/** A text that repeats a piece as often as a body has room for it. */
function filled(before: string, piece: string | ((n: number) => string), after: string): string {
  const pieces: string[] = [];
  for (let length = before.length + after.length; ;) {
    const next = typeof piece === 'string' ? piece : piece(pieces.length);
    length += next.length;
    if (length > megabyte) return `${before}${pieces.join('')}${after}`;
    pieces.push(next);
  }
}

/** By name: what is sent again and again by every client. */
export function heavyInputs({ pinIds }: ServedWorld): Readonly<Record<string, DrawnRequest>> {
  const pins = pinIds.slice(0, 100).map((id, n) => ({ id, weight: 10 ** (n - 50) }));
  const exclude = Array.from({ length: 10_000 }, (_, n) => `p${n}`);
  const anyOf = Array.from({ length: 20 }, (_, n) => ({ attribute: 'price', from: n, to: n + 1 }));
  return {
    'a key of a megabyte': post(filled('{"', 'k', '":1}')),
    'a text of a megabyte': post(filled('{"pins":[{"id":"', 'p', '"}]}')),
    'keys, a megabyte of them': post(filled('{', (n) => `"k${n}":0,`, '"z":0}')),
    'lists, a megabyte of them': post(filled('[', '[],', '[]]')),
    'lists in lists': post('['.repeat(megabyte)),
    'no JSON, a megabyte': post(filled('{"pins":', '"', '')),
    '12,000 lists in lists': post(`{"pins":${'['.repeat(11_900)}${']'.repeat(11_900)}}`),
    '100 pins, 10,000 left out': post(JSON.stringify({ pins, exclude, limit: 100 })),
    'a filter of 20 parts': post(JSON.stringify({ pins, limit: 100, filter: { or: anyOf } })),
    'the longest list': get(`/v1/pins/${encodeURIComponent(pinIds[20] ?? '')}/related?limit=100`),
    'a search of 16 words': get(`/v1/search?q=${'thing+kind+'.repeat(8)}&limit=100`),
    'an address of 15 kB': get(`/v1/pins?filter=${'x'.repeat(15_000)}`),
    'a header of 15 kB': get('/v1/pins', { 'if-none-match': 'W/"a", '.repeat(1_900) }),
  };
}
