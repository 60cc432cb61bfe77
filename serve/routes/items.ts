/** One pin, its picture, one board. */
import { Type } from 'typebox';
import { entriesOf } from '../../graph/compressed-rows.js';
import type { App } from '../app.js';
import { boardCard, boardCardSchema, communityOf, communitySchema, payloadOf, payloadSchema } from '../envelope.js';
import { isKnownTag } from '../entity-tag.js';
import { sendProblem } from '../problems.js';

const idParams = Type.Object({ id: Type.String({ description: 'percent-encoded' }) });
const listedQuery = Type.Object(
  { limit: Type.Integer({ minimum: 0, maximum: 500, default: 50, description: 'how many of its saves to name' }) },
  { additionalProperties: false },
);
const stamp = { requestId: Type.String(), generation: Type.String() };

const pinSchema = Type.Object(
  {
    ...stamp,
    pinId: Type.String(),
    payload: payloadSchema,
    boards: Type.Array(boardCardSchema, { description: 'boards that hold it, in the order of the data' }),
  },
  { title: 'Pin' },
);

const boardSchema = Type.Object(
  {
    ...stamp,
    ...boardCardSchema.properties,
    community: Type.Union([communitySchema, Type.Null()]),
    attributes: Type.Record(Type.String(), Type.Unknown()),
    pins: Type.Array(Type.Object({ pinId: Type.String(), payload: payloadSchema }), {
      description: 'pins on it, in the order of the data',
    }),
  },
  { title: 'Board' },
);

const picture = {
  description: 'its bytes',
  content: { 'image/*': { schema: { type: 'string', format: 'binary' } } },
};

export function itemRoutes(app: App): void {
  app.get(
    '/v1/pins/:id',
    {
      schema: {
        operationId: 'getPin',
        summary: 'One pin',
        tags: ['browse'],
        params: idParams,
        querystring: listedQuery,
        response: { 200: pinSchema },
      },
    },
    (request) => {
      const { snapshot } = request;
      const { generation, recommender } = snapshot;
      const pin = recommender.pinRow(request.params.id);
      const boards = entriesOf(generation.graph.boardsOfPin, pin).subarray(0, request.query.limit);
      return {
        requestId: request.id,
        generation: snapshot.id,
        pinId: request.params.id,
        payload: payloadOf(request, generation.pins.item(pin)),
        boards: Array.from(boards, (board) => boardCard(snapshot, board)),
      };
    },
  );

  app.get(
    '/v1/pins/:id/picture',
    {
      schema: {
        operationId: 'getPicture',
        summary: "A pin's picture: SVG, PNG, JPEG, WebP or GIF",
        tags: ['browse'],
        params: idParams,
        response: { 200: picture, 304: { description: 'as the caller has it' } },
      },
    },
    async (request, reply) => {
      const { snapshot } = request;
      const pin = snapshot.recommender.pinRow(request.params.id);
      const etag = `"${snapshot.id}-${pin}"`;
      // The tag names the contents, so a picture may be kept until the generation changes.
      void reply.header('etag', etag).header('cache-control', 'public, max-age=3600');
      if (isKnownTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      const bytes = snapshot.generation.picture(pin);
      const type = bytes && pictureType(bytes);
      if (!type) {
        const detail = bytes
          ? `${request.params.id} is no image a browser shows`
          : `${request.params.id} has no picture`;
        void reply.removeHeader('etag').removeHeader('cache-control');
        return sendProblem(request, reply, { code: 'NOT_FOUND', detail: `picture: ${detail}` });
      }
      // Pictures come from the user's data: opened on its own, one must neither run scripts nor load anything.
      return reply
        .type(type)
        .header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; sandbox`)
        .header('x-content-type-options', 'nosniff')
        .send(Buffer.from(bytes));
    },
  );

  app.get(
    '/v1/boards/:id',
    {
      schema: {
        operationId: 'getBoard',
        summary: 'One board',
        tags: ['browse'],
        params: idParams,
        querystring: listedQuery,
        response: { 200: boardSchema },
      },
    },
    (request) => {
      const { snapshot } = request;
      const { generation, recommender } = snapshot;
      const board = recommender.boardRow(request.params.id);
      const item = generation.boards.item(board);
      const pins = entriesOf(generation.graph.pinsOfBoard, board).subarray(0, request.query.limit);
      return {
        requestId: request.id,
        generation: snapshot.id,
        ...boardCard(snapshot, board),
        community: communityOf(snapshot, item.community),
        attributes: { ...item.attributes },
        pins: Array.from(pins, (pin) => {
          const saved = generation.pins.item(pin);
          return { pinId: saved.id, payload: payloadOf(request, saved) };
        }),
      };
    },
  );
}

/** The media type by the first bytes; undefined when it is no image we know. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('GIF8')) return 'image/gif';
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'image/webp';
  if (/<svg[\s>]/i.test(start)) return 'image/svg+xml';
  return undefined;
}
