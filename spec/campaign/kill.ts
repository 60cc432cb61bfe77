/**
 * Campaign of `kill -9` at random moments: what was finished stays, nothing torn bears a name, and the next run leaves nothing behind.
 *
 * `import` and `train`: a training is killed and resumed until it ends; checkpoints and figures are those of one never stopped.
 * `each write`: the same, killed at its first write, the next at its second, and so on. `generation` and `export`: `killWriters`.
 * `serve`: a server is killed while it answers, and the next one answers the same.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { randomStream } from '../../data/random.js';
import { killWriters, type Share } from './kill-writers.js';
import { expectAsNeverStopped, expectWhole } from './never-stopped.js';
import * as program from './program.js';
import type { CampaignOptions, CampaignResult } from './result.js';
import { Tally } from './tally.js';

/** Deals 200 kills to each subject, or `kills`. */
export async function run(options: CampaignOptions & { readonly kills?: number }): Promise<CampaignResult> {
  const began = Date.now();
  const world = await program.trainedWorld(options.seed, [2, 1]);
  const trainingMs = (Date.now() - began) / 2;
  const tally = new Tally(options); // its time begins now
  const subjects: [string, (share: Share) => Promise<void>][] = [
    ['generation', (share) => killWriters(world, tally, share)],
    ['export', (share) => killWriters(world, tally, share)],
    ['serve', (share) => killServers(world, tally, share)],
    ['each write', (share) => killAtEachWrite(world, tally, share)],
    ['import', (share) => killTrainings(world, tally, { ...share, withinMs: 0.4 * trainingMs })],
    ['train', (share) => killTrainings(world, tally, { ...share, withinMs: trainingMs })],
  ];
  try {
    for (const [n, [subject, kill]] of subjects.entries()) {
      if (!tally.wants(subject)) continue;
      tally.say(`${subject}: begins`);
      const random = randomStream(options.seed, 'kill', subject);
      const until = options.only === undefined ? (n + 1) / subjects.length : 1;
      await kill({ subject, random, until, kills: options.kills ?? 200 });
    }
  } finally {
    rmSync(world, { recursive: true });
  }
  return tally.result();
}

/** Kills a training again and again until it ends, or has been killed often, and lets it end. */
async function killTrainings(
  world: string,
  tally: Tally,
  { subject, random, kills, until, withinMs }: Share & { readonly withinMs: number },
): Promise<void> {
  const mostOfOne = 12;
  for (let dealt = 0, number = 1; dealt < kills && !tally.isOver(until); number++) {
    const name = `killed-${number}`;
    let end: program.Ended | undefined;
    for (let left = mostOfOne; left > 0 && dealt < kills; left--) {
      const started = startTraining(world, name);
      const timer = setTimeout(() => started.child.kill('SIGKILL'), random() * withinMs);
      end = await started.ended;
      clearTimeout(timer);
      if (end.signal !== 'SIGKILL') break;
      dealt++;
      tally.add(subject, 'killed');
      if (existsSync(program.generationOf(world, name))) expectWhole(tally, { subject, input: name, world, name });
    }
    if (end?.signal === 'SIGKILL') end = await startTraining(world, name).ended;
    if (end) expectAsNeverStopped(tally, { subject, input: name, world, name, end });
    tally.say(`${subject}: ${dealt} killed, ${number} ended`);
  }
}

/** Kills a training at each write that Node makes for it in turn. */
async function killAtEachWrite(world: string, tally: Tally, { subject, kills, until }: Share): Promise<void> {
  for (let write = 1; write <= kills && !tally.isOver(until); write++) {
    const name = `write-${write}`;
    let end = await startTraining(world, name, `KILL:${write}`).ended;
    if (end.signal !== 'SIGKILL') {
      tally.say(`${subject}: a training makes ${write - 1}`);
      return;
    }
    tally.add(subject, 'killed');
    end = await startTraining(world, name).ended;
    expectAsNeverStopped(tally, { subject, input: name, world, name, end });
  }
}

function startTraining(world: string, name: string, fault?: string): program.Started {
  const preload = fault === undefined ? [] : program.preloading('./fault');
  const argv = [...preload, ...program.argvOf('../../serve/cli'), ...program.trainingArgv(world, name)];
  return program.start(argv, world, fault === undefined ? {} : { PINWALK_FAULT: fault });
}

/** Kills servers while they answer; each begins on the file that the one before had open. */
async function killServers(world: string, tally: Tally, { subject, random, kills, until }: Share): Promise<void> {
  const file = program.generationOf(world, 'seed1');
  const argv = ['serve', '--generation', file, '--port', '0', '--json', '--log-level', 'silent'];
  let first: string | undefined;
  for (let dealt = 1; dealt <= kills && !tally.isOver(until); dealt++) {
    const server = program.start([...program.argvOf('../../serve/cli'), ...argv], world);
    const { address } = JSON.parse(await server.said('}\n')) as { address: string };
    const answer = await fetch(`${address}/v1/pins/p1/related`);
    const items = JSON.stringify(((await answer.json()) as { items: unknown }).items);
    first ??= items;
    if (items !== first)
      tally.fault({ subject, input: String(dealt), what: 'it answers otherwise than the one before' });
    const asked = Array.from({ length: 20 }, (_, pin) =>
      fetch(`${address}/v1/pins/p${pin}/related`).then((response) => response.text()),
    );
    setTimeout(() => server.child.kill('SIGKILL'), random() * 60);
    await Promise.allSettled(asked);
    await server.ended;
    tally.add(subject, 'killed');
  }
  const left = program.leftovers(path.dirname(file));
  if (left.length > 0) tally.fault({ subject, input: 'the last', what: `left behind: ${left.join(', ')}` });
}
