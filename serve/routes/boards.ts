/** Lists of boards: like a board, and those that would suit a pin. */
import { Type, type Static } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.js';
import { boardsForPin, similarBoards, type RankedBoards } from '../board-lists.js';
import { callerSignal } from '../caller-signal.js';
import { boardCard, boardCardSchema, round } from '../envelope.js';

const params = Type.Object({ id: Type.String({ description: 'percent-encoded' }) });
const querystring = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'length of the list' }) },
  { additionalProperties: false },
);
const listSchema = Type.Object(
  {
    requestId: Type.String(),
    generation: Type.String({ description: 'short name of the contents answered from' }),
    tookMs: Type.Number(),
    items: Type.Array(
      Type.Object(
        {
          ...boardCardSchema.properties,
          rank: Type.Integer({ description: 'from 1' }),
          score: Type.Number({ description: 'higher is better; of one list alone' }),
          pins: Type.Array(Type.Object({ pinId: Type.String(), title: Type.String() }), {
            description: 'up to three pins of it that speak for it most',
          }),
        },
        { title: 'RankedBoard' },
      ),
    ),
  },
  { title: 'BoardList' },
);

/** Related pins that speak for boards. */
const relatedCount = 100;

/** Adds `GET /v1/boards/:id/similar` and `GET /v1/pins/:id/boards`. */
export function boardRoutes(app: App): void {
  const options = { tags: ['recommend'], params, querystring, response: { 200: listSchema } };
  app.get(
    '/v1/boards/:id/similar',
    { schema: { operationId: 'similarBoards', summary: 'Boards that share pins with a board', ...options } },
    (request, reply) => {
      const { generation, recommender } = request.snapshot;
      const board = recommender.boardRow(request.params.id);
      return answer(request, reply, similarBoards(generation.graph, board, request.query.limit));
    },
  );
  app.get(
    '/v1/pins/:id/boards',
    { schema: { operationId: 'boardsForPin', summary: 'Boards that would suit a pin', ...options } },
    async (request, reply) => {
      const { generation, recommender } = request.snapshot;
      const { id } = request.params;
      const pin = recommender.pinRow(id);
      const related = await recommender.similarPins(id, relatedCount, { signal: callerSignal(reply) });
      return answer(request, reply, boardsForPin(generation.graph, pin, { related, k: request.query.limit }));
    },
  );
}

function answer(
  { id, snapshot }: FastifyRequest,
  reply: FastifyReply,
  { boards, scores, pins }: RankedBoards,
): Static<typeof listSchema> {
  return {
    requestId: id,
    generation: snapshot.id,
    tookMs: round(reply.elapsedTime),
    items: boards.map((board, n) => ({
      ...boardCard(snapshot, board),
      rank: n + 1,
      score: scores[n] as number,
      pins: (pins[n] ?? []).slice(0, 3).map((pin) => {
        const { id: pinId, title } = snapshot.generation.pins.item(pin);
        return { pinId, title };
      }),
    })),
  };
}
