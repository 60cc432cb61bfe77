/** Ranked lists of pins: related to a pin, ideas for a board, for several pins, and the most saved. */
import { Type } from 'typebox';
import { PinwalkError } from '../../data/errors.js';
import { answerList, listRules } from '../answer-list.js';
import type { App } from '../app.js';
import { attributeCaps, diversityFields } from '../diversity-fields.js';
import {
  currentStrategy,
  envelopeSchema,
  fieldsOption,
  pageFields,
  rankingFields,
  strengthOption,
} from '../envelope.js';
import { filterForms } from '../filter.js';
import { KnownIds } from '../known-ids.js';
import { maxQueryPins } from '../row-recommender.js';

const strict = { additionalProperties: false };
const idParams = Type.Object({ id: Type.String({ description: 'percent-encoded' }) });
const rankedQuery = Type.Object({ ...pageFields, ...rankingFields }, strict);
const popularQuery = Type.Object(
  {
    ...pageFields,
    ...fieldsOption,
    ...strengthOption,
    exclude: rankingFields.exclude,
    filter: rankingFields.filter,
    ...diversityFields,
    community: Type.Optional(
      Type.Integer({ minimum: 0, description: 'only pins of this community; /v1/info lists them' }),
    ),
  },
  strict,
);
export const weightedPins = Type.Array(
  Type.Object(
    {
      id: Type.String(),
      weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, default: 1, description: 'only ratios count' })),
    },
    strict,
  ),
  { minItems: 1, maxItems: maxQueryPins },
);
const recommendBody = Type.Object(
  {
    pins: Type.Optional(weightedPins),
    vector: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 1,
        maxItems: 4096,
        description: 'in place of pins: a vector as fields=vector gives them; the list is ranked by the cosine with it',
      }),
    ),
    negatives: Type.Array(Type.String(), {
      maxItems: maxQueryPins,
      default: [],
      description: 'ids of pins the answer should be unlike; together they count half as much as the pins',
    }),
    ...pageFields,
    ...rankingFields,
    exclude: Type.Array(Type.String(), { maxItems: 10_000, default: [], description: 'ids of pins to leave out' }),
    filter: Type.Optional(Type.Unsafe<object>({ type: 'object', title: 'Filter', description: filterForms })),
    ...attributeCaps,
  },
  strict,
);

export function listRoutes(app: App): void {
  app.get(
    '/v1/pins/:id/related',
    {
      schema: {
        operationId: 'similarPins',
        summary: 'Pins related to a pin',
        tags: ['recommend'],
        params: idParams,
        querystring: rankedQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, params, snapshot } = request;
      const strategy = currentStrategy(query.strategy);
      const ids = new KnownIds(snapshot.generation.pins);
      const rules = listRules(ids, query);
      return answerList(request, reply, {
        query,
        ids,
        page: (offset, signal) =>
          snapshot.recommender.similarPins(params.id, query.limit, { strategy, ...rules, offset, signal }),
      });
    },
  );

  app.get(
    '/v1/boards/:id/ideas',
    {
      schema: {
        operationId: 'recommendForBoard',
        summary: 'Pins that would fit a board',
        tags: ['recommend'],
        params: idParams,
        querystring: rankedQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, params, snapshot } = request;
      const strategy = currentStrategy(query.strategy);
      const ids = new KnownIds(snapshot.generation.pins);
      const rules = listRules(ids, query);
      return answerList(request, reply, {
        query,
        ids,
        page: (offset, signal) =>
          snapshot.recommender.recommendForBoard(params.id, query.limit, { strategy, ...rules, offset, signal }),
      });
    },
  );

  app.post(
    '/v1/recommend',
    {
      schema: {
        operationId: 'recommendForPins',
        summary: 'Pins that would fit a board of these pins',
        tags: ['recommend'],
        body: recommendBody,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { body, snapshot } = request;
      const { limit } = body;
      const strategy = currentStrategy(body.strategy);
      const ids = new KnownIds(snapshot.generation.pins);
      const { vector } = body;
      if ((body.pins === undefined) === (vector === undefined)) {
        const got = vector === undefined ? 'neither' : 'both';
        throw new PinwalkError('OPTION_OUT_OF_RANGE', `body: pins or vector must be given (got ${got})`);
      }
      if (vector && body.negatives.length > 0) {
        throw new PinwalkError(
          'OPTION_OUT_OF_RANGE',
          'body: negatives must go with pins (got a vector); subtract them from it',
        );
      }
      const pins = ids.of(body.pins ?? []);
      const negatives = ids.of(body.negatives);
      const rules = listRules(ids, body);
      const { recommender } = snapshot;
      return answerList(request, reply, {
        query: body,
        ids,
        page: (offset, signal) => {
          if (vector) return recommender.recommendForVector(vector, limit, { ...rules, offset, signal });
          // Of pins that are all unknown nothing is known, as of a board without pins.
          if (pins.length === 0)
            return { ...recommender.popularPins(limit, { ...rules, offset }), fallback: 'popular' };
          return recommender.recommendForPins(pins, limit, { strategy, ...rules, negatives, offset, signal });
        },
      });
    },
  );

  app.get(
    '/v1/pins',
    {
      schema: {
        operationId: 'popularPins',
        summary: 'The most saved pins, of all or of one community',
        tags: ['browse'],
        querystring: popularQuery,
        response: { 200: envelopeSchema },
      },
    },
    async (request, reply) => {
      const { query, snapshot } = request;
      const { limit, community } = query;
      const ids = new KnownIds(snapshot.generation.pins);
      const rules = listRules(ids, query);
      return answerList(request, reply, {
        query,
        ids,
        page: (offset) =>
          snapshot.recommender.popularPins(limit, { offset, ...rules, ...(community !== undefined && { community }) }),
      });
    },
  );
}
