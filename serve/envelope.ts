/**
 * The envelope of every list, and the cards in it: their schemas and how they are filled.
 */
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { currentName, formerNames } from '../data/former-names.js';
import type { Item, Match } from '../data/generation/items.js';
import { scoreNames, strategies, type Strategy } from '../train/ranking/settings.js';
import { diversityFields } from './diversity-fields.js';
import { filterForms } from './filter.js';
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

const explanationSchema = Type.Object(
  {
    terms: Type.Array(Type.Object({ score: Type.Enum([...scoreNames]), value: Type.Number() }), {
      description: 'what each score gives, largest first; for a pin with saves they add up to its score',
    }),
    because: nullable(
      Type.Object(
        { pinId: Type.String(), title: Type.String(), board: boardCardSchema },
        { description: 'the pin that was asked with which leads here most, and the board it goes through' },
      ),
    ),
  },
  { title: 'Explanation' },
);

const itemSchema = Type.Object(
  {
    pinId: Type.String(),
    rank: Type.Integer({ description: 'from 1, over all pages' }),
    score: Type.Number({ description: 'higher is better; what it is stands in scoreKind' }),
    reasons: Type.Optional(Type.Array(reasonSchema)),
    payload: Type.Optional(payloadSchema),
    explanation: Type.Optional(explanationSchema),
    vector: Type.Optional(Type.Array(Type.Number(), { description: 'of length 1; empty where there is none' })),
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
export type BoardCard = Static<typeof boardCardSchema>;
export type Reason = Static<typeof reasonSchema>;

/** What of a request its answer depends on beside the question: the generation, and where links lead. */
export type Asked = Pick<FastifyRequest, 'snapshot' | 'prefix'>;

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

/** What an item carries. */
export const fieldsOption = {
  fields: Type.Enum(['all', 'payload', 'ids', 'vector'], {
    default: 'all',
    description: 'what an item carries: everything; all but reasons; its id, rank and score; these and its vector',
  }),
};

/** What keeps pins out of a list. */
export const strengthOption = {
  minScore: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: "only pins whose score is at least this share of the best one's, where that is above 0",
    }),
  ),
};

/** Query options of every ranked list. */
export const rankingFields = {
  ...fieldsOption,
  explain: Type.Boolean({ default: false, description: 'say what each score gives, and because of which pin' }),
  freshness: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'least share of the places for pins that nobody has saved yet, spread evenly; not with diversity',
    }),
  ),
  strategy: Type.Enum([...strategies, ...formerStrategies], {
    default: 'fused',
    description: `how pins are scored; ${formerStrategies.map((name) => `${name}: former name of ${formerNames.strategies[name]}`).join(', ')}`,
  }),
  exclude: Type.Array(Type.String(), {
    maxItems: 100,
    default: [],
    description: 'ids of pins to leave out; repeatable',
  }),
  ...strengthOption,
  filter: Type.Optional(Type.String({ maxLength: 8000, description: `JSON: ${filterForms}` })),
  ...diversityFields,
};

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
