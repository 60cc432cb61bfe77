/**
 * The command line: every command with its options and examples. Commands themselves are loaded when they are called.
 *
 * Exit codes: 0 done, 1 failed with a message, 2 the command line cannot be used, 70 a bug (with its stack), 130 and 143 stopped by
 * SIGINT (Ctrl-C) or SIGTERM before it was done.
 */
import { availableParallelism } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { PinwalkError } from '../data/errors.js';
import { damageOf } from '../data/generation/verification.js';
import { shortened } from '../data/visible-text.js';
import { addBatch } from './commands/batch-program.js';
import {
  choice,
  examples,
  hostAddress,
  integer,
  origins,
  strategyOption,
  taskOption,
} from './commands/option-kinds.js';
import { Interruption, latestGeneration } from './commands/options.js';
import type {
  ExportOptions,
  KeyOptions,
  Output,
  RelatedOptions,
  ServeOptions,
  StartOptions,
} from './commands/options.js';
import { scopes } from './keys/scopes.js';
import { addAblate, addCompare, addEvaluate, addTrain, addTune } from './commands/training-program.js';

/** Runs one command line, without the program's own name. Resolves to the exit code when the command has ended. */
export async function run(argv: readonly string[], output: Output): Promise<number> {
  try {
    await createProgram(output).parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (given) {
    const error = explainMissing(damageOf(given) ?? given);
    if (error instanceof CommanderError) {
      const isLikelyId = error.code === 'commander.unknownOption' && argv[0] === 'related';
      if (isLikelyId) output.err('An id that begins with - goes after --: pinwalk related -- -id\n');
      return error.exitCode === 0 ? 0 : 2;
    }
    if (error instanceof Interruption) return error.exitCode;
    const json = argv.includes('--json');
    if (error instanceof PinwalkError) {
      const { code, message } = error;
      output.err(json ? `${JSON.stringify({ error: { code, message } })}\n` : `pinwalk: ${message} [${code}]\n`);
      return code.startsWith('OPTION_') ? 2 : 1;
    }
    output.err(`pinwalk: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 70;
  }
}

/** A package of training that is not installed, said as what to do: those are optional, since a server does without. */
function explainMissing(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const [, name] = /^Cannot find package '(@tensorflow\/[\w-]+)'/.exec(message) ?? [];
  if (code !== 'ERR_MODULE_NOT_FOUND' || name === undefined) return error;
  return new PinwalkError(
    'BACKEND_UNAVAILABLE',
    `train: TensorFlow.js must be installed (got no package ${name}); install without --omit=optional`,
    { cause: error },
  );
}

function createProgram(output: Output): Command {
  const program = new Command('pinwalk')
    .description('Recommendations from what people save to boards.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text),
      // A line of an error repeats what was typed, however long.
      writeErr: (text) =>
        output.err(
          text
            .split('\n')
            .map((line) => shortened(line, 1000))
            .join('\n'),
        ),
    })
    .showHelpAfterError('(--help shows options and examples)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong command line, 70 a bug, 130 and 143 stopped by Ctrl-C or SIGTERM.',
    );
  addStart(program, output);
  addTrain(program, output);
  addServe(program, output);
  addKey(program, output);
  addRelated(program, output);
  addExport(program, output);
  addEvaluate(program, output);
  addCompare(program, output);
  addAblate(program, output);
  addTune(program, output);
  addBatch(program, output);
  return program;
}

function addStart(program: Command, output: Output): void {
  const command = program
    .command('start')
    .description("Serve; where there is no run yet, train on the shipped designers' boards beside it.");
  withAddress(command)
    .option('--no-train', 'only serve: what saves alone say, where there is no run yet')
    .addHelpText('after', examples('npm start', 'npm start -- --port 8080', 'npm start -- --no-train'))
    .action(async (options: StartOptions) => {
      const { start } = await import('./commands/start.js');
      await start(options, output);
    });
}

function addServe(program: Command, output: Output): void {
  const command = program
    .command('serve')
    .description('Serve a generation over HTTP.')
    .option('--generation <file>', 'the file to serve', latestGeneration)
    .option(
      '--live [file]',
      'take events (POST /v1/events) into this file; default: live.sqlite beside the generation, runs/live.sqlite for runs/latest',
    );
  withAddress(command)
    .addHelpText(
      'after',
      examples(
        'npm run serve',
        'npm run serve -- --live',
        'npm run serve -- --generation pinwalk.sqlite --host 0.0.0.0 --port 80',
      ),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./commands/serve.js');
      await serve(options, output);
    });
}

function addKey(program: Command, output: Output): void {
  program
    .command('key')
    .description('Make a key for serve --keys; the key is printed once, its line holds a hash of it.')
    .argument('<name>', 'whom it is for, as it stands in the log')
    .addOption(new Option('--scopes <names...>', 'what it may do').choices(scopes).default(['read']))
    .option('--per-minute <count>', 'requests it may make a minute; default: no limit', integer(1, 1_000_000))
    .option('--json', 'key and line as JSON', false)
    .addHelpText(
      'after',
      examples('npx pinwalk key shop >> keys.txt', 'npx pinwalk key operations --scopes read admin --json'),
    )
    .action(async (name: string, options: KeyOptions) => {
      const { key } = await import('./commands/key.js');
      key(name, options, output);
    });
}

function addRelated(program: Command, output: Output): void {
  program
    .command('related')
    .description('Print the pins related to a pin.')
    .argument('<pin>', 'an id, or words of a title')
    .option('--generation <file>', 'the file to ask', latestGeneration)
    .option('-k, --k <count>', 'length of the list', integer(1, 500), 10)
    .addOption(strategyOption())
    .option('--json', 'the list as JSON', false)
    .addHelpText(
      'after',
      examples('npm run related -- umbrella', 'npm run related -- guitar --strategy walk -k 5 --json'),
    )
    .action(async (pin: string, options: RelatedOptions) => {
      const { related } = await import('./commands/related.js');
      await related(pin, options, output);
    });
}

function addExport(program: Command, output: Output): void {
  program
    .command('export')
    .description('Write the graph or a part of it, ranked lists, vectors, or the split of the run.')
    .option('--generation <file>', 'the file to read', latestGeneration)
    .addOption(
      choice('--format <name>', 'what to write', 'exportFormats', [
        ...['gexf', 'graphml', 'json', 'csv', 'lists', 'recommendations'],
        ...['npy', 'safetensors', 'parquet', 'projector', 'pgvector', 'onnx', 'split'],
      ]).makeOptionMandatory(),
    )
    .requiredOption(
      '--out <file>',
      'the file to write (csv: a second one with .nodes in its name); a folder for npy, parquet, projector, pgvector, onnx, split',
    )
    .option('--community <number>', 'only this community', integer(0, 0xffffffff))
    .option('--pin <id>', 'only what lies near this pin')
    .option('--hops <count>', 'how near: 1 its boards, 2 their pins, ...', integer(0, 16), 2)
    .addOption(taskOption('for lists and recommendations: what to list'))
    .option('-k, --k <count>', 'for lists and recommendations: length of a list', integer(1, 10_000), 100)
    .addOption(strategyOption())
    .option('--json', 'what was written as JSON', false)
    .addHelpText(
      'after',
      examples(
        'npm run export -- --format gexf --out graph.gexf',
        'npm run export -- --format graphml --community 3 --out community.graphml',
        'npm run export -- --format csv --pin umbrella --hops 2 --out umbrella.csv',
        'npm run export -- --format lists --task boardIdeas --k 100 --out lists.tsv',
        'npm run export -- --format recommendations --task relatedPins --k 10 --out related.csv',
        'npm run export -- --format npy --out vectors            # numpy.load, faiss, hnswlib',
        'npm run export -- --format safetensors --out vectors.safetensors',
        'npm run export -- --format parquet --out vectors        # DuckDB, polars, pandas',
        'npm run export -- --format pgvector --out vectors       # cd vectors && psql -f load.sql',
        'npm run export -- --format onnx --out model             # onnxruntime',
        'npm run export -- --format projector --out projector    # tensorboard --logdir projector',
        'npm run export -- --format split --out split            # train.csv, validation.csv, test.csv',
      ),
    )
    .action(async (options: ExportOptions) => {
      const { exportGeneration } = await import('./commands/export.js');
      await exportGeneration(options, output);
    });
}

function withAddress(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', hostAddress, '127.0.0.1')
    .option('--allow-host <name...>', 'names a proxy on this machine passes on as Host, while --host is loopback')
    .option('--keys <file>', 'keys that callers must show one of: lines of npx pinwalk key; SIGHUP reads them again')
    .addOption(new Option('--open', 'let anybody ask, on an address that others reach').conflicts('keys'))
    .option(
      '--cors <origin...>',
      'origins whose pages may read answers, as https://shop.example; * is every one',
      origins,
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one', integer(0, 65_535), 7077)
    .option('--threads <number>', 'threads that make lists', integer(1, 256), availableParallelism())
    .option(
      '--deadline-ms <number>',
      'milliseconds that a list may take; where more is asked than that allows, some is refused at once',
      integer(1, 600_000),
      2000,
    )
    .addOption(
      new Option('--log-level <level>', 'requests and errors on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
    .option('--json', 'the address as JSON', false);
}
