/**
 * What the server says and where it is asked: answers of the HTTP API that this page reads, and their addresses.
 */

/** How a ranked list is made; the server knows more, these are the ones to compare. */
export const strategies = ['fused', 'embedding', 'walk'] as const;
export type Strategy = (typeof strategies)[number];

export interface Community {
  readonly community: number;
  readonly title: string;
  readonly size: number;
}

export interface BoardCard {
  readonly boardId: string;
  readonly title: string;
  /** Pins on it. */
  readonly saves: number;
}

export interface Payload {
  /** '' where there is none. */
  readonly title: string;
  /** Where it is for other programs; null where there is none. */
  readonly picture: string | null;
  /** Boards that hold it. */
  readonly saves: number;
  readonly community: Community | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A pin as lists and boards name it. */
export interface PinCard {
  readonly pinId: string;
  readonly payload: Payload;
}

export interface Reason {
  readonly kind: 'sharedBoards' | 'alike' | 'saves' | 'text';
  readonly count: number;
  readonly boards: readonly BoardCard[];
}

export interface ListItem extends PinCard {
  readonly rank: number;
  readonly reasons: readonly Reason[];
}

export interface List {
  readonly tookMs: number;
  readonly fallback: 'embedding' | 'walk' | 'popular' | 'anyWord' | 'nearWord' | null;
  readonly items: readonly ListItem[];
  readonly nextCursor: string | null;
  /** Of a search only. */
  readonly boards?: readonly BoardCard[];
}

export interface PinAnswer extends PinCard {
  readonly boards: readonly BoardCard[];
}

export interface BoardAnswer extends BoardCard {
  readonly community: Community | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly pins: readonly PinCard[];
}

export interface Info {
  readonly name: string;
  readonly createdAt: string | null;
  readonly counts: { readonly pins: number; readonly boards: number; readonly saves: number };
  readonly communities: readonly Community[];
  /** False where lists come from saves alone. */
  readonly isTrained: boolean;
  /** Of the next generation, where the server trains it. */
  readonly training: {
    readonly state: 'running' | 'finished' | 'failed';
    readonly stage: string;
    /** Of the stage, 0 to 1. */
    readonly done: number;
    /** Of the stage. */
    readonly secondsLeft: number | null;
  } | null;
}

/** The parts of a problem document that are for people. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

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
