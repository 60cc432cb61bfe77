/** Many lists by one request: what a mail to many people or a page of many shelves needs. */
import { Type, type Static } from 'typebox';
import type { FastifyRequest } from 'fastify';
import { PinwalkError } from '../../data/errors.js';
import { listItems, listRules } from '../answer-list.js';
import type { App } from '../app.js';
import { callerSignal } from '../caller-signal.js';
import { attributeCaps } from '../diversity-fields.js';
import { currentStrategy, envelopeFields, pageFields, rankingFields, round } from '../envelope.js';
import { filterForms } from '../filter.js';
import { KnownIds } from '../known-ids.js';
import type { ListOptions, Recommendation } from '../row-recommender.js';
import { weightedPins } from './lists.js';

const strict = { additionalProperties: false };
const query = Type.Object(
  {
    pin: Type.Optional(Type.String({ description: 'an id: pins related to it' })),
    board: Type.Optional(Type.String({ description: 'an id: pins that would fit it' })),
    pins: Type.Optional(weightedPins),
  },
  { ...strict, description: 'one of pin, board and pins' },
);
type Query = Static<typeof query>;

/** Queries of one request, and how many of them wait for a list at a time: other requests come between. */
const [mostQueries, atOnce] = [100, 4];

const body = Type.Object(
  {
    queries: Type.Array(query, { minItems: 1, maxItems: mostQueries }),
    limit: pageFields.limit,
    ...rankingFields,
    exclude: Type.Array(Type.String(), { maxItems: 10_000, default: [], description: 'ids of pins to leave out' }),
    filter: Type.Optional(Type.Unsafe<object>({ type: 'object', title: 'Filter', description: filterForms })),
    ...attributeCaps,
  },
  strict,
);
const { scoreKind, fallback, items } = envelopeFields;
const answer = Type.Object(
  {
    requestId: envelopeFields.requestId,
    generation: envelopeFields.generation,
    tookMs: envelopeFields.tookMs,
    unknown: envelopeFields.unknown,
    lists: Type.Array(Type.Union([Type.Object({ scoreKind, fallback, items }, { title: 'BatchList' }), Type.Null()]), {
      description: 'one a query, in their order; null where its pin or board is unknown',
    }),
  },
  { title: 'Batch' },
);

/** Adds `POST /v1/batch`. */
export function batchRoutes(app: App): void {
  app.post(
    '/v1/batch',
    {
      schema: {
        operationId: 'recommendBatch',
        summary: 'Up to 100 lists of related pins and ideas',
        tags: ['recommend'],
        body,
        response: { 200: answer },
      },
    },
    async (request, reply) => {
      const { snapshot } = request;
      const { queries, limit, fields, strategy } = request.body;
      const ids = new KnownIds(snapshot.generation.pins);
      const rules = {
        ...listRules(ids, request.body),
        strategy: currentStrategy(strategy),
        signal: callerSignal(reply),
      };
      queries.forEach(checkQuery);
      const lists: Static<typeof answer>['lists'][number][] = queries.map(() => null);
      const left = queries.entries();
      const work = async (): Promise<void> => {
        for (const [n, own] of left) {
          const list = await listOf(request, own, { ids, limit, rules });
          if (!list) continue;
          lists[n] = {
            scoreKind: list.scoreKind,
            fallback: list.fallback,
            items: listItems(request, list, { fields }),
          };
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const { unknown } = ids;
      return { requestId: request.id, generation: snapshot.id, tookMs: round(reply.elapsedTime), unknown, lists };
    },
  );
}

function checkQuery({ pin, board, pins }: Query, n: number): void {
  const given = [pin, board, pins].filter((own) => own !== undefined).length;
  if (given === 1) return;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `body.queries.${n}: one of pin, board and pins must be given (got ${given})`,
  );
}

/** Undefined where what is asked about is not in the generation. */
async function listOf(
  { snapshot }: FastifyRequest,
  { pin, board, pins = [] }: Query,
  { ids, limit, rules }: { readonly ids: KnownIds; readonly limit: number; readonly rules: ListOptions },
): Promise<Recommendation | undefined> {
  const { generation, recommender } = snapshot;
  if (pin !== undefined) return ids.of([pin]).length > 0 ? recommender.similarPins(pin, limit, rules) : undefined;
  if (board !== undefined) {
    return generation.boards.row(board) === undefined ? undefined : recommender.recommendForBoard(board, limit, rules);
  }
  const known = ids.of(pins);
  if (known.length > 0) return recommender.recommendForPins(known, limit, rules);
  return { ...recommender.popularPins(limit, rules), fallback: 'popular' };
}
