/** Requests drawn out of an OpenAPI document: what it allows, what lies at its bounds, and what it forbids. */
import { randomInteger, type Random } from '../../data/random.js';

/** A JSON schema, as far as drawing needs it. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** One method of one address. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly body: Schema | undefined;
  /** Of an answer with status 200, where the document has one. */
  readonly answer: Schema | undefined;
}

/** The parts of the document that are read. */
interface Described {
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** Every operation of a document, with named schemas where they are referred to. */
export function operationsOf(document: unknown): Operation[] {
  const { components } = document as { components: { schemas: Record<string, unknown> } }; // as the server writes it
  const whole = (value: unknown, within: readonly string[] = []): unknown => {
    if (Array.isArray(value)) return value.map((item) => whole(item, within));
    if (typeof value !== 'object' || value === null) return value;
    const name = '$ref' in value ? String(value.$ref).slice('#/components/schemas/'.length) : undefined;
    if (name === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, whole(own, within)]));
    // Of what holds itself the inner one may be anything.
    return within.includes(name) ? {} : whole(components.schemas[name], [...within, name]);
  };
  const paths = whole((document as { paths: unknown }).paths) as Record<string, Record<string, Described>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json']?.schema,
      answer: responses['200']?.content?.['application/json']?.schema,
    })),
  );
}

/** A request as it is sent. */
export interface DrawnRequest {
  readonly method: string;
  /** Address with its query, percent-encoded or deliberately not. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const oddTexts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e400',
    'Infinity',
    'NaN',
    '0x10',
    '1e1',
    'null',
    'true',
    '[]',
    '{}',
    '__proto__',
    'constructor',
  ],
  ...[
    '%',
    '%00',
    '%E0%A4%A',
    '../..',
    '"',
    "'; DROP TABLE pins",
    '*',
    'a AND b NEAR(c)',
    '☂',
    '\u{1f600}',
    '\ud800',
    'ﷺ'.repeat(18),
  ],
  ...['x'.repeat(300), 'x'.repeat(3000), 'WyJhIiwiYiIsMV0', '9'.repeat(40), '2026-12-01', '-0', '1.5', '\u0000'],
];
const oddValues: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    2 ** 53,
    '',
    'x'.repeat(2000),
    [],
    {},
    [[[]]],
    { id: {} },
    [null],
    '\ud800',
    1e-320,
    3e38,
  ],
];

/** Draws requests of one operation; equal streams draw equal requests. */
export class RequestSource {
  readonly #random: Random;
  readonly #ids: readonly string[];
  /** A cursor that the server gave, to be used again; it may not belong to what is asked. */
  cursor = 'none';

  constructor(random: Random, ids: readonly string[]) {
    this.#random = random;
    this.#ids = ids;
  }

  draw(operation: Operation): DrawnRequest {
    const { method, parameters, body } = operation;
    const path = operation.path.replace(/\{(\w+)\}/g, () => this.#encoded(this.#text({ type: 'string' }, 'id')));
    const query = parameters
      .filter((parameter) => parameter.in === 'query')
      .flatMap(({ name, schema }) => this.#option(name, schema));
    if (this.#chance(0.03)) query.push(`${this.#encoded(this.#pick(oddTexts))}=${this.#encoded(this.#pick(oddTexts))}`);
    const address = query.length > 0 ? `${path}?${query.join('&')}` : path;
    const headers: Record<string, string> = {};
    if (this.#chance(0.05)) headers['if-none-match'] = this.#pick(['*', 'W/"a", "b"', '"', ',,,']);
    if (this.#chance(0.02)) headers['accept-encoding'] = this.#pick(['gzip', 'br;q=x', '*']);
    if (!body)
      return {
        method: this.#chance(0.02) ? this.#pick(['HEAD', 'OPTIONS', 'DELETE', 'PATCH']) : method,
        path: address,
        headers,
        body: undefined,
      };
    headers['content-type'] = this.#chance(0.97)
      ? 'application/json'
      : this.#pick(['text/plain', 'application/xml', ';', 'application/json;charset=x']);
    return { method, path: address, headers, body: this.#json(body) };
  }

  #json(schema: Schema): string {
    const text = JSON.stringify(this.#value(schema, 'body'));
    if (this.#chance(0.95)) return text;
    const at = randomInteger(this.#random, text.length + 1);
    return this.#pick([
      () => text.slice(0, at),
      () => `${text.slice(0, at)}${this.#pick(oddTexts)}${text.slice(at)}`,
      () => '['.repeat(1 + at * 50),
      () => text.replace(/\d/, '1e400'),
      () => `{"${'k'.repeat(at * 20)}":1}`,
    ])();
  }

  #option(name: string, schema: Schema): string[] {
    if (this.#chance(0.8)) return [];
    const one = (): string => `${name}=${this.#encoded(this.#text(schema, name))}`;
    return Array.from(
      { length: schema.type === 'array' || this.#chance(0.03) ? 1 + randomInteger(this.#random, 3) : 1 },
      one,
    );
  }

  /** A value of a parameter, as text: mostly allowed. */
  #text(schema: Schema, name: string): string {
    if (this.#chance(0.12)) return this.#pick(oddTexts);
    const value = this.#value(schema.type === 'array' ? (schema.items ?? {}) : schema, name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  #value(schema: Schema, name: string): unknown {
    if (this.#chance(0.03)) return this.#pick(oddValues);
    if (schema.enum) return this.#pick(schema.enum);
    if (schema.anyOf) return this.#value(this.#pick(schema.anyOf), name);
    switch (schema.type) {
      case 'object': {
        const names = Object.entries(schema.properties ?? {});
        const kept = names.filter(([own]) => schema.required?.includes(own) === true || this.#chance(0.5));
        return Object.fromEntries(kept.map(([own, of]) => [own, this.#value(of, own)]));
      }
      case 'array': {
        const length = this.#chance(0.02) ? (schema.maxItems ?? 200) + 1 : randomInteger(this.#random, 6);
        return Array.from({ length }, () => this.#value(schema.items ?? {}, name));
      }
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = 100 } = schema;
        if (this.#chance(0.2)) return this.#pick([minimum, maximum, minimum - 1, maximum + 1]);
        const drawn = minimum + this.#random() * (maximum - minimum);
        return schema.type === 'integer' ? Math.round(drawn) : drawn * 10 ** (randomInteger(this.#random, 80) - 40);
      }
      case 'boolean':
        return this.#chance(0.5);
      default:
        if (name === 'cursor') return this.cursor;
        if (name === 'filter') return JSON.stringify({ not: { attribute: 'kind', in: [this.#pick(this.#ids)] } });
        if (name === 'q')
          return Array.from({ length: 1 + randomInteger(this.#random, 4) }, () =>
            this.#pick(['thing', 'kind', '7', 'tihng', ...oddTexts]),
          ).join(' ');
        return this.#pick(this.#ids);
    }
  }

  #encoded(text: string): string {
    if (this.#chance(0.01)) return text.replace(/[^!-~]/g, '').slice(0, 500);
    return encodeURIComponent(Buffer.from(text).toString()); // without halves of surrogate pairs, which it would throw at
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[randomInteger(this.#random, values.length)] as Value; // none is empty
  }
}
