/**
 * Errors as RFC 9457 problem documents: the one place that maps codes to HTTP.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { Type } from 'typebox';
import { PinwalkError, errorCodes, shown, type ErrorCode } from '../data/errors.js';
import { damageOf } from '../data/generation/verification.js';
import { didYouMean } from '../data/nearest.js';

/** Codes of a problem document: ours, and two of the protocol's own. */
export type ProblemCode = ErrorCode | 'REQUEST_INVALID' | 'INTERNAL';

/** HTTP status of each code that a request can meet; the rest is the server's own trouble. */
const statuses: Partial<Record<ProblemCode, number>> = {
  OPTION_OUT_OF_RANGE: 400,
  OPTION_UNKNOWN: 400,
  ROW_OUT_OF_RANGE: 400,
  REQUEST_INVALID: 400,
  NOT_FOUND: 404,
  GENERATION_INVALID: 503,
  OVERLOADED: 503,
};

const titles: Record<Exclude<ProblemCode, ErrorCode>, string> = {
  REQUEST_INVALID: 'the request cannot be read',
  INTERNAL: 'the server failed; the request id finds it in the log',
};

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

/** Sends a problem document. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: { readonly code: ProblemCode; readonly detail: string; readonly status?: number },
): Promise<void> {
  const { code, detail } = problem;
  const status = problem.status ?? statuses[code] ?? 500;
  const title = code in titles ? titles[code as keyof typeof titles] : errorCodes[code as ErrorCode];
  const document = {
    type: `urn:pinwalk:problem:${code}`,
    title,
    status,
    code,
    detail,
    instance: request.originalUrl.split('?')[0] ?? '',
    requestId: request.id,
  };
  if (document.status === 503) void reply.header('retry-after', '1');
  // Already serialized: the route's own schema describes its answers, not this one.
  await reply.code(status).type('application/problem+json').serializer(String).send(JSON.stringify(document));
}

/** The server's error handler: ours by their code, a schema's by what was wrong, the rest without their insides. */
export async function handleError(given: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const error = damageOf(given) ?? given;
  if (reply.raw.destroyed) return void reply.code(callerGone).send(); // nobody reads it, and it is no failure
  if (error instanceof PinwalkError) {
    await sendProblem(request, reply, { code: error.code, detail: error.message });
  } else if (error.validation) {
    await sendProblem(request, reply, describeInvalid(error));
  } else if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    await sendProblem(request, reply, { code: 'REQUEST_INVALID', detail: error.message, status: error.statusCode });
  } else {
    request.log.error({ err: error }, 'request failed');
    await sendProblem(request, reply, { code: 'INTERNAL', detail: `see the server's log for request ${request.id}` });
  }
}

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
  const first = error.validation?.[0] as VerboseError | undefined;
  const place = places[error.validationContext ?? ''] ?? 'request';
  if (!first) return { code: 'REQUEST_INVALID', detail: error.message };
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
