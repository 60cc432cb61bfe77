/**
 * How a request for a list is answered: its rules, its cursor, and the items of the page.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentName } from '../data/former-names.js';
import type { Item } from '../data/generation/items.js';
import { callerSignal } from './caller-signal.js';
import { decodeCursor, encodeCursor, type CursorScope } from './cursor.js';
import type { Diversity } from './diversity.js';
import { boardCard, payloadOf, round, type Asked, type Envelope, type Reason } from './envelope.js';
import { parseFilter } from './filter.js';
import type { KnownIds } from './known-ids.js';
import { leadsTo, sharedBoards } from './reasons.js';
import type { ListOptions, Recommendation } from './row-recommender.js';
import type { Snapshot } from './snapshot.js';

/** Which pins a list may hold, as a request says it. */
interface AskedRules extends Diversity {
  readonly exclude: readonly string[];
  readonly filter?: unknown;
  readonly minScore?: number | undefined;
  readonly freshness?: number | undefined;
  readonly explain?: boolean;
}

/** Which of the options decide a list. */
type Rules = Pick<ListOptions, 'exclude' | 'filter' | 'diversity' | 'minScore' | 'freshness' | 'explain'>;

/** The rules of a list out of a request; unknown ids are left out and gathered in `ids`. */
export function listRules(ids: KnownIds, asked: AskedRules): Rules {
  const { exclude, filter, diversity, perCommunity, perBoard, perAttribute, minScore, freshness, explain } = asked;
  return {
    exclude: ids.of(exclude),
    diversity: { diversity, perCommunity, perBoard, perAttribute },
    minScore,
    freshness,
    explain,
    ...(filter !== undefined && { filter: parseFilter(filter) }),
  };
}

/**
 * The cursor's scope: the path and all options but the page's own and those of what items carry, under current names; defaults were
 * filled in before.
 */
export function scopeOf(request: FastifyRequest, query: Readonly<Record<string, unknown>>): CursorScope {
  const rest = Object.entries(query)
    .filter(([name]) => !['limit', 'cursor', 'fields', 'explain'].includes(name))
    .map(([name, value]): [string, unknown] => {
      return [name, name === 'strategy' ? currentName('strategies', String(value)) : value];
    });
  const path = { path: request.routeOptions.url, params: request.params };
  return { generation: request.snapshot.id, query: { ...path, ...Object.fromEntries(rest) } };
}

/** What items carry, as a request says it. */
export type Fields = 'all' | 'payload' | 'ids' | 'vector';

/** Answers one page of a list: reads the cursor, asks for the page, fills the envelope. */
export async function answerList(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    /** Everything that decides the list, `limit` and `cursor` beside it. */
    readonly query: Readonly<Record<string, unknown>> & {
      readonly limit: number;
      readonly cursor?: string | undefined;
      readonly fields?: Fields;
    };
    /** @param signal  aborted when whoever asked has gone */
    readonly page: (offset: number, signal: AbortSignal) => Promise<Recommendation> | Recommendation;
    /** Ids that were asked with; read after `page`. */
    readonly ids: KnownIds;
  },
): Promise<Envelope> {
  const scope = scopeOf(request, options.query);
  const offset = decodeCursor(scope, options.query.cursor);
  const began = performance.now();
  const list = await options.page(offset, callerSignal(reply));
  const made = performance.now();
  const { fields = 'all' } = options.query;
  const items = listItems(request, list, { fields, offset });
  request.stages = { list: made - began, items: performance.now() - made };
  return {
    requestId: request.id,
    generation: request.snapshot.id,
    scoreKind: list.scoreKind,
    tookMs: round(reply.elapsedTime),
    fallback: list.fallback,
    unknown: options.ids.unknown,
    items,
    nextCursor: list.more ? encodeCursor(scope, offset + list.pins.length) : null,
  };
}

/** The items of a page. */
export function listItems(
  asked: Asked,
  list: Recommendation,
  { fields, offset = 0 }: { readonly fields: Fields; readonly offset?: number },
): Envelope['items'] {
  const { snapshot } = asked;
  const { graph, pins } = snapshot.generation;
  const explain = fields === 'all' ? sharedBoards(graph, list.queryPins) : undefined;
  const because = list.terms && leadsTo(graph, list.queryPins);
  return Array.from(list.pins, (pin, n) => {
    const place = {
      rank: offset + n + 1,
      score: list.scores[n] as number,
      ...(because && { explanation: explanationOf(snapshot, list, pin, because) }),
    };
    if (fields === 'ids') return { pinId: pins.table.ids[pin] as string, ...place };
    if (fields === 'vector') {
      return { pinId: pins.table.ids[pin] as string, ...place, vector: Array.from(snapshot.recommender.vectorOf(pin)) };
    }
    const item = pins.item(pin);
    const payload = payloadOf(asked, item);
    if (!explain) return { pinId: item.id, ...place, payload };
    const reasons = reasonsOf(snapshot, item, list.scoreKind === 'saves' ? undefined : explain);
    return { pinId: item.id, ...place, reasons, payload };
  });
}

function explanationOf(
  snapshot: Snapshot,
  { terms }: Recommendation,
  pin: number,
  because: ReturnType<typeof leadsTo>,
): NonNullable<Envelope['items'][number]['explanation']> {
  const led = because(pin);
  const from = led && snapshot.generation.pins.item(led.pin);
  return {
    terms: (terms?.get(pin) ?? []).map((term) => ({ ...term })),
    because: led && from ? { pinId: from.id, title: from.title, board: boardCard(snapshot, led.board) } : null,
  };
}

function reasonsOf(snapshot: Snapshot, item: Item, explain: ReturnType<typeof sharedBoards> | undefined): Reason[] {
  if (!explain) return [{ kind: 'saves', count: item.saves, boards: [] }];
  const { count, boards } = explain(item.row);
  if (count === 0) return [{ kind: 'alike', count: 0, boards: [] }];
  return [{ kind: 'sharedBoards', count, boards: boards.map((board) => boardCard(snapshot, board)) }];
}
