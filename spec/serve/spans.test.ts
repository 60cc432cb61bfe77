import { propagation, trace, type Span, type Tracer } from '@opentelemetry/api';
import t from 'tap';
import { serve } from './server.js';

t.test(
  'a request is a span named after its route, a child of what the caller names, ended with its status',
  async (t) => {
    const spans: { name: string; parent: string | undefined; set: Record<string, unknown>; isEnded: boolean }[] = [];
    const tracer = {
      startSpan: (name, options, parent) => {
        const set: Record<string, unknown> = { ...options?.attributes };
        const own = { name, parent: parent && trace.getSpanContext(parent)?.traceId, set, isEnded: false };
        spans.push(own);
        return {
          setAttribute: (key: string, value: unknown) => void (set[key] = value),
          setAttributes: (values: object) => void Object.assign(set, values),
          setStatus: (status: unknown) => void (set['status'] = status),
          end: () => void (own.isEnded = true),
        } as unknown as Span; // what is used of one
      },
    } as Tracer;
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
    propagation.setGlobalPropagator({
      inject: () => undefined,
      fields: () => ['traceparent'],
      extract: (context, carrier: Record<string, string>) => {
        const [, traceId = '', spanId = ''] = carrier['traceparent']?.split('-') ?? [];
        return trace.setSpanContext(context, { traceId, spanId, traceFlags: 1 });
      },
    });
    t.teardown(() => (trace.disable(), propagation.disable()));
    const { get } = await serve(t);
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await get('/v1/pins/sun/related?limit=2', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    await get('/nowhere');
    t.match(spans, [
      {
        name: 'GET /v1/pins/:id/related',
        parent: traceId,
        isEnded: true,
        set: {
          'http.request.method': 'GET',
          'http.route': '/v1/pins/:id/related',
          'http.response.status_code': 200,
          'pinwalk.list_ms': Number,
          'pinwalk.generation': /^[0-9a-f]{12}$/,
        },
      },
      { name: 'GET', isEnded: true, set: { 'http.response.status_code': 404 } },
    ]);
    const { text } = await get('/metrics');
    t.match(text, /pinwalk_stage_seconds_count\{route="\/v1\/pins\/:id\/related",stage="list"\} 1/);
    t.match(text, /pinwalk_stage_seconds_count\{route="\/v1\/pins\/:id\/related",stage="items"\} 1/);
  },
);
