/** Reads Parquet as others write it: `npm run crossings:parquet -- [options]`. */
import { Command } from 'commander';
import { crossParquet, type CrossParquetOptions } from './parquet.js';

const program = new Command('crossings:parquet')
  .description(
    'Parquet of pyarrow, pandas, polars, DuckDB and Spark must be read as one collection; exit code 1 where not.',
  )
  .option('--python <file>', 'a Python that has them', process.env['PINWALK_PYTHON'] ?? 'python3')
  .option('--keep <folder>', 'leaves what was written there')
  .option('--read <folder>', 'reads what was kept, on another Node say')
  .action(async (options: CrossParquetOptions) => {
    if (!(await crossParquet(options))) process.exitCode = 1;
  });
await program.parseAsync();
