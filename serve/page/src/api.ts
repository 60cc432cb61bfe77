/**
 * What the server says and where it is asked: answers of the HTTP API that this page reads, and their addresses.
 */

import type { Schemas } from '../../client/client.js';

/** How a ranked list is made; the server knows more, these are the ones to compare. */
export const strategies = ['fused', 'embedding', 'walk'] as const;
export type Strategy = (typeof strategies)[number];

export type Community = Schemas['Community'];
export type BoardCard = Schemas['BoardCard'];
export type Payload = Schemas['Payload'];
export type Reason = Schemas['Reason'];
export type PinAnswer = Schemas['Pin'];
export type BoardAnswer = Schemas['Board'];
export type Info = Schemas['Info'];

/** A pin as lists and boards name it. */
export type PinCard = Pick<PinAnswer, 'pinId' | 'payload'>;

/** Lists are asked for with all that an item carries. */
export type ListItem = Required<Schemas['ListItem']>;
export type List = Omit<Schemas['List'], 'items'> & {
  readonly items: readonly ListItem[];
  /** Of a search only. */
  readonly boards?: readonly BoardCard[];
};

/** The parts of a problem document that are for people. */
export type Problem = Pick<Schemas['Problem'], 'status' | 'title' | 'detail'>;

/** Pins of one page of a list; divisible by most column counts. */
const pageLength = 48;

/** The most boards of a pin, or pins of a board, that the server names at once. */
const mostNamed = 500;

const encode = encodeURIComponent;

// Relative to the page, which lies where the API begins: the server may be a part of another, or behind a proxy that cuts paths.
export const infoUrl = 'v1/info';
export const pinUrl = (id: string): string => `v1/pins/${encode(id)}?limit=${mostNamed}`;
export const boardUrl = (id: string): string => `v1/boards/${encode(id)}?limit=${mostNamed}`;
export const popularUrl = (community?: number): string =>
  `v1/pins?limit=${pageLength}${community === undefined ? '' : `&community=${community}`}`;
export const searchUrl = (text: string): string => `v1/search?q=${encode(text)}&limit=${pageLength}`;
export const relatedUrl = (id: string, strategy: Strategy): string =>
  `v1/pins/${encode(id)}/related?strategy=${strategy}&limit=${pageLength}`;
export const ideasUrl = (id: string, strategy: Strategy): string =>
  `v1/boards/${encode(id)}/ideas?strategy=${strategy}&limit=${pageLength}`;

export const pictureUrl = (id: string): string => `v1/pins/${encode(id)}/picture`;
export const descriptionUrl = 'openapi.json';

/** A pin's or board's name: its title, or its id where it has none. */
export const pinName = ({ pinId, payload }: PinCard): string => payload.title || pinId;
export const boardName = ({ boardId, title }: BoardCard): string => title || boardId;

/** What `ask` rejects with. */
export class AskError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/**
 * Gets an answer.
 *
 * @throws AskError with the server's problem, or one that says that there was no answer; AbortError when aborted
 */
export async function ask<T>(url: string, signal: AbortSignal): Promise<T> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    body = await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new AskError({ status: 0, title: 'The server did not answer', detail: 'Is it still running?' });
  }
  if (response.ok) return body as T;
  const { title = response.statusText, detail = '' } = body as Partial<Problem>;
  throw new AskError({ status: response.status, title, detail });
}
