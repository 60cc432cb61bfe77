/**
 * The commands that train and evaluate: `train`, `evaluate`, `compare`, `ablate`, `tune`.
 */
import { type Command, Option } from 'commander';
import { formerNames, underCurrentNames } from '../../data/former-names.js';
import { configGroups, configSchema } from '../../train/config.js';
import { configOption, examples, httpUri, integer, taskOption } from './option-kinds.js';
import type {
  AblateOptions,
  CommonOptions,
  EvaluateOptions,
  Output,
  SeedsOptions,
  TrainOptions,
  TuneOptions,
} from './options.js';
import { savesOption, withReading, withReadingOf } from './reading.js';

export function addTrain(program: Command, output: Output): void {
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
    .option('--baselines', 'evaluate baselines too, which takes longer', false)
    .option('--strict', 'malformed, duplicate or unknown rows are an error', false)
    .option('--tensorboard <folder>', "show the training in TensorBoard's logs, with a projector of the vectors")
    .addOption(
      new Option('--mlflow <uri>', 'show the training on an MLflow server: http://HOST:PORT').argParser(httpUri),
    )
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
        'npm run train -- --tensorboard logs          # and: tensorboard --logdir logs',
        'npm run train -- --mlflow http://127.0.0.1:5000',
      ),
    )
    .action(async (given: Record<string, unknown>) => {
      // Commander built it from the options declared above.
      const { seeds, ...common } = withOverrides(given) as unknown as TrainOptions & Partial<SeedsOptions>;
      if (seeds === undefined) {
        const { train } = await import('./train.js');
        await train(common, output);
      } else {
        const { trainSeeds } = await import('./seeds.js');
        await trainSeeds({ ...common, seeds }, output);
      }
    });
}

export function addEvaluate(program: Command, output: Output): void {
  const command = program
    .command('evaluate')
    .description('Evaluate a finished run on its test saves again.')
    .option('--run <name>', 'name of the run directory in runs/', 'latest');
  withReading(command)
    .addOption(new Option('--data <folder>', 'data to evaluate on (default: what the run was trained on)'))
    .addOption(savesOption())
    .option('--vectors <file>', 'vectors of your own, where they lie elsewhere now')
    .option('--baselines', 'evaluate baselines too, which takes longer', false)
    .option('--lists <file>', "judge another program's ranked lists in the run's paired tests; nothing is written")
    .addOption(taskOption('for --lists: what they answer'))
    .option('--json', 'metrics as JSON on standard output', false)
    .addHelpText(
      'after',
      examples(
        'npm run evaluate',
        'npm run evaluate -- --run mine --json',
        'npm run evaluate -- --run mine --lists theirs.csv   # query,pin,rank or query,pin,score; a TREC run; query, tab, pins',
      ),
    )
    .action(async (given: Record<string, unknown>) => {
      const options = withReadingOf(given) as unknown as EvaluateOptions;
      if (options.lists !== undefined) {
        const { judgeLists } = await import('./evaluate-lists.js');
        await judgeLists(options.lists, options, output);
      } else {
        const { evaluate } = await import('./evaluate.js');
        await evaluate(options, output);
      }
    });
}

export function addCompare(program: Command, output: Output): void {
  program
    .command('compare')
    .description('Print finished runs beside each other, with paired tests of each against the first.')
    .argument('<runs...>', 'names of run directories in runs/, or their paths')
    .option('--json', 'the comparison as JSON', false)
    .addHelpText('after', examples('npm run compare -- first second', 'npm run compare -- first second third --json'))
    .action(async (runs: string[], options: CommonOptions) => {
      const { compare } = await import('./compare.js');
      await compare(runs, options, output);
    });
}

export function addAblate(program: Command, output: Output): void {
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
      const { ablate } = await import('./ablate.js');
      await ablate(withOverrides(given) as unknown as AblateOptions, output);
    });
}

export function addTune(program: Command, output: Output): void {
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
      const { tune } = await import('./tune.js');
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
