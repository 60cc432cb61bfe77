/**
 * The built page: its files, how long they may be kept, and the headers that keep others from using it.
 */
import path from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { App } from './app.js';

/** The page may load what this server sends, and nothing else. */
const policy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Adds the files of a folder at the root; call it after the routes, in a scope of its own, whose headers are not those of the API. */
export async function addPage(app: App, folder: string): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(helmet, {
      contentSecurityPolicy: { useDefaults: false, directives: policy },
      strictTransportSecurity: false, // TLS ends before this server, where this header belongs
    });
    await scope.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      cacheControl: false,
      setHeaders(response, file) {
        const isHashed = path.basename(path.dirname(file)) === 'assets';
        response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
}
