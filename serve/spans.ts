/**
 * Spans of OpenTelemetry, where a program that runs this server has installed its API and set a provider up; nothing otherwise.
 *
 * Names and attributes are those of its semantic conventions for HTTP servers (1.23 and later).
 */
import type { Span } from '@opentelemetry/api';
import type { App } from './app.js';

/** Adds a span to every request: a child of the caller's, named after method and route, with what the parts of a list took. */
export async function addSpans(app: App): Promise<void> {
  const api = await import('@opentelemetry/api').catch(() => undefined); // an optional peer
  if (!api) return;
  const { context, propagation, trace, SpanKind, SpanStatusCode } = api;
  const tracer = trace.getTracer('pinwalk');
  const spans = new WeakMap<object, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    const parent = propagation.extract(context.active(), request.headers);
    const attributes = {
      'http.request.method': request.method,
      ...(route !== undefined && { 'http.route': route }),
      'url.path': request.originalUrl.split('?')[0] ?? '',
      'pinwalk.request_id': request.id,
      'pinwalk.generation': request.snapshot.id,
    };
    const name = route === undefined ? request.method : `${request.method} ${route}`;
    spans.set(request, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const { list, items } = request.stages ?? {};
    if (list !== undefined) span?.setAttributes({ 'pinwalk.list_ms': list, 'pinwalk.items_ms': items ?? 0 });
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
