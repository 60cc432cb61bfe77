/**
 * Errors as RFC 9457 problem documents: the one place that maps codes to HTTP.
 */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { Type, type Static } from 'typebox';
import { PinwalkError, errorCodes, shown, type ErrorCode } from '../data/errors.js';
import { damageOf } from '../data/generation/verification.js';
import { didYouMean } from '../data/nearest.js';

/** Codes of the protocol's own, beside ours: their status and what they stand for. */
const ownCodes = {
  REQUEST_INVALID: { status: 400, title: 'the request cannot be read' },
  UNAUTHORIZED: { status: 401, title: 'a key must be shown' },
  FORBIDDEN: { status: 403, title: 'this caller may not ask this' },
  CURSOR_EXPIRED: { status: 410, title: 'the generation that a cursor belongs to is no longer served' },
  RATE_LIMITED: { status: 429, title: 'this key has asked too often; ask again after a while' },
  UNAVAILABLE: { status: 503, title: 'the server cannot answer now; ask again after a while' },
  INTERNAL: { status: 500, title: 'the server failed; the request id finds it in the log' },
} as const;
type OwnCode = keyof typeof ownCodes;

/** Codes of a problem document. */
export type ProblemCode = ErrorCode | OwnCode;

/** HTTP status of each of our codes that a request can meet; the rest is the server's own trouble. */
const statuses: Partial<Record<ProblemCode, number>> = {
  OPTION_OUT_OF_RANGE: 400,
  OPTION_UNKNOWN: 400,
  ROW_OUT_OF_RANGE: 400,
  NOT_FOUND: 404,
  GENERATION_INVALID: 503,
  OVERLOADED: 503,
};

/** What each status of a problem stands for, for those that a description names. */
export const ownStatuses = {
  400: 'an option is unknown or out of its range, or the request cannot be read',
  401: ownCodes.UNAUTHORIZED.title,
  403: ownCodes.FORBIDDEN.title,
  404: errorCodes.NOT_FOUND,
  410: ownCodes.CURSOR_EXPIRED.title,
  413: 'the body is too large',
  415: 'the body is no JSON',
  422: 'a generation was refused; the one before is served on',
  429: ownCodes.RATE_LIMITED.title,
  500: ownCodes.INTERNAL.title,
  503: `${ownCodes.UNAVAILABLE.title}; or ${errorCodes.OVERLOADED}`,
} as const;
export type ProblemStatus = keyof typeof ownStatuses;

/** An error that is HTTP's own and that no program without a server can meet. */
export class Problem extends Error {
  readonly code: OwnCode;
  readonly status: number;

  constructor(code: OwnCode, detail: string, status: number = ownCodes[code].status) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
  }
}

/** Counted in the metrics for requests whose caller went away before the answer; as nginx has it. */
const callerGone = 499;

/** A problem document, as OpenAPI shows it. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:pinwalk:problem: and the code' }),
    title: Type.String({ description: 'what the code stands for' }),
    status: Type.Integer(),
    code: Type.String({ description: 'stable; one of the codes of spec/errors.md' }),
    detail: Type.String({ description: 'what must hold, what was got, what to do' }),
    instance: Type.String({ description: 'the path that was asked for' }),
    requestId: Type.String(),
  },
  { title: 'Problem', description: 'RFC 9457 problem document' },
);

/** What went wrong, before it is a document. */
interface ProblemParts {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Default: the code's. */
  readonly status?: number;
}

/** An address may be as long as a header; an answer repeats its beginning. */
const longestInstance = 1000;

function documentOf(
  { code, detail, status }: ProblemParts,
  asked: { readonly instance: string; readonly requestId: string },
): Static<typeof problemSchema> {
  const own = code in ownCodes ? ownCodes[code as OwnCode] : undefined;
  return {
    type: `urn:pinwalk:problem:${code}`,
    title: own?.title ?? errorCodes[code as ErrorCode],
    status: status ?? own?.status ?? statuses[code] ?? 500,
    code,
    detail,
    ...asked,
  };
}

/** Sends a problem document. */
export async function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemParts): Promise<void> {
  const instance = (request.originalUrl.split('?')[0] ?? '').slice(0, longestInstance);
  const document = documentOf(problem, { instance, requestId: request.id });
  if (document.status === 503) void reply.header('retry-after', '1');
  // Already serialized: the route's own schema describes its answers, not this one.
  await reply.code(document.status).type('application/problem+json').serializer(String).send(JSON.stringify(document));
}

/** A whole HTTP answer, for a connection on which no request could be read; it is the connection's last. */
export function problemMessage(problem: ProblemParts): string {
  const requestId = randomUUID();
  const document = documentOf(problem, { instance: '', requestId });
  const body = JSON.stringify(document);
  return [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    ...(document.status === 503 ? ['retry-after: 1'] : []),
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/** The server's error handler: ours by their code, a schema's by what was wrong, the rest without their insides. */
export async function handleError(given: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const error = damageOf(given) ?? given;
  if (reply.raw.destroyed) return void reply.code(callerGone).send(); // nobody reads it, and it is no failure
  if (error instanceof PinwalkError) {
    await sendProblem(request, reply, { code: error.code, detail: error.message });
  } else if (error instanceof Problem) {
    await sendProblem(request, reply, { code: error.code, detail: error.message, status: error.status });
  } else if (error.validation) {
    await sendProblem(request, reply, describeInvalid(error));
  } else if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    const detail = details[error.code] ?? shown(error.message);
    await sendProblem(request, reply, { code: 'REQUEST_INVALID', detail, status: error.statusCode });
  } else {
    request.log.error({ err: error }, 'request failed');
    await sendProblem(request, reply, { code: 'INTERNAL', detail: `see the server's log for request ${request.id}` });
  }
}

/** Errors of Fastify whose own words would repeat all of what was sent. */
const details: Readonly<Record<string, string>> = {
  FST_ERR_MAX_PARAM_LENGTH: 'path: an id must have at most 2048 characters (got more)',
};

/** What Ajv adds in verbose mode, which Fastify does not type. */
interface VerboseError extends FastifySchemaValidationError {
  readonly data?: unknown;
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>> };
}

const places: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
};

function describeInvalid(error: FastifyError): { code: ProblemCode; detail: string } {
  const first: VerboseError | undefined = error.validation?.[0];
  const place = places[error.validationContext ?? ''] ?? 'request';
  if (!first) return { code: 'REQUEST_INVALID', detail: shown(error.message) };
  const where = [place, ...first.instancePath.split('/').filter(Boolean)].join('.');
  const unknown = first.params['additionalProperty'];
  if (typeof unknown === 'string') {
    const known = Object.keys(first.parentSchema?.properties ?? {});
    const advice = didYouMean(unknown, known);
    return { code: 'OPTION_UNKNOWN', detail: `${where}: ${shown(unknown)} is not an option here; ${advice}` };
  }
  const allowed = first.params['allowedValues'];
  const must = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : (first.message ?? 'is not valid');
  const got = first.keyword === 'required' ? '' : ` (got ${shown(first.data)})`;
  return { code: 'OPTION_OUT_OF_RANGE', detail: `${where}: ${must}${got}` };
}
