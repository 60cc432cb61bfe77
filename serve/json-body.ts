/**
 * Keeps a JSON body from being coerced: what is no text does not become an id.
 *
 * Ajv, as Fastify sets it, turns `null` into "", `true` into "true" and a number into its digits, which JSON.parse has rounded
 * beyond 2^53. That is right for query strings, where everything is text. Here it is refused, whole numbers below 2^53 aside.
 */
import { PinwalkError, shown } from '../data/errors.js';

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
      const of = schema.properties?.[name];
      if (of) refuseCoercion(own, of, `${where}.${name}`);
    }
  } else if (schema.type === 'string') {
    if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
      refuse(where, 'text, or a whole number below 2^53', value, '; write long ids in quotes');
    }
  } else if ((schema.type === 'integer' || schema.type === 'number') && typeof value !== 'number') {
    refuse(where, `${schema.type === 'integer' ? 'an integer' : 'a number'}`, value);
  }
}

function refuse(where: string, must: string, value: unknown, advice = ''): never {
  const got = shown(JSON.stringify(value) ?? 'nothing');
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${where}: must be ${must} (got ${got})${advice}`);
}
