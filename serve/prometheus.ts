/**
 * Prometheus metrics: requests by route, parts of lists, fallbacks, the generation, and the process itself. One registry a server.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { App } from './app.js';
import type { LiveFeed } from './live/live-feed.js';
import type { Snapshot } from './snapshot.js';

const text = { description: 'in the text format', content: { 'text/plain': { schema: { type: 'string' } } } };

/** Adds `GET /metrics` and the hooks that feed it. */
export function addMetrics(app: App, current: () => Snapshot, feed?: LiveFeed): void {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'pinwalk_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  });
  const stages = new Histogram({
    name: 'pinwalk_stage_seconds',
    help: 'Time that parts of a list take: list, waiting for it and making it; items, filling the page',
    labelNames: ['route', 'stage'] as const,
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  });
  const fallbacks = new Counter({
    name: 'pinwalk_fallbacks_total',
    help: 'Lists answered by something else than what was asked for',
    labelNames: ['route', 'fallback'] as const,
    registers,
  });
  new Gauge({
    name: 'pinwalk_generation_info',
    help: 'The generation being served; always 1',
    labelNames: ['generation', 'name'] as const,
    registers,
    collect() {
      const { id, generation } = current();
      const name = generation.meta['name'];
      this.reset();
      this.set({ generation: id, name: typeof name === 'string' ? name : '' }, 1);
    },
  });

  if (feed) addLiveMetrics(registry, feed);

  app.addHook('preSerialization', (request, _reply, payload, done) => {
    const fallback = (payload as { fallback?: unknown } | null)?.fallback;
    if (typeof fallback === 'string') fallbacks.inc({ route: request.routeOptions.url ?? '', fallback });
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    // Paths nobody registered share one label: their number is the caller's choice.
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    duration.observe(labels, reply.elapsedTime / 1000);
    for (const [stage, ms] of Object.entries(request.stages ?? {}))
      stages.observe({ route: labels.route, stage }, ms / 1000);
    done();
  });
  app.get(
    '/metrics',
    { schema: { operationId: 'getMetrics', summary: 'Prometheus metrics', tags: ['server'], response: { 200: text } } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** What `/v1/info` says of live events, as gauges: the counts are kept by the store, over restarts. */
function addLiveMetrics(registry: Registry, feed: LiveFeed): void {
  const registers = [registry];
  const events = new Gauge({
    name: 'pinwalk_live_events',
    help: 'Events since the store was made, by what came of them',
    labelNames: ['outcome'] as const,
    registers,
    collect() {
      const { applied, duplicates, deadLetters } = feed.status();
      for (const [outcome, count] of Object.entries({ applied, duplicates, deadLetters }))
        events.set({ outcome }, count);
    },
  });
  new Gauge({
    name: 'pinwalk_live_lag_seconds',
    help: 'From the receipt of the last events to when lists saw them',
    registers,
    collect() {
      this.set(feed.status().lagSeconds);
    },
  });
}
