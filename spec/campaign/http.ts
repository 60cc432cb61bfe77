/**
 * A server against what is sent to it: requests drawn out of its own OpenAPI document, dear ones, and SIGTERM while it is asked.
 *
 * Faults: a status of 500 and more other than 503, an error that is no problem document, an answer that its schema does not allow, no
 * answer in ten seconds, a connection that is reset; of SIGTERM, a request sent before it that got no whole answer, an exit code
 * other than 0, an end after more than eleven seconds.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Check } from 'typebox/value';
import { randomInteger, randomStream } from '../../data/random.js';
import { problemSchema } from '../../serve/problems.js';
import { heavyInputs } from './heavy.js';
import { operationsOf, RequestSource, type DrawnRequest, type Operation } from './requests.js';
import type { CampaignOptions, CampaignResult, Fault, SubjectCounts } from './result.js';
import { startServer, writeWorld, type ServedWorld } from './served-world.js';

/** Requests at most; the time may end it before. */
const requestCount = 100_000;
const stopCount = 50;
const clients = 8;
const longestMs = 10_000;

export async function run(options: CampaignOptions): Promise<CampaignResult> {
  const world = writeWorld(options.seed);
  const wants = (subject: string): boolean => options.only === undefined || options.only === subject;
  const share = (of: number): CampaignOptions =>
    options.only === undefined ? { ...options, minutes: of * options.minutes } : options;
  const parts: CampaignResult[] = [];
  try {
    if (wants('SIGTERM under load')) parts.push(await stopUnderLoad(world, share(0.35), stopCount));
    if (wants('requests')) parts.push(await fuzz(world, share(0.5), requestCount));
    if (wants('heavy inputs')) parts.push(await sendHeavy(world, share(0.15)));
  } finally {
    rmSync(path.dirname(world.file), { recursive: true });
  }
  return { subjects: parts.flatMap(({ subjects }) => subjects), faults: parts.flatMap(({ faults }) => faults) };
}

/** What came back. */
interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends `count` drawn requests by eight clients at once, and checks each reply; `/health/live` is asked beside them. */
export async function fuzz(
  world: ServedWorld,
  { seed, minutes, onProgress }: CampaignOptions,
  count: number,
): Promise<CampaignResult> {
  const { address, child, ended } = await startServer(world.file);
  const agent = new Agent({ keepAlive: true, maxSockets: clients + 1 });
  const until = performance.now() + minutes * 60_000;
  const operations = operationsOf(JSON.parse((await send(address, agent, plain('/openapi.json'))).text));
  const outcomes = new Map<string, Record<string, number>>();
  const faults: Fault[] = [];
  const state = { sent: 0, cursor: 'none' };
  const client = async (): Promise<void> => {
    while (state.sent < count && performance.now() < until) {
      const number = state.sent++;
      const random = randomStream(seed, 'request', number);
      const source = new RequestSource(random, [...world.pinIds.slice(0, 60), ...world.boardIds.slice(0, 30)]);
      source.cursor = state.cursor;
      const operation = operations[randomInteger(random, operations.length)] as Operation; // there are some
      const drawn = source.draw(operation);
      const subject = `${operation.method} ${operation.path}`;
      const reply = await send(address, agent, drawn).catch((error: unknown) => String(error));
      const what = typeof reply === 'string' ? reply : faultOf(reply, drawn, operation);
      if (what !== undefined)
        faults.push({ subject, input: `${number}: ${JSON.stringify(drawn).slice(0, 300)}`, what });
      if (typeof reply !== 'string') {
        const name = reply.status < 500 ? `${Math.floor(reply.status / 100)}xx` : String(reply.status);
        const counts = outcomes.get(subject) ?? {};
        outcomes.set(subject, { ...counts, [name]: (counts[name] ?? 0) + 1 });
        state.cursor = /"nextCursor":"([^"]+)"/.exec(reply.text)?.[1] ?? state.cursor;
      }
      if (number % 10_000 === 9999) onProgress(`${number + 1} requests, ${faults.length} faults`);
    }
  };
  const live = await watchLive('GET /health/live beside them', { address, agent, faults }, () =>
    Promise.all(Array.from({ length: clients }, client)),
  );
  child.kill('SIGTERM');
  await ended;
  agent.destroy();
  const subjects = Array.from(outcomes, ([subject, counts]): SubjectCounts => ({ subject, outcomes: counts }));
  return { subjects: [...subjects.sort((a, b) => (a.subject < b.subject ? -1 : 1)), live], faults };
}

