/**
 * The commands of batches: on this machine, on a Spark cluster, and the child that Spark's tasks start.
 */
import { availableParallelism } from 'node:os';
import { Option, type Command } from 'commander';
import { PinwalkError } from '../../data/errors.js';
import { batchDefaults, stageNames, type StageName } from '../../train/stages/row-stage.js';
import { examples, integer, number } from './option-kinds.js';
import type { LocalBatchOptions, PlanOptions, SparkOptions } from './batch-options.js';
import type { Output } from './options.js';
import { savesOption, withReading, withReadingOf } from './reading.js';

/** Declares `batch`, `spark submit`, `spark plan` and the hidden `stage`. */
export function addBatch(program: Command, output: Output): void {
  withBatch(withReading(program.command('batch').description('Compute tables and a generation without training.')))
    .addOption(new Option('--data <folder>', 'folder with saves.*, pins.*, boards.*'))
    .option('--workers <count>', 'threads', integer(1, 256), availableParallelism())
    .addHelpText('after', examples('pinwalk batch --saves saves.parquet --out tables'))
    .action(async (given: Record<string, unknown>) => {
      const { batch } = await import('./batch.js');
      await batch(withReadingOf(given) as unknown as LocalBatchOptions, output); // as declared here and in withBatch
    });

  const spark = program.command('spark').description('The same batch on an Apache Spark cluster.');
  withBatch(spark.command('submit').description('Run a batch on a cluster; saves and tables are Parquet.'))
    .requiredOption('--master <url>', 'the cluster, as Spark names it: spark://host:7077, yarn, local[2]')
    .option('--python <file>', 'a Python with pyspark and pyarrow', process.env['PYSPARK_PYTHON'] ?? 'python3')
    .option('--titles <folder>', 'folder with pins.*, boards.* for the generation, read beside the driver')
    .addOption(new Option('--conf <key=value>', "a setting of Spark's; repeatable").default({}).argParser(setting))
    .addHelpText(
      'after',
      examples('pinwalk spark submit --master spark://host:7077 --saves hdfs:///saves --out hdfs:///tables'),
    )
    .action(async (options: SparkOptions) => {
      const { sparkSubmit } = await import('./spark.js');
      await sparkSubmit(options, output);
    });
  spark
    .command('plan')
    .description('Print the stages of a batch with bytes and partitions.')
    .requiredOption('--save-count <count>', 'distinct saves', integer(1, 2 ** 53))
    .requiredOption('--pin-count <count>', 'pins', integer(1, 2 ** 53))
    .requiredOption('--board-count <count>', 'boards', integer(1, 2 ** 53))
    .option('--cores <count>', 'cores of the cluster', integer(1, 1_000_000), 2)
    .option('--json', 'the plan as JSON', false)
    .action(async (options: PlanOptions) => {
      const { sparkPlan } = await import('./spark-plan.js');
      sparkPlan(options, output);
    });

  program.command('stage', { hidden: true }).action(async () => {
    const { stage } = await import('./stage.js');
    await stage();
  });
}

function withBatch(command: Command): Command {
  command
    .addOption(savesOption())
    .requiredOption('--out <folder>', 'where tables, pinwalk.sqlite and manifest.json go')
    .option('--stages <names>', `of ${stageNames.join(', ')}; what they need comes by itself`, stagesOf, [
      ...stageNames,
    ])
    .option('--partitions <count>', 'parts of each stage', integer(1, 1_000_000), 4)
    .option('--seed <number>', 'seeds walks and starting vectors', integer(0, 2 ** 32 - 1), batchDefaults.seed)
    .option('--neighbor-count <count>', 'neighbors of a pin', integer(1, 200), batchDefaults.neighborCount)
    .option('--walk-steps <count>', 'hop pairs a pin', integer(10, 1_000_000), batchDefaults.walkSteps)
    .option('--restart-probability <share>', 'chance to go back', number, batchDefaults.restartProbability)
    .option('--dimension <count>', 'length of vectors', integer(1, 4096), batchDefaults.dimension)
    .option('--layers <count>', 'times vectors are pooled', integer(1, 10), batchDefaults.layers)
    .option('--related-count <count>', 'length of related lists', integer(1, 500), batchDefaults.relatedCount)
    .option('--json', 'the manifest as JSON', false);
  for (const bound of ['min-pin', 'max-pin', 'min-board', 'max-board']) {
    command.option(`--${bound}-degree <count>`, 'saves that a row must have to stay', integer(0, 2 ** 32 - 1));
  }
  return command;
}

function stagesOf(text: string): StageName[] {
  const names = text.split(',');
  const unknown = names.find((name) => !(stageNames as readonly string[]).includes(name));
  if (unknown === undefined) return names as StageName[]; // each was looked up
  const must = `--stages: a stage must be one of ${stageNames.join(', ')}`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must} (got ${unknown})`);
}

function setting(text: string, others: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0) return { ...others, [text.slice(0, at)]: text.slice(at + 1) };
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `--conf: a setting must be KEY=VALUE (got ${text})`);
}
