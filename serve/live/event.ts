/**
 * What happens to pins and boards while a generation is served, as one flat record, checked when it comes in.
 *
 * Events of one thing are put in order by `time` and, where times are equal, by `eventId`; nothing depends on the order they come in.
 */
import { isWeight, weightMust } from '../../data/checks.js';
import type { Attributes } from '../../data/collection.js';
import { PinwalkError, shown } from '../../data/errors.js';

/** What an event of each type must have beside `eventId`, and may have beside `time`. */
const fieldsOf = {
  save: { must: ['board', 'pin'], may: ['weight'] },
  unsave: { must: ['board', 'pin'], may: [] },
  pin: { must: ['pin'], may: ['title', 'owner', 'attributes'] },
  board: { must: ['board'], may: ['title', 'owner', 'attributes'] },
  deletePin: { must: ['pin'], may: [] },
  deleteBoard: { must: ['board'], may: [] },
  deleteOwner: { must: ['owner'], may: [] },
  impression: { must: ['board', 'pin'], may: [] },
  click: { must: ['board', 'pin'], may: [] },
  hide: { must: ['pin'], may: ['board'] },
  unhide: { must: ['pin'], may: ['board'] },
} as const;

/** The types of events. */
export type EventType = keyof typeof fieldsOf;

/** An event that was checked. */
export interface LiveEvent {
  /** Given by who made it; the same id is the same event, however often it comes. */
  readonly eventId: string;
  readonly type: EventType;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly board?: string;
  readonly pin?: string;
  readonly owner?: string;
  readonly title?: string;
  readonly attributes?: Attributes;
  /** Above 0; of a save, default 1. */
  readonly weight?: number;
}

/** Longest id, in UTF-16 units. */
const longestId = 512;
/** Control characters, and halves of characters that SQLite would write as others. */
const unfitForIds = /[\p{Cc}\p{Surrogate}]/u;
const longestTitle = 2_000;
const longestAttributes = 20_000;

/** How far a clock may run ahead of when its event was received: a time far off would win against everything that follows. */
const clockAheadMs = 86_400_000;

/** The last moment a Date can name. */
const lastTime = 8.64e15;

/**
 * Checks what came in as an event.
 *
 * @param value  parsed JSON; `time` as milliseconds since 1970 or in ISO 8601 with its zone
 * @param receivedAt  milliseconds since 1970, as the stream or the server noted it; stands in for a missing time
 * @throws PinwalkError `INPUT_INVALID`, in words for who made the event
 *
 * `pin` and `board` describe the whole item: what they leave out is empty.
 */
export function readEvent(value: unknown, receivedAt?: number): LiveEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('event', 'must be an object', value);
  const fields = value as Readonly<Record<string, unknown>>; // an object, and every field is checked below
  const type = fields['type'];
  if (!isEventType(type)) refuse('event.type', `must be one of ${Object.keys(fieldsOf).join(', ')}`, type);
  const { must, may } = fieldsOf[type];
  const known: readonly string[] = ['eventId', 'type', 'time', ...must, ...may];
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) refuse(`event.${shown(name)}`, `must be one of ${known.join(', ')} in a ${type}`, name);
  }
  const id = (name: string): string => idOf(name, fields[name]);
  const given = Object.fromEntries(
    [...must, ...may.filter((name) => fields[name] !== undefined)].map((name) => [name, read(name, fields[name])]),
  );
  return { eventId: id('eventId'), type, time: timeOf(fields['time'], receivedAt), ...given };
}

function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && Object.hasOwn(fieldsOf, type);
}

function read(name: string, value: unknown): unknown {
  if (name === 'weight') return weightOf(value);
  if (name === 'title') return titleOf(value);
  if (name === 'attributes') return attributesOf(value);
  return idOf(name, value);
}

function idOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= longestId && !unfitForIds.test(value))
    return value;
  return refuse(`event.${name}`, `must be text of 1 to ${longestId} characters without control characters`, value);
}

function weightOf(value: unknown): number {
  if (typeof value === 'number' && isWeight(value)) return value;
  return refuse('event.weight', `must be ${weightMust}`, value);
}

function titleOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= longestTitle && !/\p{Surrogate}/u.test(value)) return value;
  return refuse('event.title', `must be text of at most ${longestTitle} characters`, value);
}

function attributesOf(value: unknown): Attributes {
  const must = `must be an object of texts, finite numbers and booleans, at most ${longestAttributes} characters in all`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('event.attributes', must, value);
  for (const entry of Object.values(value)) {
    const isPlain = typeof entry === 'string' || typeof entry === 'boolean' || Number.isFinite(entry);
    if (!isPlain) refuse('event.attributes', must, value);
  }
  if (JSON.stringify(value).length > longestAttributes) refuse('event.attributes', must, value);
  return value as Attributes; // every entry was looked at
}

function timeOf(value: unknown, receivedAt: number | undefined): number {
  if (value === undefined) {
    return receivedAt ?? refuse('event.time', 'must be given where the stream notes none', value);
  }
  const hasZone = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value);
  const time = hasZone ? Date.parse(value) : value;
  if (typeof time !== 'number' || !(time >= 0 && time <= lastTime)) {
    return refuse('event.time', 'must be milliseconds since 1970, or ISO 8601 with its zone', value);
  }
  if (receivedAt !== undefined && time > receivedAt + clockAheadMs) {
    refuse('event.time', 'must be at most a day after the event was received', value);
  }
  return time;
}

function refuse(where: string, must: string, value: unknown): never {
  throw new PinwalkError('INPUT_INVALID', `${where}: ${must} (got ${shown(value)})`);
}
