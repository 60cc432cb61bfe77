/**
 * What routes are registered on: Fastify typed by TypeBox, with the snapshot a request answers from.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Snapshot } from './snapshot.js';

/** The server while routes are added to it. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** The generation this request uses from start to end. */
    snapshot: Snapshot;
    /** Milliseconds of the parts of a list, once there is one. */
    stages: { readonly list: number; readonly items: number } | undefined;
    /** Path under which the caller sees this server: '' alone, else as `/reco`. */
    prefix: string;
  }
}
