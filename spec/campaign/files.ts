/**
 * Campaign of files that are not what their name says: damaged in every region, cut, with pieces of another run's, or another run's.
 *
 * A generation is refused as `GENERATION_INVALID` or answers every route as the undamaged one does; a checkpoint is refused as
 * `CHECKPOINT_INVALID`; of the other files of a run no damage is called a bug. And of two trainers on one run one is refused.
 */
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import type { Items } from '../../data/generation/items.js';
import { openGeneration } from '../../data/generation/read.js';
import { randomStream } from '../../data/random.js';
import { buildServer } from '../../serve/http.js';
import { openSnapshot, type Snapshot } from '../../serve/snapshot.js';
import { latestState, loadBest, loadLatest, checkResumable } from '../../train/model/checkpoint.js';
import { damage } from './damage.js';
import { expectAsNeverStopped } from './never-stopped.js';
import * as program from './program.js';
import type { CampaignOptions, CampaignResult } from './result.js';
import { Tally } from './tally.js';

/** Regions that a file is cut into: as many damages of each. */
const regions = 400;
/** Has no factor with them in common: the whole file has its turn early. */
const stride = 157;

/** Damages each kind of file `inputs` times, or 2,000, and starts 50 pairs of trainers, or `pairs`. */
export async function run(
  options: CampaignOptions & { readonly inputs?: number; readonly pairs?: number },
): Promise<CampaignResult> {
  const { seed, inputs = 2000, pairs = 50 } = options;
  const world = await program.trainedWorld(seed, [1, 2]);
  const tally = new Tally(options); // its time begins now
  const share = (until: number): Share => ({ seed, inputs, until: options.only === undefined ? until : 1 });
  const parts: [string, () => Promise<void>][] = [
    ['generation', () => damageGenerations(world, tally, { ...share(0.35), verify: 'now' })],
    ['generation, checked beside', () => damageGenerations(world, tally, { ...share(0.5), verify: 'none' })],
    ['checkpoint', () => damageCheckpoints(world, tally, share(0.6))],
    ['other files', () => damageOthers(world, tally, { ...share(0.75), inputs: Math.min(inputs, 100) })],
    ['two trainers', () => pairTrainers(world, tally, { ...share(1), inputs: pairs })],
  ];
  try {
    for (const [subject, part] of parts) {
      if (!tally.wants(subject)) continue;
      tally.say(`${subject}: begins`);
      await part();
    }
  } finally {
    rmSync(world, { recursive: true });
  }
  return tally.result();
}

/** What a part is tried with. */
export interface Share {
  readonly seed: number;
  readonly inputs: number;
  /** Of the campaign's time, when it ends. */
  readonly until: number;
}

/** Every route that reads a generation, for some of its pins and boards. */
function routesOf(file: string): string[] {
  const generation = openGeneration(file);
  const { pins, boards } = generation;
  const ids = (items: Items): string[] =>
    [0, 1, Math.floor(items.count / 2), items.count - 1].map((row) => encodeURIComponent(items.item(row).id));
  const routes = [
    ...['/v1/info', '/health/live', '/v1/pins', '/v1/pins?community=0', '/v1/search?q=thing', '/v1/search?q=umbr'],
    ...ids(pins).flatMap((pin) => [`/v1/pins/${pin}`, `/v1/pins/${pin}/related?limit=50`, `/v1/pins/${pin}/picture`]),
    ...['walk', 'embedding', 'pinTitle', 'spectral'].map((name) => `/v1/pins/${ids(pins)[1]}/related?strategy=${name}`),
    ...ids(boards).flatMap((board) => [`/v1/boards/${board}`, `/v1/boards/${board}/ideas?limit=50`]),
  ];
  generation.close();
  return routes;
}

