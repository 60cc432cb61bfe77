/**
 * What a server answers from while it changes: the generation served now, the one before, and how a new one takes its place.
 *
 * A request takes the generation that is served when it comes, and keeps it to its end. The one before stays open for a rollback; one
 * older still is closed when the last of its requests has ended. A new one is opened, checked and asked first; one that fails is refused, and all stays as it was.
 */
import { PinwalkError } from '../../data/errors.js';
import type { Snapshot } from '../snapshot.js';
import { checkGeneration } from './checks.js';
import type { Served } from './served.js';

/** A snapshot for one request. */
export interface Taken {
  readonly snapshot: Snapshot;
  /** Called once, when the request has ended. */
  release(): void;
}

/** How far a training is that will bring the next generation. */
export interface TrainingState {
  readonly state: 'running' | 'finished' | 'failed';
  /** What it is at, in words of the run. */
  readonly stage: string;
  /** Of the stage, from 0 to 1. */
  readonly done: number;
  /** Of the stage, in seconds; null where it is not known yet. */
  readonly secondsLeft: number | null;
}

/** Opens a generation with its threads. */
export type OpenServed = () => Promise<Served>;

/** A generation with the number of requests that use it. */
interface Held {
  readonly served: Served;
  users: number;
  /** Served now, or kept for a rollback. */
  isKept: boolean;
}

/** The generations of one server. */
export class Generations {
  #current: Held;
  /** Kept open, since its file may be another one by now. */
  #before: Held | undefined;
  readonly #closing = new Set<Promise<void>>();
  /** Loads one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A load that was asked for and has not begun. */
  #asked: Promise<boolean> | undefined;
  /** Told by whoever trains the next one. */
  training: TrainingState | undefined;
  /** Opens what is followed, as it is now; undefined where nothing is. */
  newest: OpenServed | undefined;

  private constructor(served: Served) {
    this.#current = { served, users: 0, isKept: true };
  }

  /** @throws what opening and the checks throw */
  static async open(open: OpenServed): Promise<Generations> {
    return new Generations(await open());
  }

  get current(): Snapshot {
    return this.#current.served.snapshot;
  }

  /** The generation for a request that begins now. */
  take(): Taken {
    const held = this.#current;
    held.users++;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      held.users--;
      this.#closeUnused(held);
    };
    return { snapshot: held.served.snapshot, release };
  }

  /**
   * Serves another generation from the next request on, once it is checked.
   *
   * @returns whether it is another one; the same contents are not loaded twice
   * @throws PinwalkError what opening throws, and `GENERATION_INVALID` by the checks; the one before is served on then
   */
  load(open: OpenServed): Promise<boolean> {
    return this.#inTurn(async () => {
      const served = await open();
      try {
        if (served.snapshot.id === this.current.id) {
          await served.close();
          return false;
        }
        await checkGeneration(served.snapshot, this.current);
      } catch (error) {
        await served.close();
        throw error;
      }
      const oldest = this.#before;
      this.#before = this.#current;
      this.#current = { served, users: 0, isKept: true };
      if (oldest) {
        oldest.isKept = false;
        this.#closeUnused(oldest);
      }
      return true;
    });
  }

  /**
   * As `load`, for callers who may be many: those who ask while such a load waits for its turn share it, so that no more than one runs
   * and one waits.
   */
  loadAsked(open: OpenServed): Promise<boolean> {
    this.#asked ??= this.load(() => {
      this.#asked = undefined;
      return open();
    });
    return this.#asked;
  }

  /**
   * Serves the generation before again; the one served now becomes the one before.
   *
   * @throws PinwalkError `NOT_FOUND` where there is none
   */
  rollback(): void {
    const before = this.#before;
    if (!before) {
      throw new PinwalkError('NOT_FOUND', 'rollback: another generation must have been served before (got none)');
    }
    this.#before = this.#current;
    this.#current = before;
  }

  /** Closes all; requests have ended. */
  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await Promise.all(this.#closing);
    await this.#before?.served.close();
    await this.#current.served.close();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.catch(() => undefined).then(work);
    this.#turn = result;
    return result;
  }

  #closeUnused(held: Held): void {
    if (held.isKept || held.users > 0) return;
    const closing = held.served.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
