/**
 * The HTTP server and its page for programs: to run alone, or as a part of an app of one's own.
 *
 * Fastify and what it brings are loaded by the first call, so that a program that only asks a recommender does not pay for them.
 */
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { snapshotOf, type Recommender } from './open-recommender.js';

/** Options of `createServer`. */
export interface CreateServerOptions {
  /**
   * Path under which the world sees the server, as `/reco`; taken off the addresses that still have it. Default: what the program
   * that calls it took off: leave it out below `app.use('/reco', ...)` of Express, which tells the whole address.
   */
  readonly prefix?: string;
  /** Fastify's logger option; default none. */
  readonly logger?: NonNullable<FastifyServerOptions['logger']>;
}

/**
 * Makes a server of an open recommender: API, page, metrics and OpenAPI description.
 *
 * `await server.listen({ port: 7077 })` runs it alone. In a program of one's own, `await server.ready()` and then give it requests:
 * `app.use('/reco', (request, response) => server.routing(request, response))` in Express 4 and 5, before or after a body parser;
 * `createServer(recommender, { prefix: '/reco' })` where addresses come whole, as in a handler of node:http.
 * Links, pictures, the page, and `servers` of the OpenAPI description follow.
 *
 * @returns a Fastify instance that is not ready yet, so hooks and routes can be added; closing it leaves the recommender open
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a prefix that is none, `GENERATION_INVALID` for a recommender that is closed
 */
export async function createServer(
  recommender: Recommender,
  options: CreateServerOptions = {},
): Promise<FastifyInstance> {
  const snapshot = snapshotOf(recommender);
  const { buildServer } = await import('./http.js');
  return buildServer({ snapshot, ...options });
}