/** Asks `/health/live` every ten milliseconds while others are answered. */
async function watchLive(
  subject: string,
  { address, agent, faults }: { readonly address: string; readonly agent: Agent; readonly faults: Fault[] },
  work: () => Promise<unknown>,
): Promise<SubjectCounts> {
  const times: number[] = [];
  const state = { isDone: false };
  const watch = async (): Promise<void> => {
    while (!state.isDone) {
      const began = performance.now();
      await send(address, agent, plain('/health/live')).catch((error: unknown) => {
        faults.push({ subject, input: `live ${times.length}`, what: String(error) });
      });
      times.push(performance.now() - began);
      await wait(10);
    }
  };
  const watching = watch();
  await work();
  state.isDone = true;
  await watching;
  const figures = {
    'p50 ms': percentile(times, 0.5),
    'p99 ms': percentile(times, 0.99),
    'max ms': percentile(times, 1),
  };
  return { subject, outcomes: { 'live 2xx': times.length }, figures };
}

/** Sends each of the dear inputs, once at least, by some clients at once for its share of the time. */
export async function sendHeavy(
  world: ServedWorld,
  { minutes, onProgress }: CampaignOptions,
  together = clients,
): Promise<CampaignResult> {
  const { address, child, ended } = await startServer(world.file);
  const agent = new Agent({ keepAlive: true, maxSockets: clients + 1 });
  const inputs = Object.entries(heavyInputs(world));
  const subjects: SubjectCounts[] = [];
  const faults: Fault[] = [];
  for (const [subject, request] of inputs) {
    const until = performance.now() + (minutes * 60_000) / inputs.length;
    const outcomes: Record<string, number> = {};
    const client = async (): Promise<void> => {
      do {
        const reply = await send(address, agent, request).catch((error: unknown) => String(error));
        const what = typeof reply === 'string' ? reply : faultOf(reply, request, { answer: undefined });
        if (what !== undefined) faults.push({ subject, input: subject, what });
        const name = typeof reply === 'string' ? 'no answer' : `${Math.floor(reply.status / 100)}xx`;
        outcomes[name] = (outcomes[name] ?? 0) + 1;
      } while (performance.now() < until);
    };
    const live = await watchLive(subject, { address, agent, faults }, () =>
      Promise.all(Array.from({ length: together }, client)),
    );
    subjects.push({ ...live, outcomes: { ...outcomes, ...live.outcomes } });
    onProgress(`${subject}: /health/live p99 ${live.figures?.['p99 ms']} ms`);
  }
  child.kill('SIGTERM');
  await ended;
  agent.destroy();
  return { subjects, faults };
}

const plain = (path: string): DrawnRequest => ({ method: 'GET', path, headers: {}, body: undefined });

