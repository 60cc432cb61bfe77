/**
 * A soak: the server asked for all the minutes at 70 % of what it can answer; its memory must stay flat.
 *
 * Faults: an answer other than 200, and a memory that grows: the mean of the last quarter more than a tenth, and 16 MiB, above that of
 * the second (the first warms up).
 */
import { rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { randomInteger, randomStream, type Random } from '../../data/random.js';
import { percentile } from './http.js';
import type { CampaignOptions, CampaignResult, Fault } from './result.js';
import { startServer, writeWorld, type ServedWorld } from './served-world.js';

const clients = 16;
const share = 0.7;

/** Most requests that wait for an answer; beyond it one is skipped and counted, so a slow server is not buried. */
const mostWaiting = 256;

export async function run({ seed, minutes, onProgress }: CampaignOptions): Promise<CampaignResult> {
  const world = writeWorld(seed, { pinCount: 2000 });
  const { address, child, ended } = await startServer(world.file);
  const agent = new Agent({ keepAlive: true, maxSockets: mostWaiting });
  const random = randomStream(seed, 'load');
  const faults: Fault[] = [];
  const ask = async (path: string): Promise<number> => {
    const began = performance.now();
    const { status, text } = await get(address, agent, path);
    if (status !== 200) faults.push({ subject: 'load', input: path, what: `status ${status}: ${text.slice(0, 200)}` });
    return performance.now() - began;
  };
  const perSecond = await highestRate(() => ask(drawPath(random, world)), Math.min(10, minutes * 6));
  onProgress(`${perSecond.toFixed(0)} requests a second at most; asking for ${share} of that`);

  const times: number[] = [];
  const liveTimes: number[] = [];
  const memory: number[] = [];
  const state = { waiting: 0, skipped: 0, due: 0 };
  const began = performance.now();
  const lengthMs = minutes * 60_000;
  let nextSample = 0;
  while (performance.now() - began < lengthMs) {
    const elapsed = performance.now() - began;
    for (const goal = (elapsed / 1000) * perSecond * share; state.due < goal; state.due++) {
      if (state.waiting >= mostWaiting) state.skipped++;
      else {
        state.waiting++;
        const time = ask(drawPath(random, world)).then((ms) => times.push(ms));
        void time
          .catch((error: unknown) => faults.push({ subject: 'load', input: String(state.due), what: String(error) }))
          .finally(() => state.waiting--);
      }
    }
    if (elapsed >= nextSample) {
      nextSample += lengthMs / 200;
      memory.push(await residentBytes(address, agent));
      liveTimes.push(await ask('/health/live'));
    }
    await wait(5);
  }
  while (state.waiting > 0) await wait(10);
  child.kill('SIGTERM');
  await ended;
  agent.destroy();
  rmSync(dirname(world.file), { recursive: true });
  const [early, late] = [meanOf(memory, 0.25, 0.5), meanOf(memory, 0.75, 1)];
  if (late > early * 1.1 && late > early + 2 ** 24) {
    faults.push({
      subject: 'load',
      input: `${minutes} minutes`,
      what: `memory grew from ${mib(early)} to ${mib(late)} MiB`,
    });
  }
  const figures = {
    'requests/s': Math.round(times.length / (lengthMs / 1000)),
    'p50 ms': percentile(times, 0.5),
    'p99 ms': percentile(times, 0.99),
    'live p99 ms': percentile(liveTimes, 0.99),
    'MiB in the second quarter': mib(early),
    'MiB in the last': mib(late),
  };
  return {
    subjects: [{ subject: 'load', outcomes: { answered: times.length, skipped: state.skipped }, figures }],
    faults,
  };
}

/** Answers a second while each of the clients asks again as soon as it is answered. */
async function highestRate(ask: () => Promise<number>, seconds: number): Promise<number> {
  let count = 0;
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1000) {
      await ask();
      count++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return count / ((performance.now() - began) / 1000);
}

/** A path of the kind that pages ask for: mostly related pins. */
function drawPath(random: Random, { pinIds, boardIds }: ServedWorld): string {
  const of = (ids: readonly string[]): string =>
    encodeURIComponent(ids[12 + randomInteger(random, ids.length - 12)] ?? '');
  const kind = random();
  if (kind < 0.6) return `/v1/pins/${of(pinIds)}/related?limit=10`;
  if (kind < 0.75) return `/v1/boards/${of(boardIds)}/ideas?limit=10`;
  if (kind < 0.85) return `/v1/pins/${of(pinIds)}`;
  if (kind < 0.95) return `/v1/search?q=thing+${randomInteger(random, 40)}`;
  return '/v1/pins?limit=50';
}

async function residentBytes(address: string, agent: Agent): Promise<number> {
  const { text } = await get(address, agent, '/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

function get(address: string, agent: Agent, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(address + path, { agent, timeout: 10_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request
      .on('timeout', () => request.destroy(new Error('no answer in 10 s')))
      .on('error', reject)
      .end();
  });
}

function meanOf(values: readonly number[], from: number, to: number): number {
  const part = values.slice(Math.floor(from * values.length), Math.ceil(to * values.length));
  return part.reduce((sum, value) => sum + value, 0) / Math.max(part.length, 1);
}

const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
