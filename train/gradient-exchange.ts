/**
 * Gradients of all trainers, summed in the order of trainers: so a step has the same bytes however the threads are scheduled.
 *
 * Each trainer leaves its gradients where all can read them: in the memory of the parameter's own table, so that kernels sum
 * them, or in plain shared memory where that is full. Then each updates the rows of its own in every parameter: row r belongs to
 * trainer r mod trainers.
 */
import { moreRoom, type Block } from './kernels/shared-table.js';
import type { StepOptions } from './optimizers.js';
import { optimizerStep, stepInTable, type Parameter } from './parameters.js';
import { sharedFloats, sharedIntegers } from './shared-memory.js';

/** One trainer's gradient of one parameter. */
export interface ShardGradient {
  /** [touched rows, columns] row-major. */
  readonly values: Float32Array;
  /** The touched rows, each once; undefined: all, in order. */
  readonly rows?: Uint32Array | undefined;
  /** [rows of the parameter]: 1 + the place of a row in `rows`, 0 where it is not touched. Needed beside other shards only. */
  readonly places?: Uint32Array | undefined;
  /** Whether values and places lie in the memory of the parameter's table. */
  readonly isInTable?: boolean;
}

/** Room for one trainer's gradients in shared memory, parameter by parameter. */
export type GradientBoard = ReadonlyMap<string, GradientRoom>;

interface GradientRoom {
  readonly isInTable: boolean;
  readonly values: Float32Array;
  /** For parameters of which a batch touches some rows; the first entry counts them. */
  readonly rows?: Uint32Array;
  readonly places?: Uint32Array;
}

/**
 * Makes room for one trainer's gradients; pages are taken as they are written.
 *
 * @param isTouchedWhole  whether a batch touches all rows of a parameter of this name
 */
export function gradientBoard(
  weights: ReadonlyMap<string, Parameter>,
  isTouchedWhole: (name: string) => boolean,
): GradientBoard {
  return new Map([...weights].map(([name, weight]) => [name, roomFor(weight, isTouchedWhole(name))]));
}

function roomFor({ shape: [rowCount], values, memory }: Parameter, isWhole: boolean): GradientRoom {
  const rows = isWhole ? undefined : sharedIntegers(rowCount + 1);
  const more = memory && moreRoom(memory, [values.length, isWhole ? 0 : rowCount]);
  if (!more) {
    const room = { isInTable: false, values: sharedFloats(values.length) };
    return { ...room, ...(rows && { rows, places: sharedIntegers(rowCount) }) };
  }
  const [valuesAt, placesAt] = more.offsets;
  const room = { isInTable: true, values: new Float32Array(more.buffer, valuesAt, values.length) };
  return { ...room, ...(rows && { rows, places: new Uint32Array(more.buffer, placesAt, rowCount) }) };
}

/** Puts a trainer's gradients, of this step, where the last step's were; parameters without a gradient count as not touched. */
export function publish(board: GradientBoard, gradients: ReadonlyMap<string, ShardGradient>): void {
  for (const [name, room] of board) {
    const { rows, values } = gradients.get(name) ?? { values: new Float32Array(0) };
    if (!room.rows || !room.places) {
      if (values.length > 0) room.values.set(values);
      else room.values.fill(0);
      continue;
    }
    const touched = rows ?? new Uint32Array(0);
    for (const row of room.rows.subarray(1, 1 + (room.rows[0] as number))) room.places[row] = 0;
    touched.forEach((row, n) => ((room.places as Uint32Array)[row] = n + 1));
    room.rows[0] = touched.length;
    room.rows.set(touched, 1);
    room.values.set(values);
  }
}

/** What a trainer published of one parameter; views, not copies. */
export function published(board: GradientBoard, name: string): ShardGradient {
  const { rows, ...room } = board.get(name) as GradientRoom; // boards have every parameter
  return { ...room, rows: rows?.subarray(1, 1 + (rows[0] as number)) };
}

/** Rows that are summed at a time: their gradients stay in the core's cache between sum and step. */
const BLOCK = 64;

/**
 * Sums the shards of a parameter's gradient, in their order, and lets the optimizer take one step on rows of one trainer.
 *
 * @param shards  one a trainer, all touching either some rows or the whole; a single one is taken as it is, for all rows
 */
export function stepOwnRows(
  target: Parameter,
  shards: readonly ShardGradient[],
  { trainer, ...options }: Omit<StepOptions, 'rows'> & { readonly trainer: number },
): void {
  const [only] = shards;
  if (only && shards.length === 1) {
    optimizerStep(target, only.values, { ...options, rows: only.rows });
    return;
  }
  const columns = target.shape[1];
  const own = ownRows(target, shards, trainer);
  if (target.memory && shards.every(({ isInTable }) => isInTable)) {
    const gather = ({ kernels, at }: Block): void =>
      shards.forEach(({ values, places }, shard) =>
        kernels.addShard(...at, values.byteOffset, places?.byteOffset ?? 0, Number(shard === 0)),
      );
    stepInTable(target, target.memory, { ...options, rows: own, gather });
    return;
  }
  const sum = new Float32Array(Math.min(BLOCK, own.length) * columns);
  for (let from = 0; from < own.length; from += BLOCK) {
    const rows = own.subarray(from, from + BLOCK);
    sumRows(sum, rows, { shards, columns });
    optimizerStep(target, sum, { ...options, rows });
  }
}

/** Rows that any shard touches and this trainer owns, each once. */
function ownRows({ shape }: Parameter, shards: readonly ShardGradient[], trainer: number): Uint32Array {
  const found = new Uint32Array(Math.ceil(shape[0] / shards.length));
  let count = 0;
  shards.forEach(({ rows }, shard) => {
    if (!rows) {
      if (shard > 0) return; // the first shard has them all
      for (let row = trainer; row < shape[0]; row += shards.length) found[count++] = row;
      return;
    }
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n] as number;
      if (row % shards.length !== trainer) continue;
      let isNew = true;
      for (let earlier = 0; earlier < shard && isNew; earlier++) isNew = shards[earlier]?.places?.[row] === 0;
      if (isNew) found[count++] = row;
    }
  });
  return found.subarray(0, count);
}

/** sum[n] = the gradient of row rows[n], over all shards that touch it. */
function sumRows(
  sum: Float32Array,
  rows: Uint32Array,
  { shards, columns }: { shards: readonly ShardGradient[]; columns: number },
): void {
  sum.fill(0, 0, rows.length * columns);
  for (const { values, places } of shards) {
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n] as number;
      const place = places ? (places[row] as number) - 1 : row;
      if (place < 0) continue;
      const [to, from] = [n * columns, place * columns];
      for (let c = 0; c < columns; c++) sum[to + c] = (sum[to + c] as number) + (values[from + c] as number);
    }
  }
}
