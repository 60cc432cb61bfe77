/**
 * Whom a server on the loopback interface answers: callers that name this machine.
 *
 * A page of a stranger can point its own name at 127.0.0.1 (DNS rebinding); a browser then sends that name as Host, and would let the
 * page read the answers. A server that listens elsewhere, or is a part of another program, has names that are not ours to know.
 */
import { shown } from '../data/errors.js';
import type { App } from './app.js';
import { Problem } from './problems.js';

/** Names that no stranger can point anywhere, of loopback addresses and of machines (RFC 6761). */
const ownNames = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses requests without a Host or with two (RFC 9112, 3.2) and, while the server listens on a loopback address, those with a foreign one.
 *
 * @param allowed  further names, without a port: those a proxy on this machine passes on
 */
export function addHostGuard(app: App, allowed: readonly string[]): void {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  app.addHook('onRequest', (request, _reply, done) => {
    const { host } = request.headers;
    // Of two, Node keeps the first; what stands between may have looked at the second.
    if (request.raw.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'host').length > 1) {
      return done(new Problem('REQUEST_INVALID', 'headers: Host must be given once (got more)'));
    }
    if (host === undefined && request.raw.httpVersion === '1.1') {
      return done(new Problem('REQUEST_INVALID', 'headers: Host must be given (got none)'));
    }
    const name = (host ?? '').replace(/:\d*$/, '').toLowerCase();
    if (host === undefined || ownNames.test(name) || names.has(name) || !isOnLoopback(app)) return done();
    const must = `headers: Host must be localhost or a loopback address (got ${shown(host)})`;
    done(new Problem('REQUEST_INVALID', `${must}; name it when the server starts: --allow-host`, 421));
  });
}

/** Whether an address, or `localhost`, is reached from this machine alone; any other name may stand for any address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/.test(address);
}

function isOnLoopback(app: App): boolean {
  const address = app.server.listening ? app.server.address() : null;
  return address !== null && typeof address === 'object' && isLoopback(address.address);
}
