/**
 * Keys that callers show: what each may do, and how often. A file holds hashes, so that whoever reads it cannot ask.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { PinwalkError, shown } from '../../data/errors.js';
import { newHash } from '../../data/hash.js';
import { scopes } from './scopes.js';

const keySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(Type.Enum([...scopes]), { minItems: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Requests a minute; default: no limit. */
    perMinute: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

/** A key as its file has it. */
export type Key = Readonly<Static<typeof keySchema>>;

/** A new key and the line that stands for it in a file; the key itself is kept nowhere. */
export function newKey(options: Omit<Key, 'sha256'>): { readonly key: string; readonly line: string } {
  const key = `pw_${randomBytes(32).toString('base64url')}`;
  const { name, ...rest } = options;
  return { key, line: JSON.stringify({ name, sha256: hashOf(key).toString('hex'), ...rest }) };
}

/** The keys of one file. */
export class KeyRing {
  readonly #file: string;
  #keys: readonly { readonly key: Key; readonly hash: Buffer }[] = [];

  /**
   * @param file  a JSON array of keys, or a key a line; empty lines and those that begin with `#` are left out
   * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`
   */
  constructor(file: string) {
    this.#file = file;
    this.reload();
  }

  /** Reads the file again; where it cannot be read the keys of before hold. @throws as the constructor */
  reload(): void {
    this.#keys = readKeys(this.#file).map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
  }

  /** The key that was shown; every hash is compared, in time that does not depend on where they differ. */
  find(shownKey: string): Key | undefined {
    const hash = hashOf(shownKey);
    let found: Key | undefined;
    for (const own of this.#keys) if (timingSafeEqual(own.hash, hash)) found = own.key;
    return found;
  }
}

function hashOf(key: string): Buffer {
  return newHash().update(key).digest();
}

function readKeys(file: string): Key[] {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `keys: ${file} must be a file that can be read; make a line for it: npx pinwalk key NAME`;
    throw new PinwalkError('INPUT_MISSING', message, { cause: error });
  }
  const keys = text.trimStart().startsWith('[')
    ? listOf(parse(text, file), file)
    : text.split('\n').flatMap((line, n) => (/^\s*(?:#|$)/.test(line) ? [] : parse(line, `${file}, line ${n + 1}`)));
  const names = new Set<string>();
  return keys.map((key, n) => {
    if (!Value.Check(keySchema, key)) {
      const [first] = Value.Errors(keySchema, key);
      const must = `key ${n + 1} must have name, scopes of ${scopes.join(', ')}, sha256 and at most perMinute beside them`;
      throw invalid(file, must, `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim());
    }
    if (names.has(key.name)) throw invalid(file, 'each name must be there once', key.name);
    names.add(key.name);
    return key;
  });
}

function listOf(value: unknown, file: string): unknown[] {
  return Array.isArray(value) ? value : [parse('', file)];
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(where, 'a key must be JSON', text.slice(0, 80));
  }
}

function invalid(where: string, must: string, got: string): PinwalkError {
  return new PinwalkError(
    'INPUT_INVALID',
    `keys: ${where}: ${must} (got ${shown(got)}); make one: npx pinwalk key NAME`,
  );
}
