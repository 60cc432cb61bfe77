/** Ranked lists of pins: related to a pin, ideas for a board, for several pins, and the most saved. */
import { Type } from 'typebox';
import type { App } from '../app.js';
import { answerList, currentStrategy, envelopeSchema, pageFields, rankingFields } from '../envelope.js';
import { refuseCoercion } from '../json-body.js';
import { maxQueryPins } from '../row-recommender.js';

const strict = { additionalProperties: false };
const idParams = Type.Object({ id: Type.String({ description: 'percent-encoded' }) });
const rankedQuery = Type.Object({ ...pageFields, ...rankingFields }, strict);
const popularQuery = Type.Object(
  {
    ...pageFields,
    exclude: rankingFields.exclude,
    community: Type.Optional(
      Type.Integer({ minimum: 0, description: 'only pins of this community; /v1/info lists them' }),
    ),
  },
  strict,
);
const recommendBody = Type.Object(
  {
    pins: Type.Array(
      Type.Object(
        { id: Type.String(), weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'default 1' })) },
        strict,
      ),
      { minItems: 1, maxItems: maxQueryPins },
    ),
    negatives: Type.Array(Type.String(), {
      maxItems: maxQueryPins,
      default: [],
      description: 'ids of pins the answer should be unlike; together they count half as much as the pins',
    }),
    ...pageFields,
    ...rankingFields,
  },
  strict,
);

export function listRoutes(app: App): void {
  app.get(
    '/v1/pins/:id/related',
    {
      schema: {
        summary: 'Pins related to a pin',
        tags: ['recommend'],
        params: idParams,
        querystring: rankedQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, params, snapshot } = request;
      const { exclude } = query;
      const strategy = currentStrategy(query.strategy);
      return answerList(request, reply, {
        query,
        page: (offset, signal) =>
          snapshot.recommender.similarPins(params.id, query.limit, { strategy, exclude, offset, signal }),
      });
    },
  );

  app.get(
    '/v1/boards/:id/ideas',
    {
      schema: {
        summary: 'Pins that would fit a board',
        tags: ['recommend'],
        params: idParams,
        querystring: rankedQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, params, snapshot } = request;
      const { exclude } = query;
      const strategy = currentStrategy(query.strategy);
      return answerList(request, reply, {
        query,
        page: (offset, signal) =>
          snapshot.recommender.recommendForBoard(params.id, query.limit, { strategy, exclude, offset, signal }),
      });
    },
  );

  app.post(
    '/v1/recommend',
    {
      schema: {
        summary: 'Pins that would fit a board of these pins',
        tags: ['recommend'],
        body: recommendBody,
        response: { 200: envelopeSchema },
      },
      preValidation: (request, _, done) => {
        refuseCoercion(request.body, recommendBody);
        done();
      },
    },
    async (request, reply) => {
      const { body, snapshot } = request;
      const { pins, limit, exclude, negatives } = body;
      const strategy = currentStrategy(body.strategy);
      return answerList(request, reply, {
        query: body,
        page: (offset, signal) =>
          snapshot.recommender.recommendForPins(pins, limit, { strategy, exclude, negatives, offset, signal }),
      });
    },
  );

  app.get(
    '/v1/pins',
    {
      schema: {
        summary: 'The most saved pins, of all or of one community',
        tags: ['browse'],
        querystring: popularQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, snapshot } = request;
      const { limit, exclude, community } = query;
      return answerList(request, reply, {
        query,
        page: (offset) =>
          snapshot.recommender.popularPins(limit, { offset, exclude, ...(community !== undefined && { community }) }),
      });
    },
  );
}
