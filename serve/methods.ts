/**
 * Methods: what an address can be asked with. OPTIONS says it, any other method than these is 405, both with `Allow`.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.js';
import { sendProblem } from './problems.js';

/** An address with parameters, and its methods. */
interface Address {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Answers what no route does: OPTIONS with 204, a method that an address does not have with 405, the rest with 404.
 *
 * Call it before routes are added.
 */
export function addMethods(app: App): void {
  const addresses = new Map<string, Address>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = addresses.get(url) ?? { pattern: patternOf(url), methods: new Set(['OPTIONS']) };
    for (const name of [method].flat()) known.methods.add(name);
    addresses.set(url, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const methods = methodsOf(addresses.values(), path);
    if (methods.length === 0) return sendMissing(request, reply);
    void reply.header('allow', methods.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    const detail = `method: ${path.slice(0, 80)} can be asked with ${methods.join(', ')} (got ${request.method})`;
    return sendProblem(request, reply, { code: 'REQUEST_INVALID', detail, status: 405 });
  });
}

function sendMissing(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const advice = request.url === '/' ? 'the page is not built: npm run build' : `see ${request.prefix}/openapi.json`;
  const path = (request.originalUrl.split('?')[0] ?? '').slice(0, 200);
  const detail = `route: ${request.method} ${path} must exist; ${advice}`;
  return sendProblem(request, reply, { code: 'NOT_FOUND', detail });
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escaped(part)));
  return new RegExp(`^${parts.join('/')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** In the order of their names; `*` stands for the server as a whole. */
function methodsOf(addresses: Iterable<Address>, path: string): string[] {
  const found = Array.from(addresses).filter(({ pattern }) => path === '*' || pattern.test(path));
  return Array.from(new Set(found.flatMap(({ methods }) => Array.from(methods)))).sort();
}
