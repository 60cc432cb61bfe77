/**
 * Connections of a server that listens: how many there may be, how long a request may take to come, and how they end.
 *
 * What is told to end answers first what it was asked before: each request that has come, read or not, is answered, or told that the
 * server ends. Then nothing keeps it: neither silent connections nor requests of which the rest never comes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyHttpOptions, RawServerDefault } from 'fastify';
import type { App } from './app.js';
import { Problem, problemMessage } from './problems.js';

/** Bounds of a server; times in milliseconds. */
export interface ConnectionLimits {
  /** Connections that are answered; up to as many more are told 503, others are dropped. */
  readonly connections: number;
  /** Until the headers of a request have come. */
  readonly headersMs: number;
  /** Until all of a request has come. */
  readonly requestMs: number;
  /** From the call to end until the last connection is gone. */
  readonly endMs: number;
}

export const connectionLimits: ConnectionLimits = Object.freeze({
  connections: 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  endMs: 10_000,
});

/** Share of the time to end in which new requests are still waited for, while they keep coming. */
const lastCallShare = 0.5;

/** Share of it after which those that still wait are told so: the rest is for them to read it. */
const cutShare = 0.9;

/** What a closed connection may take to be read empty by its caller. */
const lingerMs = 1000;

/** What is known of an open connection. */
interface Connection {
  /** Answers that have not ended, in the order of their requests. */
  readonly answers: Set<ServerResponse>;
  /** Beyond the limit: its requests are told so. */
  readonly isExtra: boolean;
  /** Bytes read when the last answer ended: what came since is the beginning of a request. */
  readBytes: number;
  /** What ends it once its requests are answered. */
  last?: string;
}

/** Fastify's options that the limits stand for. */
export function connectionOptions(limits: ConnectionLimits): FastifyHttpOptions<RawServerDefault, FastifyBaseLogger> {
  return {
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      connectionsCheckingInterval: Math.min(1000, limits.headersMs),
      requireHostHeader: false, // the host guard says it as a problem document
    },
    clientErrorHandler: () => undefined, // below, where it is known what else the connection waits for
    return503OnClosing: false, // said here, as a problem document
  };
}

/** What of a request could not be read, in words. */
function unreadable({ code, message }: NodeJS.ErrnoException): Parameters<typeof problemMessage>[0] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { code: 'REQUEST_INVALID', status: 408, detail: 'request: all of it must come in time (got a part of it)' };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'headers: they and the address must take at most 16 KiB (got more)';
    return { code: 'REQUEST_INVALID', status: 431, detail };
  }
  return { code: 'REQUEST_INVALID', detail: `request: it must be HTTP/1.1 (got ${code ?? message})` };
}

/** Keeps account of connections, refuses those beyond the limit, and ends them when the server is closed. */
export function addConnections(app: App, limits: ConnectionLimits): void {
  const { server } = app;
  const open = new Map<Socket, Connection>();
  let arrivals = 0;
  let state: 'open' | 'lastCall' | 'ending' = 'open';
  server.maxConnections = 2 * limits.connections;
  server.on('connection', (socket: Socket) => {
    arrivals++;
    open.set(socket, { answers: new Set(), isExtra: open.size >= limits.connections, readBytes: 0 });
    socket.once('close', () => open.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    arrivals++;
    const connection = open.get(socket);
    if (!connection) return;
    connection.answers.add(answer);
    answer.once('close', () => {
      connection.answers.delete(answer);
      connection.readBytes = socket.bytesRead;
      if (connection.last !== undefined) endAnswered(socket, connection);
      else if (state === 'ending') endIdle(socket, connection);
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const connection = open.get(socket);
    if (!connection || error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return;
    connection.last ??= problemMessage(unreadable(error));
    endAnswered(socket, connection);
  });
  server.on('checkExpectation', (request: IncomingMessage) => {
    const detail = 'headers: Expect must be 100-continue (got something else)';
    end(request.socket, problemMessage({ code: 'REQUEST_INVALID', status: 417, detail }));
  });
  server.on('connect', (_request, socket: Socket) => {
    const detail = 'method: CONNECT is for proxies; this is none';
    end(socket, problemMessage({ code: 'REQUEST_INVALID', status: 405, detail }));
  });

  app.addHook('onRequest', (request, reply, done) => {
    const isBalancer = state !== 'open' && request.routeOptions.url === '/health/ready';
    if (state === 'ending' || isBalancer) return done(new Problem('UNAVAILABLE', 'server: it ends; ask another one'));
    if (!open.get(request.raw.socket)?.isExtra) return done();
    void reply.header('connection', 'close');
    const must = `server: at most ${limits.connections} connections may be open`;
    done(new Problem('UNAVAILABLE', `${must} (got more); ask again after a while`));
  });
  app.addHook('onSend', async (request, reply) => {
    if (state === 'open') return;
    // The last answer of a connection says so; an earlier one must not, or the others would never be sent. Requests that came in the
    // same packet are read within this turn.
    await turn();
    const isLast = (open.get(request.raw.socket)?.answers.size ?? 1) <= 1;
    if (isLast) reply.raw.setHeader('connection', 'close');
    else reply.raw.removeHeader('connection');
  });
  app.addHook('preClose', async () => {
    if (!server.listening) return;
    state = 'lastCall';
    const began = performance.now();
    const until = began + lastCallShare * limits.endMs;
    // What had come before the call is accepted and read within a turn of the event loop, or a few.
    for (let quiet = 0; quiet < 3 && performance.now() < until;) {
      const before = arrivals;
      await turn();
      quiet = arrivals === before ? quiet + 1 : 0;
    }
    state = 'ending';
    for (const [socket, connection] of open) endIdle(socket, connection);
    const timer = setTimeout(() => cutOff(open), cutShare * limits.endMs - (performance.now() - began));
    server.once('close', () => clearTimeout(timer));
  });
}

/** Ends a connection that has nothing to answer, and on which no request has begun to come. */
function endIdle(socket: Socket, { answers, readBytes }: Connection): void {
  if (answers.size === 0 && socket.bytesRead === readBytes) end(socket);
}

/** Ends a connection of which the next request cannot be read, once the ones before are answered. */
function endAnswered(socket: Socket, { answers, last }: Connection): void {
  const [pending] = answers;
  if (pending === undefined || !pending.req.complete) {
    if (pending?.headersSent) socket.destroy();
    else end(socket, last);
  }
}

/** Tells those that still wait why they get no answer. */
function cutOff(open: ReadonlyMap<Socket, Connection>): void {
  const detail = 'server: it ends before this request has come or was answered; ask another one';
  for (const [socket, { answers }] of open) {
    const isSilent = Array.from(answers).every(({ headersSent }) => !headersSent);
    if (isSilent && !socket.writableEnded) end(socket, problemMessage({ code: 'UNAVAILABLE', detail }));
    else socket.destroy();
  }
}

/** Sends the last of a connection, and lets its caller read it before the connection is gone. */
function end(socket: Socket, last?: string): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.on('error', () => socket.destroy());
  if (last === undefined) socket.end();
  else socket.end(last);
}
