/**
 * The envelope of every list, and the cards in it: their schemas and how they are filled.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { currentName, formerNames } from '../data/former-names.js';
import type { Item, Match } from '../data/generation/items.js';
import { strategies, type Strategy } from '../train/ranking/settings.js';
import { callerSignal } from './caller-signal.js';
import { decodeCursor, encodeCursor, type CursorScope } from './cursor.js';
import { diversityFields } from './diversity-fields.js';
import type { Diversity } from './diversity.js';
import { filterForms, parseFilter } from './filter.js';
import type { KnownIds } from './known-ids.js';
import { sharedBoards } from './reasons.js';
import type { ListOptions, Recommendation } from './row-recommender.js';
import type { Snapshot } from './snapshot.js';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

/** A pin's or board's community. */
export const communitySchema = Type.Object(
  { community: Type.Integer(), title: Type.String(), size: Type.Integer() },
  { title: 'Community' },
);

/** What a page needs to show a pin. */
export const payloadSchema = Type.Object(
  {
    title: Type.String({ description: "'' where there is none" }),
    picture: nullable(Type.String({ description: 'path of the picture' })),
    saves: Type.Integer({ description: 'boards that hold the pin' }),
    community: nullable(communitySchema),
    attributes: Type.Record(Type.String(), Type.Unknown()),
  },
  { title: 'Payload' },
);

/** A board, named. */
export const boardCardSchema = Type.Object(
  {
    boardId: Type.String(),
    title: Type.String(),
    saves: Type.Integer({ description: 'pins on the board' }),
  },
  { title: 'BoardCard' },
);

const reasonSchema = Type.Object(
  {
    kind: Type.Enum(['sharedBoards', 'alike', 'saves', 'text'], {
      description:
        'sharedBoards: boards hold it and a pin that was asked with; alike: only its content or place in the graph is; ' +
        'saves: it is among the most saved; text: its title matches',
    }),
    count: Type.Integer({ description: 'shared boards, or saves' }),
    boards: Type.Array(boardCardSchema, { description: 'up to three of the shared boards, the most telling first' }),
  },
  { title: 'Reason' },
);

const itemSchema = Type.Object(
  {
    pinId: Type.String(),
    rank: Type.Integer({ description: 'from 1, over all pages' }),
    score: Type.Number({ description: 'higher is better; what it is stands in scoreKind' }),
    reasons: Type.Optional(Type.Array(reasonSchema)),
    payload: Type.Optional(payloadSchema),
  },
  { title: 'ListItem' },
);

/** Fields of every list. */
export const envelopeFields = {
  requestId: Type.String(),
  generation: Type.String({ description: 'short name of the contents answered from' }),
  scoreKind: Type.Enum([...strategies, 'saves', 'bm25']),
  tookMs: Type.Number(),
  fallback: nullable(
    Type.Enum(['embedding', 'walk', 'popular', 'anyWord', 'nearWord'], {
      description: 'what stood in for what was asked, else null',
    }),
  ),
  unknown: Type.Array(Type.String(), {
    description: 'ids of pins that were named and are not in this generation: left out, the first hundred listed',
  }),
  items: Type.Array(itemSchema),
  nextCursor: nullable(Type.String({ description: 'give it as cursor for the next page; null at the end' })),
};

/** A ranked list of pins. */
export const envelopeSchema = Type.Object(envelopeFields, { title: 'List' });
export type Envelope = Static<typeof envelopeSchema>;
type Payload = Static<typeof payloadSchema>;
type BoardCard = Static<typeof boardCardSchema>;
type Reason = Static<typeof reasonSchema>;

/** What of a request its answer depends on beside the question: the generation, and where links lead. */
type Asked = Pick<FastifyRequest, 'snapshot' | 'prefix'>;

/** Query options of every list. */
export const pageFields = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'length of a page' }),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: 'nextCursor of the page before' })),
};

const formerStrategies = Object.keys(formerNames.strategies) as (keyof typeof formerNames.strategies)[];

/** The strategy asked for, under its current name. */
export function currentStrategy(asked: Strategy | (typeof formerStrategies)[number]): Strategy {
  return currentName('strategies', asked) as Strategy;
}

/** Query options of every ranked list. */
export const rankingFields = {
  fields: Type.Enum(['all', 'payload', 'ids'], {
    default: 'all',
    description: 'what an item carries: everything; all but reasons; its id, rank and score',
  }),
  strategy: Type.Enum([...strategies, ...formerStrategies], {
    default: 'fused',
    description: `how pins are scored; ${formerStrategies.map((name) => `${name}: former name of ${formerNames.strategies[name]}`).join(', ')}`,
  }),
  exclude: Type.Array(Type.String(), {
    maxItems: 100,
    default: [],
    description: 'ids of pins to leave out; repeatable',
  }),
  filter: Type.Optional(Type.String({ maxLength: 8000, description: `JSON: ${filterForms}` })),
  ...diversityFields,
};

/** Which pins a list may hold, as a request says it. */
interface AskedRules extends Diversity {
  readonly exclude: readonly string[];
  readonly filter?: unknown;
}

