/**
 * Who may ask what: a key in every request but those of health, its scope compared with the route's, its requests counted, and a line
 * in the log for every call that changes the server.
 */
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.js';
import { Problem } from '../problems.js';
import type { Key, KeyRing } from './key-ring.js';
import type { Scope } from './scopes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that was shown, where the server has keys. */
    key: Key | undefined;
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to for this route; default `read`. `none` asks for no key. */
    readonly scope?: Scope | 'none';
  }
}

/** What a program on the same machine sends on for others, which would pass for a caller of this machine otherwise. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Adds keys, limits and the audit line; call it before routes are added. Without keys all may read, and calls of scope `admin` are for
 * programs on the server's machine alone, asked without a proxy between and from no foreign page.
 */
export async function addAccess(app: App, keys: KeyRing | undefined): Promise<void> {
  app.decorateRequest('key', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    const { scope = 'read' } = request.routeOptions.config;
    // What OPTIONS answers is in the description of the API; browsers ask it before they may show a key.
    if (scope === 'none' || request.method === 'OPTIONS') return done();
    if (!keys) return done(scope === 'admin' ? foreignCaller(request) : undefined);
    const shownKey = shownBy(request, scope);
    request.key = shownKey === undefined ? undefined : keys.find(shownKey);
    if (!request.key) {
      void reply.header('www-authenticate', scope === 'read' ? 'Bearer, Basic realm="Pinwalk"' : 'Bearer');
      const got = shownKey === undefined ? 'none' : 'one that is not known';
      const must = 'key: one must be given as Authorization: Bearer or X-Api-Key';
      return done(new Problem('UNAUTHORIZED', `${must} (got ${got}); whoever runs the server makes them: pinwalk key`));
    }
    if (request.key.scopes.includes(scope)) return done();
    const { name } = request.key;
    done(new Problem('FORBIDDEN', `key: ${name} must have the scope ${scope} (got ${request.key.scopes.join(', ')})`));
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.config.scope === 'admin') {
      const { method, originalUrl, key } = request;
      const caller = key?.name ?? request.ip;
      request.log.warn({ audit: { caller, method, path: originalUrl, status: reply.statusCode } }, 'admin call');
    }
    done();
  });
  if (!keys) return;
  await app.register(rateLimit, {
    timeWindow: 60_000,
    keyGenerator: ({ key }: FastifyRequest) => key?.name ?? '',
    max: ({ key }: FastifyRequest) => key?.perMinute ?? Infinity,
    allowList: ({ key }: FastifyRequest) => key?.perMinute === undefined,
    errorResponseBuilder: (_request, { max }) =>
      new Problem(
        'RATE_LIMITED',
        `key: at most ${max} requests a minute (got more); Retry-After says when it may ask again`,
      ),
  });
}

/** A key out of a request's headers; browsers may show it as the password of a dialog, for reading alone: they would send it along from any page. */
function shownBy({ headers }: FastifyRequest, scope: Scope): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string') return own;
  const [, kind = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (kind.toLowerCase() === 'bearer') return value;
  if (kind.toLowerCase() !== 'basic' || scope !== 'read') return undefined;
  const text = Buffer.from(value, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

/** What is wrong with a caller who shows no key, where none is asked for. */
function foreignCaller({ headers, socket }: FastifyRequest): Problem | undefined {
  const { origin, host = '' } = headers;
  const isHere = /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
  const isPassedOn = proxyHeaders.some((name) => headers[name] !== undefined);
  const isOwnPage = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (isHere && !isPassedOn && isOwnPage) return undefined;
  const must = 'admin: without keys this is for programs on the machine of the server alone (got another caller)';
  return new Problem('FORBIDDEN', `${must}; start the server with --keys`);
}
