/**
 * Keeps requests from being coerced: what is no text does not become an id, and what is no decimal number no number.
 *
 * Ajv, as Fastify sets it, turns `null` into "", `true` into "true" and a number into its digits, which JSON.parse has rounded
 * beyond 2^53. That is right for query strings, where everything is text. In a body it is refused, whole numbers below 2^53 aside.
 * And it takes for a number whatever JavaScript does: `Infinity`, `0x10`, `1e400`, and of a body's 1e400 what JSON.parse made of it.
 * How long all that takes depends on how many values a body has: they are counted before it is parsed.
 */
import { PinwalkError, shown } from '../data/errors.js';
import type { App } from './app.js';

/** Values of a body at most: every pin to leave out and every pin to begin with, and some. */
export const mostValues = 12_000;

/** Reads bodies as Fastify does, those with more than `mostValues` aside; they are OPTION_OUT_OF_RANGE. */
export function addJsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (countValues(text) <= mostValues) return parse(request, text, done);
    const must = `body: must have at most ${mostValues} values (got more)`;
    done(new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; ask several times`));
  });
}

/**
 * How many values a JSON text has, or up to twice as many where they are lists and objects; whether it is JSON is not asked.
 *
 * A megabyte takes 2 ms; to parse one takes up to 50 ms, and more to look at it.
 */
export function countValues(text: string): number {
  let count = 1;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) isInText = !isInText;
    else if (isInText && character === backslash) at++;
    else if (!isInText && (character === comma || character === bracket || character === brace)) count++;
  }
  return count;
}

const [quote, backslash, comma, bracket, brace] = ['"', '\\', ',', '[', '{'].map((own) => own.charCodeAt(0));

/** The parts of a JSON schema that this looks at. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/**
 * Checks the types of a body against its schema; what else the schema asks for is Ajv's to check.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` with the place in the body
 */
export function refuseCoercion(value: unknown, asked: object, where = 'body'): void {
  const schema = asked as Schema; // a JSON schema, of which other keywords are left to Ajv
  if (schema.type === 'array') {
    if (!Array.isArray(value)) refuse(where, 'an array', value);
    value.forEach((item: unknown, i) => schema.items && refuseCoercion(item, schema.items, `${where}.${i}`));
  } else if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object', value);
    for (const [name, own] of Object.entries(value)) {
      const of = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (of) refuseCoercion(own, of, `${where}.${name}`);
    }
  } else if (schema.type === 'string') {
    if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
      refuse(where, 'text, or a whole number below 2^53', value, '; write long ids in quotes');
    }
  } else if (schema.type === 'boolean' && typeof value !== 'boolean') {
    refuse(where, 'true or false', value);
  } else if (schema.type === 'integer' && !Number.isSafeInteger(value)) {
    refuse(where, 'an integer', value);
  } else if (schema.type === 'number' && !Number.isFinite(value)) {
    refuse(where, 'a number', value);
  }
}

/** How numbers are written in a query string. */
const decimals: Readonly<Record<string, { readonly form: RegExp; readonly name: string }>> = {
  integer: { form: /^-?\d{1,15}$/, name: 'an integer in decimal digits' },
  number: { form: /^-?\d{1,15}(?:\.\d{1,15})?$/, name: 'a number in decimal digits' },
};

/**
 * Checks that numbers of a query string are written in decimal digits, before Ajv reads them.
 *
 * @param value  as the query string was parsed: text, or a list of texts where a name stands twice
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` with the option's name
 */
export function refuseOddNumbers(value: unknown, asked: object): void {
  const { properties = {} } = asked as Schema; // as above
  for (const [name, own] of Object.entries(value as Record<string, unknown>)) {
    const decimal = Object.hasOwn(properties, name) ? decimals[properties[name]?.type ?? ''] : undefined;
    if (decimal && typeof own === 'string' && !decimal.form.test(own)) refuse(`query.${name}`, decimal.name, own);
  }
}

function refuse(where: string, must: string, value: unknown, advice = ''): never {
  const got = typeof value === 'number' ? String(value) : shown(value);
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${where}: must be ${must} (got ${got})${advice}`);
}
