/**
 * The benches by name: `npm run bench -- NAME [options]`.
 */
import { Command, InvalidArgumentError } from 'commander';
import { benchBaselines, type BaselinesBenchOptions } from './baselines.js';
import { benchKill, type KillOptions } from './kill.js';
import { benchLive, type LiveBenchOptions } from './live.js';
import { benchLoading } from './loading.js';
import { benchMatrix } from './matrix.js';
import { benchMemory } from './memory.js';
import { benchServe, type ServeBenchOptions } from './serve.js';
import { benchTrainStep, type TrainStepOptions } from './train-step.js';
import { benchWalk, type WalkBenchOptions } from './walk.js';

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be an integer from 1 up');
  return value;
}

const program = new Command('bench').description('Benches: seeded data, warm-up, medians with their intervals.');
program
  .command('train-step')
  .description('a training step on each backend, in stock TF.js and in PyTorch, which take turns; GFLOP/s by operation')
  .option('--rounds <n>', 'turns that each of them takes', count, 8)
  .option('--cores <n>', 'cores that each is held to', count, 1)
  .option('--only <names...>', 'of wasm, tensorflow, cpu, stock, pytorch', ['wasm', 'tensorflow', 'stock', 'pytorch'])
  .option('--python <file>', 'a Python that has torch; default $PINWALK_PYTHON, else python3')
  .option('--no-kernels', 'leaves the single operations out')
  .option('--json', 'prints one object', false)
  .action(({ only, python = process.env['PINWALK_PYTHON'] ?? 'python3', ...options }: CommandOptions) =>
    benchTrainStep({ ...options, python, candidates: only }),
  );
program
  .command('memory')
  .description('tensors, wasm heap and RSS over many steps; exit code 1 when they grow')
  .option('--steps <n>', 'steps to run', count, 5000)
  .option('--backend <name>', 'as for train', 'wasm')
  .option('--json', 'prints one object', false)
  .action((options: { steps: number; backend: string; json: boolean }) => benchMemory(options));
program
  .command('matrix')
  .description('our matrix product beside the peak of a core, many shapes')
  .option('--repeats <n>', 'best of this many', count, 60)
  .option('--json', 'prints one array', false)
  .action((options: { repeats: number; json: boolean }) => benchMatrix(options));
program
  .command('kill')
  .description('kill -9 at random moments of a training, resumed each time; exit code 1 when its last bytes differ')
  .option('--kills <n>', 'moments', count, 20)
  .option('--seed <n>', 'of the moments', count, 1)
  .action((options: KillOptions) => benchKill(options));
program
  .command('loading')
  .description('memory and time to read files of 1x, 4x and 16x the rows over one graph')
  .option('--rows <n>', 'rows of the largest file', count, 16_000_000)
  .action((options: { rows: number }) => benchLoading(options));
program
  .command('walk')
  .description('hop pairs a second of our walk beside its twin in C, by gcc and by clang, in turns')
  .option('--pins <n>', 'of the graph', count, 1_000_000)
  .option('--boards <n>', 'of the graph', count, 200_000)
  .option('--saves <n>', 'drawn for the graph, before repeats are merged', count, 20_000_000)
  .option('--turns <n>', 'that each program takes', count, 10)
  .option('--json', 'prints one object', false)
  .action((options: WalkBenchOptions) => benchWalk(options));

program
  .command('baselines')
  .description("als, item neighbors and EASE beside Python's implicit and NumPy, on one split")
  .option('--data <folder>', 'as for train', 'data/designers-boards')
  .option('--seed <n>', 'of the split', count, 1)
  .option('--only <names...>', 'of these', ['als', 'ease', 'cosineNeighbors', 'tfIdfNeighbors', 'bm25Neighbors'])
  .option('--python <file>', 'a Python that has implicit', process.env['PINWALK_PYTHON'] ?? 'python3')
  .action((options: BaselinesBenchOptions) => benchBaselines(options));

program
  .command('live')
  .description(
    'live events into their store, walks over live saves beside a finished graph, kills; exit code 1 where they differ',
  )
  .option('--events <n>', 'into the store, and for the consumer that is killed', count, 200_000)
  .option('--pins <n>', 'of the graph', count, 200_000)
  .option('--boards <n>', 'of the graph', count, 40_000)
  .option('--saves <n>', 'drawn for the graph, before repeats are merged', count, 3_000_000)
  .option('--turns <n>', 'of each measure', count, 10)
  .option('--kills <n>', 'kill -9 at random moments', count, 10)
  .action((options: LiveBenchOptions) => benchLive(options));

program
  .command('serve')
  .description('requests/s, p50 and p99 of a server, load out of another process; a gorse beside it where one is named')
  .option('--generation <file>', 'what is served', 'runs/latest/pinwalk.sqlite')
  .option('--clients <counts...>', 'connections, each with one request at a time', ['1', '16', '64'])
  .option('--seconds <n>', 'of each measure', count, 5)
  .option('--turns <n>', 'that all of them take', count, 3)
  .option('--gorse <url>', 'a gorse that holds the same pins: spec/bench/peers/gorse.sh')
  .option('--json', 'prints one array', false)
  .action(({ clients, ...options }: Omit<ServeBenchOptions, 'clients'> & { clients: string[] }) =>
    benchServe({ ...options, clients: clients.map(count) }),
  );

type CommandOptions = Omit<TrainStepOptions, 'candidates' | 'python'> & { only: string[]; python?: string };

await program.parseAsync();
