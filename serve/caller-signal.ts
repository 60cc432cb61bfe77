/**
 * Whether a request's caller is still there.
 */
import type { FastifyReply } from 'fastify';

/**
 * Aborted when the connection ends before the answer has been sent.
 *
 * Fastify's own `request.signal` listens to the request, which closes once a body has been read, long before the answer.
 */
export function callerSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
