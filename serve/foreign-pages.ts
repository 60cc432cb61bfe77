/**
 * Pages of other origins that may read what this server answers (CORS): those that are named.
 */
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import type { App } from './app.js';

/** Adds the headers of CORS; none where no origin is named. Call it before what asks for keys, which a preflight cannot show. */
export async function addForeignPages(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const options: FastifyCorsOptions = {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-api-key'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  };
  await app.register(cors, {
    // An OPTIONS that is no preflight is answered as it is without CORS.
    delegator: (request: FastifyRequest, done: (error: Error | null, own: FastifyCorsOptions) => void) => {
      const { origin, 'access-control-request-method': method } = request.headers;
      done(null, { ...options, preflight: origin !== undefined && method !== undefined });
    },
  });
}
