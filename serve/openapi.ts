/**
 * The description of the API (OpenAPI 3.1) as programs read it, made of the schemas that validate.
 *
 * Three things differ from what validates. Schemas with a title are named ones, referred to. What has a default may be left out of a
 * request, though the handler always finds it. And every route lists the problems that it can answer with.
 */
import swagger from '@fastify/swagger';
import type { RouteOptions } from 'fastify';
import type { App } from './app.js';
import { filterSchema } from './filter-schema.js';
import { ownStatuses, problemSchema, type ProblemStatus } from './problems.js';

/** A part of the document; what is not looked at stays as it is. */
type Node = Readonly<Record<string, unknown>>;

const base = {
  openapi: '3.1.0',
  info: {
    title: 'Pinwalk',
    version: '1',
    description: 'Recommendations from what people save to boards. Errors are RFC 9457 problem documents.',
  },
  tags: [
    { name: 'recommend', description: 'ranked lists of pins' },
    { name: 'browse', description: 'pins, boards and search' },
    { name: 'server', description: 'what is served and how it fares' },
  ],
  components: {
    securitySchemes: {
      bearer: { type: 'http' as const, scheme: 'bearer', description: 'a key, where the server has keys' },
      header: { type: 'apiKey' as const, in: 'header' as const, name: 'X-Api-Key', description: 'the same' },
    },
  },
  security: [{}, { bearer: [] }, { header: [] }],
};

/** Adds the description at `/openapi.json`; call it before routes are added. */
export async function addDescription(app: App): Promise<void> {
  await app.register(swagger, { openapi: base });
  /** By path and method, as the document has them. */
  const statuses = new Map<string, readonly ProblemStatus[]>();
  app.addHook('onRoute', (route) => {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    for (const method of [route.method].flat()) statuses.set(`${method.toLowerCase()} ${path}`, statusesOf(route));
  });
  let described: Node | undefined; // routes are all there once it is asked for
  app.get('/openapi.json', { schema: { hide: true } }, (request) => {
    described ??= describe(app.swagger() as unknown as Node, statuses); // plain JSON
    return { ...described, servers: [{ url: request.prefix || '/' }] };
  });
}

/** Problems that a route can answer with. */
function statusesOf({ schema, config, url }: RouteOptions): ProblemStatus[] {
  const isAsked = config?.scope !== 'none';
  const hasOptions = [schema?.params, schema?.querystring, schema?.body].some((part) => part !== undefined);
  return [
    ...(hasOptions ? [400 as const] : []),
    ...(isAsked ? ([401, 403] as const) : []),
    ...(schema?.params || url.startsWith('/v1/generations') ? [404 as const] : []),
    ...('cursor' in propertiesOf(schema?.querystring ?? schema?.body) ? [410 as const] : []),
    ...(schema?.body ? ([413, 415] as const) : []),
    ...(config?.scope === 'admin' ? [422 as const] : []),
    ...(isAsked ? [429 as const] : []),
    ...([500, 503] as const),
  ];
}

function problem(description: string): Node {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}

const propertiesOf = (schema: unknown): Node =>
  ((schema as Node | undefined)?.['properties'] as Node | undefined) ?? {};

/** The document with named schemas and all problems, and without duties that defaults have. */
function describe(document: Node, statuses: ReadonlyMap<string, readonly ProblemStatus[]>): Node {
  const schemas: Record<string, unknown> = { Filter: filterSchema };
  const name = (value: unknown, isAsked = false): unknown => {
    if (Array.isArray(value)) return value.map((item) => name(item, isAsked));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, own]) => [key, name(own, isAsked || key === 'requestBody')]);
    const node = withoutDuties(Object.fromEntries(entries) as Node, isAsked);
    const { title, type } = node;
    if (Array.isArray(node['enum'])) return { type: 'string', ...node };
    if (typeof title !== 'string' || type !== 'object') return node;
    schemas[title] ??= node;
    return { $ref: `#/components/schemas/${title}` };
  };
  const paths = Object.entries(document['paths'] as Record<string, Record<string, Node>>).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]): [string, unknown] => {
      const known = (statuses.get(`${method} ${path}`) ?? []).map((status) => [status, problem(ownStatuses[status])]);
      const problems = { ...Object.fromEntries(known), default: problem('any other problem of HTTP') } as Node;
      return [method, name({ ...operation, responses: { ...(operation['responses'] as Node), ...problems } })];
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  const components = document['components'] as Node;
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...document,
    components: { ...components, schemas: Object.fromEntries(sorted) },
    paths: Object.fromEntries(paths) as Node,
  };
}

/** A parameter, or the schema of a body, that asks for nothing which has a default. */
function withoutDuties(node: Node, isAsked: boolean): Node {
  const { in: place, schema, required, properties } = node;
  if (place === 'query') return 'default' in (schema as Node) ? { ...node, required: false } : node;
  if (!isAsked || !Array.isArray(required) || typeof properties !== 'object') return node;
  const left = required.filter((own: string) => !('default' in ((properties as Node)[own] as Node)));
  return { ...node, required: left };
}