/** The rules of a list out of a request; unknown ids are left out and gathered in `ids`. */
export function listRules(ids: KnownIds, asked: AskedRules): Pick<ListOptions, 'exclude' | 'filter' | 'diversity'> {
  const { exclude, filter, diversity, perCommunity, perBoard, perAttribute } = asked;
  return {
    exclude: ids.of(exclude),
    diversity: { diversity, perCommunity, perBoard, perAttribute },
    ...(filter !== undefined && { filter: parseFilter(filter) }),
  };
}

/**
 * The cursor's scope: the path and all options but the page's own and those of what items carry, under current names; defaults were
 * filled in before.
 */
export function scopeOf(request: FastifyRequest, query: Readonly<Record<string, unknown>>): CursorScope {
  const rest = Object.entries(query)
    .filter(([name]) => name !== 'limit' && name !== 'cursor' && name !== 'fields')
    .map(([name, value]): [string, unknown] => {
      return [name, name === 'strategy' ? currentName('strategies', String(value)) : value];
    });
  const path = { path: request.routeOptions.url, params: request.params };
  return { generation: request.snapshot.id, query: { ...path, ...Object.fromEntries(rest) } };
}

/** Answers one page of a list: reads the cursor, asks for the page, fills the envelope. */
export async function answerList(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    /** Everything that decides the list, `limit` and `cursor` beside it. */
    readonly query: Readonly<Record<string, unknown>> & {
      readonly limit: number;
      readonly cursor?: string | undefined;
      readonly fields?: 'all' | 'payload' | 'ids';
    };
    /** @param signal  aborted when whoever asked has gone */
    readonly page: (offset: number, signal: AbortSignal) => Promise<Recommendation> | Recommendation;
    /** Ids that were asked with; read after `page`. */
    readonly ids: KnownIds;
  },
): Promise<Envelope> {
  const { snapshot } = request;
  const scope = scopeOf(request, options.query);
  const offset = decodeCursor(scope, options.query.cursor);
  const list = await options.page(offset, callerSignal(reply));
  const { fields = 'all' } = options.query;
  const { graph, pins } = snapshot.generation;
  const explain = fields === 'all' ? sharedBoards(graph, list.queryPins) : undefined;
  const items = Array.from(list.pins, (pin, n) => {
    const place = { rank: offset + n + 1, score: list.scores[n] as number };
    if (fields === 'ids') return { pinId: pins.table.ids[pin] as string, ...place };
    const item = pins.item(pin);
    const payload = payloadOf(request, item);
    if (!explain) return { pinId: item.id, ...place, payload };
    const reasons = reasonsOf(snapshot, item, list.scoreKind === 'saves' ? undefined : explain);
    return { pinId: item.id, ...place, reasons, payload };
  });
  return {
    requestId: request.id,
    generation: snapshot.id,
    scoreKind: list.scoreKind,
    tookMs: round(reply.elapsedTime),
    fallback: list.fallback,
    unknown: options.ids.unknown,
    items,
    nextCursor: list.more ? encodeCursor(scope, offset + items.length) : null,
  };
}

/** Items for matches of the text index. */
export function matchItems(asked: Asked, matches: readonly Match[], offset: number): Envelope['items'] {
  return matches.map(({ row, score }, n) => {
    const item = asked.snapshot.generation.pins.item(row);
    const reasons: Reason[] = [{ kind: 'text', count: item.saves, boards: [] }];
    return { pinId: item.id, rank: offset + n + 1, score, reasons, payload: payloadOf(asked, item) };
  });
}

/** What a page needs to show a pin. */
export function payloadOf({ snapshot, prefix }: Asked, item: Item): Payload {
  const path = `${prefix}/v1/pins/${encodeURIComponent(item.id)}/picture`;
  return {
    title: item.title,
    picture: snapshot.generation.hasPicture(item.row) ? path : null,
    saves: item.saves,
    community: communityOf(snapshot, item.community),
    attributes: { ...item.attributes },
  };
}

/** A board, named. */
export function boardCard(snapshot: Snapshot, board: number): BoardCard {
  const { id, title, saves } = snapshot.generation.boards.item(board);
  return { boardId: id, title, saves };
}

/** A community by its number, or null. */
export function communityOf(snapshot: Snapshot, community: number | undefined): Static<typeof communitySchema> | null {
  const communities = snapshot.generation.communities;
  const title = community === undefined ? undefined : communities?.titles[community];
  if (community === undefined || title === undefined) return null;
  return { community, title, size: communities?.sizes[community] ?? 0 };
}

/** Milliseconds with two decimals. */
export function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

function reasonsOf(snapshot: Snapshot, item: Item, explain: ReturnType<typeof sharedBoards> | undefined): Reason[] {
  if (!explain) return [{ kind: 'saves', count: item.saves, boards: [] }];
  const { count, boards } = explain(item.row);
  if (count === 0) return [{ kind: 'alike', count: 0, boards: [] }];
  return [{ kind: 'sharedBoards', count, boards: boards.map((board) => boardCard(snapshot, board)) }];
}
