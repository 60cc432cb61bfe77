/**
 * The server as a part of another program: below a path of its own, and behind code that has read a request's body already.
 *
 * A path is taken off the address either here (`prefix`) or before a request comes (Express does so for `app.use('/reco', ...)` and
 * keeps the whole address as `originalUrl`). Either way a request knows where this server begins, and every link goes there.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { PinwalkError } from '../data/errors.js';
import type { App } from './app.js';

/**
 * Takes `prefix` off an address; one that does not begin with it comes from a program that did so already, and stays.
 *
 * @param prefix  a path that begins with `/` and does not end with one
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 */
export function prefixRemover(prefix: string): (request: { readonly url?: string | undefined }) => string {
  if (!/^(?:\/[^/?#\s]+)+$/.test(prefix)) {
    const got = JSON.stringify(prefix);
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `createServer: prefix must begin with / and not end with one (got ${got}); write it as /reco, or leave it out`,
    );
  }
  return ({ url = '/' }) => {
    const rest = url.slice(prefix.length);
    if (!url.startsWith(prefix) || !/^(?:[/?]|$)/.test(rest)) return url;
    return rest.startsWith('/') ? rest : `/${rest}`;
  };
}

/** Gives each request its `prefix`, sends the page's address without a slash to the one with it, and reads bodies anew. */
export function addMount(app: App, prefix: string): void {
  app.decorateRequest('prefix', '');
  app.addHook('onRequest', (request, reply, done) => {
    const [path, whole] = [pathOf(request.url), pathOf(request.originalUrl)];
    request.prefix = prefix || placeOf(whole, path);
    // The page's own addresses are relative to its folder. A relative one here holds behind a proxy that cuts paths, too.
    if (path === '/' && !whole.endsWith('/')) {
      const last = whole.slice(whole.lastIndexOf('/') + 1);
      void reply.redirect(`./${last}/${request.originalUrl.slice(whole.length)}`);
    } else done();
  });
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { body } = request.raw as IncomingMessage & { readonly body?: unknown }; // set by body parsers of Express
    const isRead = body !== undefined && request.raw.readableEnded;
    done(null, isRead ? readAgain(body, request) : payload);
  });
}

const pathOf = (address: string): string => address.split('?')[0] ?? '';

/** What stands before `path` in the whole address; a whole address that ends where the server begins has no `/` of its own. */
function placeOf(whole: string, path: string): string {
  if (whole.endsWith(path)) return whole.slice(0, whole.length - path.length);
  return path === '/' ? whole : '';
}

/** A body that was read and parsed, as a stream once more; Fastify compares its length with the header's. */
function readAgain(body: unknown, request: FastifyRequest): Readable & { receivedEncodedLength: number } {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const receivedEncodedLength = Number(request.headers['content-length']);
  return Object.assign(Readable.from([Buffer.from(bytes)]), { receivedEncodedLength });
}