/** A time of a sorted share, in milliseconds with one decimal. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return Math.round((sorted[at] ?? 0) * 10) / 10;
}

async function send(address: string, agent: Agent, { method, path, headers, body }: DrawnRequest): Promise<Reply> {
  const { hostname, port } = new URL(address);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest({
    hostname,
    port,
    agent,
    method,
    path,
    headers: { ...headers, ...length },
    timeout: longestMs,
  });
  request.on('timeout', () => request.destroy(new Error(`no answer in ${longestMs} ms`)));
  request.end(body);
  const [response] = (await once(request, 'response')) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: Record<string, string | undefined> },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode,
    type: response.headers['content-type'] ?? '',
    text: Buffer.concat(chunks).toString(),
  };
}

/** What is wrong with a reply; undefined where nothing is. */
function faultOf(
  { status, type, text }: Reply,
  { method }: DrawnRequest,
  { answer }: Pick<Operation, 'answer'>,
): string | undefined {
  if (status >= 500 && status !== 503) return `status ${status}: ${text.slice(0, 200)}`;
  if (status >= 400) {
    if (!type.startsWith('application/problem+json')) return `status ${status} is ${type || 'of no type'}`;
    if (method === 'HEAD') return undefined;
    return Check(problemSchema, JSON.parse(text)) ? undefined : `no problem document: ${text.slice(0, 200)}`;
  }
  if (status !== 200 || !answer || method === 'HEAD') return undefined;
  return Check(answer, JSON.parse(text)) ? undefined : `not as its schema has it: ${text.slice(0, 300)}`;
}

/** Starts the server, asks it by 32 connections, tells it to end at a drawn moment; `count` times. */
export async function stopUnderLoad(
  world: ServedWorld,
  { seed, minutes, onProgress }: CampaignOptions,
  count: number,
): Promise<CampaignResult> {
  const until = performance.now() + minutes * 60_000;
  const faults: Fault[] = [];
  const counts = { answered: 0, 'told 503': 0 };
  const endTimes: number[] = [];
  for (let round = 0; round < count && performance.now() < until; round++) {
    const random = randomStream(seed, 'stop', round);
    const { address, child, ended } = await startServer(world.file);
    const silent = openWire(address, '');
    const waiting: Promise<string>[] = [];
    // Some of them have been read when the signal comes, some lie in the kernel, some are not accepted yet.
    const moment = randomInteger(random, 33);
    for (let i = 0; i < 32; i++) {
      if (i === moment) await wait(randomInteger(random, 40));
      const id = encodeURIComponent(world.pinIds[randomInteger(random, world.pinIds.length)] ?? '');
      const wire = openWire(address, `GET /v1/pins/${id}/related?limit=5 HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      await wire.sent;
      waiting.push(wire.text);
    }
    const began = performance.now();
    child.kill('SIGTERM');
    for (const [i, text] of (await Promise.all(waiting)).entries()) {
      const status = /^HTTP\/1\.1 (200|503) /.exec(text)?.[1];
      const isWhole = text.trimEnd().endsWith('}');
      if (status === '200' && isWhole) counts.answered++;
      else if (status === '503' && isWhole) counts['told 503']++;
      else
        faults.push({
          subject: 'SIGTERM under load',
          input: `${round}, request ${i}`,
          what: text.slice(0, 100) || 'reset',
        });
    }
    const code = await ended;
    endTimes.push(performance.now() - began);
    await silent.text;
    const isLate = (endTimes.at(-1) ?? 0) > 11_000;
    if (code !== 0 || isLate)
      faults.push({
        subject: 'SIGTERM under load',
        input: String(round),
        what: `ended with ${code} after ${endTimes.at(-1)} ms`,
      });
    if (round % 10 === 9) onProgress(`${round + 1} endings, ${faults.length} faults`);
  }
  const figures = { endings: endTimes.length, 'p50 ms': percentile(endTimes, 0.5), 'max ms': percentile(endTimes, 1) };
  return { subjects: [{ subject: 'SIGTERM under load', outcomes: counts, figures }], faults };
}

/** A connection of bytes; `text` is all that came, with the error where it was reset. */
function openWire(address: string, sent: string): { readonly sent: Promise<void>; readonly text: Promise<string> } {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  let all = '';
  socket.on('data', (chunk: Buffer) => (all += chunk.toString()));
  socket.on('error', (error) => (all = `${error.message} ${all}`));
  const text = new Promise<string>((resolve) => socket.on('close', () => resolve(all)));
  const written = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('connect', () => (sent === '' ? resolve() : socket.write(sent, () => resolve())));
  });
  return { sent: written, text };
}
