/**
 * The command line: every command with its options and examples. Commands themselves are loaded when they are called.
 *
 * Exit codes: 0 done, 1 failed with a message, 2 the command line cannot be used, 70 a bug (with its stack), 130 and 143 stopped by
 * SIGINT (Ctrl-C) or SIGTERM before it was done.
 */
import { Command, CommanderError, Option } from 'commander';
import { PinwalkError } from '../data/errors.js';
import { formerNames, underCurrentNames } from '../data/former-names.js';
import { damageOf } from '../data/generation/verification.js';
import { configGroups, configSchema } from '../train/config.js';
import { addBatch } from './commands/batch-program.js';
import { choice, configOption, examples, integer, strategyOption } from './commands/option-kinds.js';
import { Interruption, latestGeneration } from './commands/options.js';
import type {
  AblateOptions,
  CommonOptions,
  EvaluateOptions,
  ExportOptions,
  Output,
  RelatedOptions,
  SeedsOptions,
  ServeOptions,
  StartOptions,
  TrainOptions,
  TuneOptions,
} from './commands/options.js';
import { savesOption, withReading, withReadingOf } from './commands/reading.js';

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
    .configureOutput({ writeOut: (text) => output.out(text), writeErr: (text) => output.err(text) })
    .showHelpAfterError('(--help shows options and examples)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong command line, 70 a bug, 130 and 143 stopped by Ctrl-C or SIGTERM.',
    );
  addStart(program, output);
  addTrain(program, output);
  addServe(program, output);
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
    .description("Serve; train on the shipped designers' boards first if there is no run.");
  withAddress(command)
    .addHelpText('after', examples('npm start', 'npm start -- --port 8080'))
    .action(async (options: StartOptions) => {
      const { start } = await import('./commands/start.js');
      await start(options, output);
    });
}

function addTrain(program: Command, output: Output): void {
  const command = withReading(
    withSource(
      program.command('train').description('Train on saves, evaluate, and write a generation that can be served.'),
    ),
  )
    .option('--run <name>', 'name of the run directory in runs/ (default: a new one)')
    .option('--resume', "go on from the run's last checkpoint", false)
    .addOption(
      new Option(
        '--seeds <count>',
        'train with so many seeds, from the seed on, and print mean and standard deviation',
      ).argParser(integer(2, 1000)),
    )
    .option('--config <file>', 'JSON file of the parameters below')
    .addOption(
      new Option('--serve-split <saves>', 'saves the generation knows').choices(['all', 'train']).default('all'),
    )
    .option('--strict', 'malformed, duplicate or unknown rows are an error', false)
    .option('--json', 'metrics as JSON on standard output', false);
  for (const [group, names] of Object.entries(configGroups)) {
    for (const name of names) {
      command.addOption(configOption(name, configSchema.properties[name]).helpGroup(`${group}:`));
    }
  }
  for (const [former, name] of Object.entries(formerNames.options)) {
    command.addOption(configOption(former, configSchema.properties[name]).hideHelp());
  }
  command
    .addHelpText(
      'after',
      examples(
        'npm run train',
        'npm run train -- --data ./my-saves --run mine',
        'npm run train -- --saves saves.csv.gz --epochs 3 --dimension 64',
        'npm run train -- --graph films.gexf --pins type=film',
        'npm run train -- --run mine --resume',
        'npm run train -- --run mine --seeds 3',
      ),
    )
    .action(async (given: Record<string, unknown>) => {
      // Commander built it from the options declared above.
      const { seeds, ...common } = withOverrides(given) as unknown as TrainOptions & Partial<SeedsOptions>;
      if (seeds === undefined) {
        const { train } = await import('./commands/train.js');
        await train(common, output);
      } else {
        const { trainSeeds } = await import('./commands/seeds.js');
        await trainSeeds({ ...common, seeds }, output);
      }
    });
}