/** Opens damaged generations: as a small file is, and as a large one in the moment before its checksum has been read. */
export async function damageGenerations(
  world: string,
  tally: Tally,
  { seed, inputs, until, verify }: Share & { readonly verify: 'now' | 'none' },
): Promise<void> {
  const subject = verify === 'now' ? 'generation' : 'generation, checked beside';
  const [whole, other] = [1, 2].map((own) => readFileSync(program.generationOf(world, `seed${own}`))) as [
    Buffer,
    Buffer,
  ];
  const file = path.join(world, 'damaged.sqlite');
  writeFileSync(file, whole);
  const asked = routesOf(file);
  const server = new AskedServer();
  const expected = await server.answersOf(file, verify, asked);
  for (let input = 0; input < inputs && !tally.isOver(until); input++) {
    const random = randomStream(seed, subject, input);
    const damaged = damage(whole, other, { random, region: (input * stride) % regions, regions });
    if (!damaged) continue;
    if (input % 100 === 99) tally.say(`${subject}: ${input + 1} tried`);
    const fault = (what: string): void => tally.fault({ subject, input: `${input} (${damaged.what})`, what });
    writeFileSync(file, damaged.bytes);
    try {
      const answers = await server.answersOf(file, verify, asked);
      const differing = asked.filter((_, n) => answers[n] !== expected[n]);
      const failed = answers.findIndex((answer) => /^5/.test(answer) && !/^503 .*GENERATION_INVALID/.test(answer));
      if (failed >= 0) fault(`${asked[failed]} answers ${answers[failed]?.slice(0, 200)}`);
      if (differing.length === 0) tally.add(subject, 'answers as undamaged');
      else if (verify === 'none') tally.add(subject, 'answers otherwise until it has been read');
      else fault(`${differing[0]} answers otherwise`);
    } catch (error) {
      if (error instanceof PinwalkError && error.code === 'GENERATION_INVALID') tally.add(subject, 'refused');
      else fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
  await server.close();
}

/** One server that is asked of one generation after another: to build one takes longer than to ask it. */
class AskedServer {
  #snapshot: Snapshot | undefined;
  readonly #app: ReturnType<typeof buildServer>;

  constructor() {
    const current = (): Snapshot => {
      if (!this.#snapshot) throw new Error('nothing is asked now');
      return this.#snapshot;
    };
    const snapshot: Snapshot = {
      get generation() {
        return current().generation;
      },
      get recommender() {
        return current().recommender;
      },
      get id() {
        return current().id;
      },
      get damage() {
        return current().damage;
      },
      close: () => current().close(),
    };
    this.#app = buildServer({ snapshot });
  }

  /** Status and body of routes, without what differs from one request to the next. */
  async answersOf(file: string, verify: 'now' | 'none', routes: readonly string[]): Promise<string[]> {
    const snapshot = openSnapshot(file, { verify });
    this.#snapshot = snapshot;
    try {
      const answers: string[] = [];
      for (const url of routes) {
        const { statusCode, body } = await (await this.#app).inject(url);
        answers.push(`${statusCode} ${body.replace(/"(requestId|instance)":"[^"]*"|"tookMs":[\d.]+/g, '')}`);
      }
      return answers;
    } finally {
      snapshot.close();
    }
  }

  async close(): Promise<void> {
    await (await this.#app).close();
  }
}

/** Reads damaged checkpoints as `train --resume` and `evaluate` do. */
// Asynchronous like its sisters.
// oxlint-disable-next-line typescript/require-await
export async function damageCheckpoints(world: string, tally: Tally, { seed, inputs, until }: Share): Promise<void> {
  const subject = 'checkpoint';
  const [mine, others] = [1, 2].map((own) => path.join(world, 'runs', `seed${own}`, 'checkpoints')) as [string, string];
  const folder = path.join(world, 'checkpoints');
  cpSync(mine, folder, { recursive: true });
  const state = latestState(folder);
  const standing = loadLatest(folder)?.state;
  if (!state || !standing) throw new Error('a finished training has checkpoints');
  const expected = { ...standing, keptEpoch: state.keptEpoch };
  const read = (): void => {
    latestState(folder);
    const latest = loadLatest(folder);
    if (latest) checkResumable(latest.state, expected);
    loadBest(folder, expected);
  };
  const newest = `step-${String(standing.step).padStart(7, '0')}.ckpt`;
  for (let input = 0; input < inputs && !tally.isOver(until); input++) {
    const random = randomStream(seed, subject, input);
    const name = input % 2 === 0 ? newest : 'best.ckpt';
    const [whole, other] = [mine, others].map((of) => readFileSync(path.join(of, name))) as [Buffer, Buffer];
    // Half of the damages fall on the header, a hundredth of the file.
    const region = input % 4 < 2 ? Math.floor(random() * 4) : input % regions;
    const damaged =
      input < 4 ? { bytes: other, what: 'of another run' } : damage(whole, other, { random, region, regions });
    if (!damaged) continue;
    const fault = (what: string): void => tally.fault({ subject, input: `${input} (${name}: ${damaged.what})`, what });
    writeFileSync(path.join(folder, name), damaged.bytes);
    try {
      read();
      fault('it was taken');
    } catch (error) {
      if (error instanceof PinwalkError && error.code === 'CHECKPOINT_INVALID') tally.add(subject, 'refused');
      else fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    copyFileSync(path.join(mine, name), path.join(folder, name));
  }
}

/** Damages what else a run keeps, one file at a time, and runs the command that reads it. */
async function damageOthers(world: string, tally: Tally, { seed, inputs, until }: Share): Promise<void> {
  const readers = [
    ['run.json', 'compare seed1 seed2'],
    ['metrics.json', 'compare seed1 seed2'],
    ['queries.parquet', 'compare seed1 seed2'],
    ['run.lock', 'train --run seed1 --resume'],
    ['run.json', 'evaluate --run seed1'],
    ['metrics.jsonl', 'evaluate --run seed1'],
    ['../cache', 'evaluate --run seed1'],
  ] as const;
  const subject = 'other files';
  await program.pinwalk(['evaluate', '--run', 'seed1'], world); // the cache is there
  const runs = path.join(world, 'runs');
  const [spared, own] = [path.join(world, 'spared'), path.join(runs, 'seed1')];
  cpSync(runs, spared, { recursive: true, verbatimSymlinks: true });
  for (let input = 0; input < inputs && !tally.isOver(until); input++) {
    const [name, line] = readers[input % readers.length] as (typeof readers)[number]; // below its length
    const file = name === '../cache' ? cachedFile(runs) : path.join(own, name);
    const whole = readFileSync(file);
    const other = name === 'run.lock' ? Buffer.from('something else') : Buffer.from(whole).reverse();
    const random = randomStream(seed, subject, input);
    const damaged = damage(whole.length > 0 ? whole : Buffer.from(' '), other, {
      random,
      region: input % 9,
      regions: 9,
    });
    if (!damaged) continue;
    writeFileSync(file, damaged.bytes);
    const end = await program.pinwalk(line.split(' '), world);
    if (end.code === 1 || end.code === 2) tally.add(subject, 'refused');
    else if (end.code === 0) tally.add(subject, 'done all the same');
    else tally.fault({ subject, input: `${input} (${name}: ${damaged.what})`, what: program.lastLine(end) });
    rmSync(runs, { recursive: true });
    cpSync(spared, runs, { recursive: true, verbatimSymlinks: true });
  }
}

function cachedFile(runs: string): string {
  const [name] = readdirSync(path.join(runs, 'cache'));
  return path.join(runs, 'cache', name ?? '');
}

/** Starts two trainings on one run at once: one ends as any other, one is refused. */
async function pairTrainers(world: string, tally: Tally, { inputs, until }: Share): Promise<void> {
  const subject = 'two trainers';
  for (let pair = 1; pair <= inputs && !tally.isOver(until); pair++) {
    const name = `pair-${pair}`;
    const argv = program.trainingArgv(world, name);
    const ends = await Promise.all([program.pinwalk(argv, world), program.pinwalk(argv, world)]);
    const refused = ends.filter(({ code, err }) => code !== 0 && /RUN_IN_USE|OPTION_OUT_OF_RANGE/.test(err));
    const done = ends.find(({ code }) => code === 0);
    if (refused.length === 1 && done) {
      tally.add(
        subject,
        /RUN_IN_USE/.test(refused[0]?.err ?? '') ? 'one told who has the run' : 'one told that the run is there',
      );
      expectAsNeverStopped(tally, { subject, input: name, world, name, end: done });
    } else tally.fault({ subject, input: name, what: ends.map((end) => program.lastLine(end)).join('; ') });
  }
}
