/**
 * The HTTP server: routes, schemas, problem documents, metrics and the page, over one snapshot at a time.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyServerOptions } from 'fastify';
import type { App } from './app.js';
import { addForeignPages } from './foreign-pages.js';
import { addConnections, connectionLimits, connectionOptions, type ConnectionLimits } from './connections.js';
import { addHostGuard } from './hosts.js';
import { addJsonBodies, refuseCoercion, refuseOddNumbers } from './json-body.js';
import { addAccess } from './keys/access.js';
import type { KeyRing } from './keys/key-ring.js';
import type { LiveFeed } from './live/live-feed.js';
import { addMethods } from './methods.js';
import { Generations } from './generations/generations.js';
import { addMount, prefixRemover } from './mount.js';
import { addDescription } from './openapi.js';
import { addPage } from './page-files.js';
import { handleError } from './problems.js';
import { addMetrics } from './prometheus.js';
import { batchRoutes } from './routes/batch.js';
import { boardRoutes } from './routes/boards.js';
import { eventRoutes } from './routes/events.js';
import { generationRoutes } from './routes/generations.js';
import { infoRoutes } from './routes/info.js';
import { itemRoutes } from './routes/items.js';
import { listRoutes } from './routes/lists.js';
import { searchRoutes } from './routes/search.js';
import type { Snapshot } from './snapshot.js';
import { addSpans } from './spans.js';

/** Longest id in a path; find-my-way's default of 100 would make longer ones a 404. */
const maxIdLength = 2048;

/** What a server is made of. */
export interface ServerOptions {
  /** Answers every request, or what gives each request its own; whoever opened it closes it, after the server. */
  readonly snapshot: Snapshot | Generations;
  /** Fastify's logger option; default none. */
  readonly logger?: NonNullable<FastifyServerOptions['logger']>;
  /** Folder of the built page; default `dist/page` of this package. */
  readonly pageFolder?: string;
  /** Path under which the world sees the server, as `/reco`; default: what a program that calls it took off the address, if any. */
  readonly prefix?: string;
  /** Names that callers may give as Host while the server listens on a loopback address, beside those of the machine itself. */
  readonly allowedHosts?: readonly string[];
  /** Takes events, over what `snapshot` answers from; default: none are taken. */
  readonly feed?: LiveFeed | undefined;
  /** Keys that every caller must have one of; default: none are asked for. */
  readonly keys?: KeyRing | undefined;
  /** Origins whose pages may read answers, as `https://shop.example`, or `*`; default none. */
  readonly corsOrigins?: readonly string[];
  /** Bounds of connections where the server listens itself; default `connectionLimits`. */
  readonly limits?: ConnectionLimits;
}

/**
 * Builds the server; `listen` starts it, `close` answers what was asked before, within ten seconds.
 *
 * Bodies up to 1 MiB and 12,000 values, ids up to 2048 characters, addresses and headers up to 16 KiB. Every error is a problem document.
 */
export async function buildServer({
  snapshot,
  logger,
  pageFolder = builtPage(),
  prefix = '',
  allowedHosts = [],
  feed,
  keys,
  corsOrigins = [],
  limits = connectionLimits,
}: ServerOptions): Promise<App> {
  const app: App = Fastify({
    logger: logger ?? false,
    genReqId: () => randomUUID(),
    ...connectionOptions(limits),
    // Not at all without one: Fastify would forget the whole address that Express tells it.
    ...(prefix !== '' && { rewriteUrl: prefixRemover(prefix) }),
    routerOptions: { maxParamLength: maxIdLength },
    // An address that cannot be decoded meets no route, hook or handler.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
      void handleError(error, request, reply);
    },
    ajv: { customOptions: { removeAdditional: false, verbose: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  const generations = snapshot instanceof Generations ? snapshot : undefined;
  const fixed = snapshot as Snapshot; // read only where there are no generations
  addMount(app, prefix);
  app.decorateRequest('snapshot');
  app.decorateRequest('stages', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    // Taken once: a generation that comes while this request runs is for the next one.
    if (generations) {
      const taken = generations.take();
      request.snapshot = taken.snapshot;
      reply.raw.once('close', () => taken.release());
    } else request.snapshot = fixed;
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    done();
  });
  addConnections(app, limits);
  addHostGuard(app, allowedHosts);
  app.setErrorHandler(handleError);
  await addForeignPages(app, corsOrigins);
  await addAccess(app, keys);
  addMethods(app);
  addJsonBodies(app);
  app.addHook('preValidation', (request, _reply, done) => {
    const { querystring, body } = request.routeOptions.schema ?? {};
    if (querystring) refuseOddNumbers(request.query, querystring);
    if (body) refuseCoercion(request.body, body);
    done();
  });

  await addDescription(app);
  addMetrics(app, () => generations?.current ?? fixed, feed);
  await addSpans(app);
  listRoutes(app);
  batchRoutes(app);
  boardRoutes(app);
  itemRoutes(app);
  searchRoutes(app);
  infoRoutes(app, generations, feed);
  await eventRoutes(app, feed);
  if (generations) generationRoutes(app, generations);
  if (existsSync(pageFolder)) await addPage(app, pageFolder);
  return app;
}

function builtPage(): string {
  const root = path.dirname(createRequire(import.meta.url).resolve('#root'));
  return path.join(root, 'dist', 'page');
}
