/** Search over the titles of pins and boards. */
import { Type } from 'typebox';
import { scopeOf } from '../answer-list.js';
import type { App } from '../app.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { boardCard, boardCardSchema, envelopeFields, matchItems, pageFields, round } from '../envelope.js';
import { maxDepth } from '../row-recommender.js';
import { searchTitles } from '../search.js';

const query = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 200, description: 'words; each may be the beginning of a word' }),
    ...pageFields,
  },
  { additionalProperties: false },
);
const answer = Type.Object(
  {
    ...envelopeFields,
    boards: Type.Array(boardCardSchema, { description: 'the five best matching boards, the same on every page' }),
  },
  { title: 'SearchResult' },
);

export function searchRoutes(app: App): void {
  app.get(
    '/v1/search',
    {
      schema: {
        operationId: 'searchTitles',
        summary: 'Pins and boards whose titles match',
        tags: ['browse'],
        querystring: query,
        response: { 200: answer },
      },
    },
    (request, reply) => {
      const { snapshot } = request;
      const { q, limit, cursor } = request.query;
      const scope = scopeOf(request, request.query);
      const offset = decodeCursor(scope, cursor);
      const length = Math.min(limit, maxDepth - offset);
      const { matches, fallback } = searchTitles(snapshot.generation.pins, q, { limit: length + 1, offset });
      const boards = searchTitles(snapshot.generation.boards, q, { limit: 5, offset: 0 });
      return {
        requestId: request.id,
        generation: snapshot.id,
        scoreKind: 'bm25' as const,
        tookMs: round(reply.elapsedTime),
        fallback,
        unknown: [],
        items: matchItems(request, matches.slice(0, length), offset),
        nextCursor: matches.length > length && offset + length < maxDepth ? encodeCursor(scope, offset + length) : null,
        boards: boards.matches.map(({ row }) => boardCard(snapshot, row)),
      };
    },
  );
}
