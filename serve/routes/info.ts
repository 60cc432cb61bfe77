/** What is being served, and whether it is. */
import { Type } from 'typebox';
import { strategies } from '../../train/ranking/settings.js';
import type { App } from '../app.js';
import type { Generations } from '../generations/generations.js';
import { communityOf, communitySchema } from '../envelope.js';
import type { LiveFeed } from '../live/live-feed.js';
import { failureOf } from '../readiness.js';

const infoSchema = Type.Object(
  {
    requestId: Type.String(),
    generation: Type.String(),
    name: Type.String(),
    createdAt: Type.Union([Type.String(), Type.Null()]),
    training: Type.Union(
      [
        Type.Object({
          state: Type.Enum(['running', 'finished', 'failed']),
          stage: Type.String({ description: 'what it is at' }),
          done: Type.Number({ description: 'of the stage, 0 to 1' }),
          secondsLeft: Type.Union([Type.Number(), Type.Null()], { description: 'of the stage' }),
        }),
        Type.Null(),
      ],
      { description: 'of the next generation, where this server trains it' },
    ),
    live: Type.Union(
      [
        Type.Object({
          applied: Type.Integer({ description: 'events that were new, since the store was made' }),
          duplicates: Type.Integer({ description: 'events that were in already' }),
          deadLetters: Type.Integer({ description: 'distinct records that are no events' }),
          position: Type.Record(Type.String(), Type.String(), { description: 'how far each stream was read' }),
          lagSeconds: Type.Number({ description: 'from the receipt of the last events to when lists saw them' }),
        }),
        Type.Null(),
      ],
      { description: 'events that lie over the generation; null where the server takes none' },
    ),
    isTrained: Type.Boolean({ description: 'false where the generation was made from saves alone' }),
    counts: Type.Object({ pins: Type.Integer(), boards: Type.Integer(), saves: Type.Integer() }),
    strategies: Type.Array(Type.Enum([...strategies])),
    communities: Type.Array(communitySchema, { description: 'the 50 largest' }),
    meta: Type.Record(Type.String(), Type.Unknown(), { description: 'config, seed, versions, metrics as trained' }),
  },
  { title: 'Info' },
);
const healthSchema = Type.Object(
  { status: Type.String(), generation: Type.Optional(Type.String()) },
  { title: 'Health' },
);

export function infoRoutes(app: App, generations?: Generations, feed?: LiveFeed): void {
  app.get(
    '/v1/info',
    {
      schema: {
        operationId: 'getInfo',
        summary: 'The generation that is served',
        tags: ['server'],
        response: { 200: infoSchema },
      },
    },
    (request) => {
      const { snapshot } = request;
      const { generation } = snapshot;
      const { meta, graph } = generation;
      const largest = Array.from(generation.communities?.titles.keys() ?? []).slice(0, 50);
      return {
        requestId: request.id,
        generation: snapshot.id,
        name: typeof meta['name'] === 'string' ? meta['name'] : '',
        createdAt: typeof meta['createdAt'] === 'string' ? meta['createdAt'] : null,
        training: generations?.training ?? null,
        live: feed ? feed.status() : null,
        isTrained: meta['untrained'] !== true,
        counts: { pins: generation.pins.count, boards: generation.boards.count, saves: graph.saveCount },
        strategies: [...strategies],
        communities: largest.flatMap((community) => communityOf(snapshot, community) ?? []),
        meta,
      };
    },
  );

  app.get(
    '/health/live',
    {
      config: { scope: 'none' },
      schema: { operationId: 'isLive', summary: 'The process runs', tags: ['server'], response: { 200: healthSchema } },
    },
    () => ({ status: 'live' }),
  );

  app.get(
    '/health/ready',
    {
      config: { scope: 'none' },
      schema: {
        operationId: 'isReady',
        summary: 'Requests can be answered',
        tags: ['server'],
        response: { 200: healthSchema },
      },
    },
    async ({ snapshot }) => {
      const failure = await failureOf(snapshot);
      if (failure) throw failure; // 503: a copy that is whole should be asked
      return { status: 'ready', generation: snapshot.id };
    },
  );
}
