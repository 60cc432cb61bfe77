/**
 * The one error class of Pinwalk, the closed list of its codes, and how messages show what was got.
 *
 * A message reads `where: what must hold (got value); what to do`, so that it can be acted on without the source. What files and
 * callers bring into it is made visible and cut: no message moves a cursor or fills a terminal.
 */
import { shortened, visibleText } from './visible-text.js';

/** Every code an error of ours can carry, with the situation it stands for. spec/errors.md lists the same table. */
export const errorCodes = {
  OPTION_OUT_OF_RANGE: 'an option or argument is not an accepted value',
  OPTION_UNKNOWN: 'an option name is not known',
  ROW_OUT_OF_RANGE: 'a pin or board row lies outside the graph',
  NOT_FOUND: 'a pin, board or run with this id does not exist',
  INPUT_MISSING: 'a file or folder that is needed does not exist',
  INPUT_INVALID: 'a file does not hold what its format promises',
  INPUT_REJECTED: 'rows were malformed, duplicate or unknown and --strict was given',
  EVENTS_LOST: 'a stream of events cannot go on from where the store stands',
  SPLIT_OVERLAP: 'a save stands in train and in test',
  STORAGE_FAILED: 'a file cannot be written: a full disk, missing rights, a name that is taken',
  GENERATION_INVALID: 'a file is not a generation this version can serve',
  CHECKPOINT_INVALID: 'a checkpoint is damaged or belongs to other data or another config',
  RUN_IN_USE: 'another process works in the folder of this run',
  BACKEND_UNAVAILABLE: 'a TensorFlow.js backend cannot be loaded here',
  TRAINING_DIVERGED: 'the loss is not finite or the embeddings collapsed',
  WORKER_FAILED: 'a worker thread ended with an error',
  OVERLOADED: 'more is asked than can be answered in time',
  SPARK_FAILED: 'a batch on a Spark cluster did not end well',
} as const;

/** A stable name for one kind of failure. */
export type ErrorCode = keyof typeof errorCodes;

/**
 * A caller's value as messages show it: as JSON where it is no text, cut after 80 characters.
 *
 * Of a value that is long or deep only the beginning is looked at: whoever sent it chose its size.
 */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : beginning(value);
  return shortened(text, 80);
}

/** Characters of the longest message. */
const mostText = 8000;

/** A message as anyone can print it; the advice at its end stays when its middle is left out. */
function printable(message: string): string {
  const lines = message.length <= mostText ? message : `${message.slice(0, 6000)} [...] ${message.slice(-1500)}`;
  return lines.split('\n').map(visibleText).join('\n');
}

/** More of the JSON than is shown: each of the first hundred values writes a character at least. */
function beginning(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  let left = 100;
  const cut = (_name: string, own: unknown): unknown => {
    if (left-- <= 0) return undefined;
    if (typeof own === 'bigint') return String(own);
    if (Array.isArray(own)) return own.slice(0, 100);
    return typeof own === 'string' ? own.slice(0, 100) : own;
  };
  return JSON.stringify(value, cut) ?? 'nothing';
}

/** An error a user can act on; anything else that is thrown is a bug. */
export class PinwalkError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(printable(message), options);
    this.name = 'PinwalkError';
    this.code = code;
  }
}
