/**
 * Campaigns against what others send and what breaks, by name: `npm run campaign -- NAME [options]`.
 *
 * Each is seeded and bounded in time; what it prints is its section of `spec/reliability.md`. Exit code 1 where it found a fault.
 */
import { Argument, Command, InvalidArgumentError } from 'commander';
import { formatResult, type CampaignOptions, type CampaignResult } from './result.js';

/** A kind's module: `run` tries until it is done or the time is over. */
interface Kind {
  readonly run: (options: CampaignOptions) => Promise<CampaignResult>;
}

const kinds: Readonly<Record<string, () => Promise<Kind>>> = {
  disk: () => import('./disk.js'),
  files: () => import('./files.js'),
  kill: () => import('./kill.js'),
};

function above0(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('must be an integer from 0 up');
  return value;
}

const program = new Command('campaign')
  .description('Tries what breaks programs, many times; prints what held; exit code 1 at any fault.')
  .addArgument(new Argument('<kind>').choices(Object.keys(kinds)))
  .option('--minutes <n>', 'ends about then', above0, 10)
  .option('--seed <n>', 'of everything that is drawn', integer, 1)
  .option('--only <subject>', 'one of its subjects alone, to repeat a fault')
  .action(async (kind: string, options: Omit<CampaignOptions, 'onProgress'>) => {
    const { run } = await (kinds[kind] as () => Promise<Kind>)(); // one of the choices
    const result = await run({ ...options, onProgress: (line) => console.error(line) });
    console.log(formatResult(kind, result));
    console.log(
      `npm run campaign -- ${kind} --minutes ${options.minutes} --seed ${options.seed}; Node ${process.version}`,
    );
    if (result.faults.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