function addServe(program: Command, output: Output): void {
  const command = program
    .command('serve')
    .description('Serve a generation over HTTP.')
    .option('--generation <file>', 'the file to serve', latestGeneration);
  withAddress(command)
    .addHelpText(
      'after',
      examples('npm run serve', 'npm run serve -- --generation pinwalk.sqlite --host 0.0.0.0 --port 80'),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./commands/serve.js');
      await serve(options, output);
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
    .description('Write the graph, a part of it, or ranked lists to a file.')
    .option('--generation <file>', 'the file to read', latestGeneration)
    .addOption(
      choice('--format <name>', 'what to write', 'exportFormats', [
        ...['gexf', 'graphml', 'json', 'csv', 'lists'],
      ]).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'the file to write; csv writes a second one with .nodes in its name')
    .option('--community <number>', 'only this community', integer(0, 0xffffffff))
    .option('--pin <id>', 'only what lies near this pin')
    .option('--hops <count>', 'how near: 1 its boards, 2 their pins, ...', integer(0, 16), 2)
    .addOption(
      new Option('--task <name>', 'for lists: what to list')
        .choices(['boardIdeas', 'coldPins', 'relatedPins'])
        .default('boardIdeas'),
    )
    .option('-k, --k <count>', 'for lists: length of a list', integer(1, 10_000), 100)
    .addOption(strategyOption())
    .option('--json', 'what was written as JSON', false)
    .addHelpText(
      'after',
      examples(
        'npm run export -- --format gexf --out graph.gexf',
        'npm run export -- --format graphml --community 3 --out community.graphml',
        'npm run export -- --format csv --pin umbrella --hops 2 --out umbrella.csv',
        'npm run export -- --format lists --task boardIdeas --k 100 --out lists.tsv',
      ),
    )
    .action(async (options: ExportOptions) => {
      const { exportGeneration } = await import('./commands/export.js');
      await exportGeneration(options, output);
    });
}

function addEvaluate(program: Command, output: Output): void {
  const command = program
    .command('evaluate')
    .description('Evaluate a finished run on its test saves again.')
    .option('--run <name>', 'name of the run directory in runs/', 'latest');
  withReading(command)
    .addOption(new Option('--data <folder>', 'data to evaluate on (default: what the run was trained on)'))
    .addOption(savesOption())
    .option('--vectors <file>', 'vectors of your own, where they lie elsewhere now')
    .option('--json', 'metrics as JSON on standard output', false)
    .addHelpText('after', examples('npm run evaluate', 'npm run evaluate -- --run mine --json'))
    .action(async (given: Record<string, unknown>) => {
      const { evaluate } = await import('./commands/evaluate.js');
      await evaluate(withReadingOf(given) as unknown as EvaluateOptions, output);
    });
}

function addCompare(program: Command, output: Output): void {
  program
    .command('compare')
    .description('Print finished runs beside each other, with paired tests of each against the first.')
    .argument('<runs...>', 'names of run directories in runs/, or their paths')
    .option('--json', 'the comparison as JSON', false)
    .addHelpText('after', examples('npm run compare -- first second', 'npm run compare -- first second third --json'))
    .action(async (runs: string[], options: CommonOptions) => {
      const { compare } = await import('./commands/compare.js');
      await compare(runs, options, output);
    });
}

function addAblate(program: Command, output: Output): void {
  withReading(
    withData(program.command('ablate').description('Train and evaluate the ablation: one change a row, on one split.')),
  )
    .option('--rows <names>', 'rows of the ablation by name, separated by commas (default: all)')
    .option('--run <name>', 'name of the run directory in runs/; its finished rows are kept (default: a new one)')
    .addHelpText(
      'after',
      examples(
        'npm run ablate',
        'npm run ablate -- --data ./my-saves --run ablation --epochs 4',
        'npm run ablate -- --rows walk,importancePooling,meanPooling,maxPooling --run ablation',
      ),
    )
    .action(async (given: Record<string, unknown>) => {
      const { ablate } = await import('./commands/ablate.js');
      await ablate(withOverrides(given) as unknown as AblateOptions, output);
    });
}

function addTune(program: Command, output: Output): void {
  withReading(
    withData(
      program
        .command('tune')
        .description('Search for better parameters by successive halving, on validation saves alone.'),
    ),
  )
    .addOption(
      new Option('--trials <count>', 'configs on the first rung, the one given among them')
        .argParser(integer(2, 10_000))
        .makeOptionMandatory(),
    )
    .option('--run <name>', 'name of the run directory in runs/; its finished trials are kept (default: a new one)')
    .addHelpText(
      'after',
      examples(
        'npm run tune -- --trials 27',
        'npm run tune -- --data ./my-saves --trials 9 --epochs 6 --run search',
        'npm run tune -- --config fixed.json --trials 27    # what fixed.json names is not searched',
        'npm run train -- --config runs/search/best.json',
      ),
    )
    .action(async (given: Record<string, unknown>) => {
      const { tune } = await import('./commands/tune.js');
      await tune(withOverrides(given) as unknown as TuneOptions, output);
    });
}

/** Options of commands that train many times: data, a config file, and the two parameters that are changed most. */
function withData(command: Command): Command {
  return withSource(command)
    .option('--config <file>', 'JSON file of parameters that all trainings share')
    .addOption(configOption('epochs', configSchema.properties.epochs))
    .addOption(configOption('seed', configSchema.properties.seed))
    .option('--json', 'results as JSON on standard output', false);
}

/** Parts what commander read into options of the command and `overrides` of the config, former names under their current ones. */
function withOverrides(all: Record<string, unknown>): Record<string, unknown> {
  const given = withReadingOf(all);
  const isParameter = (name: string): boolean => name in configSchema.properties;
  const options = Object.entries(underCurrentNames('options', given));
  const part = (which: boolean): Record<string, unknown> =>
    Object.fromEntries(options.filter(([name]) => isParameter(name) === which));
  return { ...part(false), overrides: part(true) };
}

function withAddress(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', integer(0, 65_535), 7077)
    .addOption(
      new Option('--log-level <level>', 'requests and errors on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
    .option('--json', 'the address as JSON', false);
}

/** What to train on. */
function withSource(command: Command): Command {
  return command
    .addOption(new Option('--data <folder>', "folder with saves.*, pins.*, boards.* (default: the designers' boards)"))
    .addOption(savesOption())
    .addOption(
      new Option('--graph <file>', 'a graph instead: GEXF, GraphML or graphology JSON').conflicts(['data', 'saves']),
    )
    .option('--pins <attribute=value>', 'nodes of the graph that are pins (default: kind=pin, as our exports have it)')
    .option(
      '--vectors <file>',
      'vectors of your own: .npy with .ids.txt beside it, .npz, or Parquet with a list column',
    )
    .option('--vector-column <name>', 'the column of vectors where a Parquet file has several of lists');
}
