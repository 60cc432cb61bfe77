/** What happens while a generation is served: events in, and whether a delete holds. */
import { Type } from 'typebox';
import { PinwalkError, shown } from '../../data/errors.js';
import type { App } from '../app.js';
import type { LiveFeed } from '../live/live-feed.js';
import type { EventRecord } from '../live/source.js';
import type { Deletion } from '../live/store.js';
import type { LiveView } from '../live-snapshot.js';

/** Events of one request, and its bytes. */
const [mostEvents, mostBytes] = [5_000, 4 << 20];

const ndjson = 'application/x-ndjson';

// No more is asked of a body by schema: one event that is none must not cost the others.
const body = {
  content: {
    'application/json': {
      schema: Type.Unsafe<unknown>({
        title: 'Events',
        description:
          '[{"eventId": "1", "type": "save", "board": "b", "pin": "p"}], or {"events": [...]}; types are ' +
          'save, unsave, pin, board, deletePin, deleteBoard, deleteOwner, impression, click, hide, unhide; ' +
          'time in milliseconds since 1970 or ISO 8601, default now',
      }),
    },
    [ndjson]: { schema: Type.Unsafe<unknown>({ description: 'one event a line' }) },
  },
};

const answer = Type.Object(
  {
    requestId: Type.String(),
    accepted: Type.Integer({ description: 'events that are new and in every list from now on' }),
    duplicates: Type.Integer({ description: 'events that were in already' }),
    deadLetters: Type.Array(
      Type.Object({ eventId: Type.Union([Type.String(), Type.Null()]), index: Type.Integer(), reason: Type.String() }),
      { description: 'what is no event, by its place in the request; the others are in' },
    ),
  },
  { title: 'EventsTaken' },
);

const deletionSchema = Type.Object(
  {
    requestId: Type.String(),
    generation: Type.String(),
    eventId: Type.String(),
    kind: Type.Enum(['pin', 'board', 'owner']),
    id: Type.String(),
    deletedAt: Type.String({ description: 'ISO 8601, as the event has it' }),
    state: Type.Enum(['gone', 'masked', 'restored'], {
      description:
        'gone: the file that is served does not have it; masked: the file has it and no answer does, until a generation without it ' +
        'is served; restored: it was described anew after the delete',
    }),
    inGeneration: Type.Integer({ description: 'pins and boards of the delete that the file still has' }),
  },
  { title: 'Deletion' },
);

/** Adds `POST /v1/events` and `GET /v1/deletions/:id`; without a feed both say how to start one. */
export async function eventRoutes(app: App, feed: LiveFeed | undefined): Promise<void> {
  // Lines are a body of this route alone; elsewhere they are refused as before.
  await app.register((own: App, _options, done) => {
    takingRoute(own, feed);
    done();
  });
  app.get(
    '/v1/deletions/:id',
    {
      schema: {
        operationId: 'getDeletion',
        summary: 'Whether a delete holds: gone from the generation that is served, or still masked',
        tags: ['live'],
        params: Type.Object({ id: Type.String({ description: 'eventId of the delete, percent-encoded' }) }),
        response: { 200: deletionSchema },
      },
    },
    (request) => {
      const { id, snapshot, params } = request;
      const deletion = opened(feed).store.deletion(params.id);
      if (!deletion || !snapshot.live) {
        const must = 'deletion: a delete with this eventId must have been applied';
        throw new PinwalkError('NOT_FOUND', `${must} (got ${shown(params.id)})`);
      }
      const { eventId, kind, id: of, time } = deletion;
      const found = inFile(deletion, snapshot.live);
      return {
        ...{ requestId: id, generation: snapshot.id, eventId, kind, id: of, deletedAt: new Date(time).toISOString() },
        state: stateOf(deletion, snapshot.live, found.length),
        inGeneration: found.length,
      };
    },
  );
}

function takingRoute(app: App, feed: LiveFeed | undefined): void {
  app.addContentTypeParser(ndjson, { parseAs: 'string' }, (_request, text, parsed) => parsed(null, text));
  app.post(
    '/v1/events',
    {
      config: { scope: 'write' },
      bodyLimit: mostBytes,
      schema: {
        operationId: 'sendEvents',
        summary: 'What was saved, changed, deleted, shown or hidden: lists see it at once',
        tags: ['live'],
        body,
        response: { 200: answer },
      },
    },
    (request) => {
      const records = recordsOf(request.body, Date.now());
      const { events: taken, duplicates, refused } = opened(feed).send(records);
      const deadLetters = refused.map(({ index, problem: reason }) => {
        return { eventId: idOf(records[index]), index, reason };
      });
      return { requestId: request.id, accepted: taken.length, duplicates, deadLetters };
    },
  );
}

function opened(feed: LiveFeed | undefined): LiveFeed {
  if (feed) return feed;
  const must = 'events: the server must have been started with live.sqlite (got one without)';
  throw new PinwalkError('NOT_FOUND', `${must}; start it with serve --live`);
}

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` */
function recordsOf(given: unknown, receivedAt: number): EventRecord[] {
  if (typeof given === 'string') {
    const lines = given.split('\n').filter((line) => line.trim() !== '');
    checkCount(lines.length);
    return lines.map((text) => ({ body: { text }, receivedAt }));
  }
  const list = Array.isArray(given) ? given : (given as { readonly events?: unknown } | null)?.events;
  if (!Array.isArray(list)) {
    const must = 'body: must be a list of events, {"events": [...]}, or one event a line as application/x-ndjson';
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must} (got ${shown(given)})`);
  }
  checkCount(list.length);
  return list.map((value: unknown) => ({ body: { value }, receivedAt }));
}

function checkCount(count: number): void {
  if (count <= mostEvents) return;
  const must = `body: must have at most ${mostEvents} events (got ${count})`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; send several requests`);
}

/** The id that a refused record gives itself, for whoever sent it. */
function idOf(record: EventRecord | undefined): string | null {
  const value = record && ('value' in record.body ? record.body.value : parsed(record.body.text));
  const id = (value as { readonly eventId?: unknown } | null | undefined)?.eventId;
  return typeof id === 'string' ? id.slice(0, 512) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Kinds and ids of what a delete is about, as far as the file has it. */
function inFile({ kind, id }: Deletion, { base }: LiveView): { readonly kind: 'pin' | 'board'; readonly id: string }[] {
  if (kind !== 'owner') {
    const items = kind === 'pin' ? base.pins : base.boards;
    return items.row(id) === undefined ? [] : [{ kind, id }];
  }
  return (['pin', 'board'] as const).flatMap((own) => {
    const { ids, attributes } = (own === 'pin' ? base.pins : base.boards).table;
    const rows = ids.filter((_, row) => String(attributes[row]?.['owner']) === id);
    return rows.map((found) => ({ kind: own, id: found }));
  });
}

function stateOf(deletion: Deletion, view: LiveView, count: number): 'gone' | 'masked' | 'restored' {
  const { kind, id } = deletion;
  const isThere =
    kind === 'owner'
      ? inFile(deletion, view).some((own) => view.state.row(own.kind, own.id) !== undefined)
      : view.state.row(kind, id) !== undefined;
  if (isThere) return 'restored';
  return count > 0 ? 'masked' : 'gone';
}
