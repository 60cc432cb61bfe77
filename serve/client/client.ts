/**
 * A client of the HTTP API for programs and pages, typed by its description: paths, options, answers and problems.
 *
 * `paths.d.ts` is written by `node dist/spec/tools/client-types.js`.
 */
import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './paths.js';

/** Named schemas of the description: `Schemas['List']`, `Schemas['Pin']`, `Schemas['Problem']`. */
export type Schemas = components['schemas'];

/** `client.GET('/v1/pins/{id}/related', { params })` gives `{ data, error, response }`: one of an answer and a problem. */
export type PinwalkClient = Client<paths>;

/** Where the server is, and as whom it is asked. */
export interface ClientOptions {
  /** Address at which the API begins, as `http://127.0.0.1:7077` or `https://shop.example/reco`. */
  readonly baseUrl: string;
  /** A key, where the server has keys. */
  readonly key?: string;
  /** In place of the global one: for a pool of connections, a timeout, a test. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * Makes a client; nothing is sent yet.
 *
 * Runs wherever there is `fetch`: Node 20, browsers, Deno, Bun. A connection that fails rejects as `fetch` does; a problem of the server
 * is `error`, not a rejection.
 */
export function createClient({ baseUrl, key, fetch }: ClientOptions): PinwalkClient {
  return createFetchClient<paths>({
    baseUrl,
    ...(fetch && { fetch }),
    ...(key !== undefined && { headers: { 'x-api-key': key } }),
  });
}
