/**
 * Dense matrices in a WebAssembly memory of their own, with fast products and sparse pooling; independent of TF.js.
 *
 * Memory is a stack: allocate on top, go back with `mark` and `reset`. Ranking, the spectral factors and inference work here.
 */
import { PinwalkError } from '../../data/errors.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { kernelMemory, loadKernels, MOST_PAGES, type KernelBuild, type Kernels } from './module.js';

/** A row-major float32 matrix at byte address `offset` of a workspace. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
  /**
   * A view of the numbers, row after row. Any later allocation may move the memory under it: take a fresh one after each,
   * and `slice()` what is to be kept or handed on.
   */
  readonly values: Float32Array;
}

/** Compressed rows copied into a workspace, for those that are pooled over more than once. */
export interface ResidentRows {
  readonly rowCount: number;
  readonly offsetsAt: number;
  readonly neighborsAt: number;
  /** 0 when every weight is 1. */
  readonly weightsAt: number;
}

const PAGE_BYTES = 65536;
/** Bytes that a workspace has for matrices: 4 GiB, less 16 MiB for its scratch and what alignment costs. */
export const workspaceBytes = MOST_PAGES * PAGE_BYTES - 16 * 2 ** 20;
/** Scratch of the widest product; see assembly/matrix.ts. */
const WIDEST = 1024;

/** A stack of matrices and the kernels that work on them. Not shared between threads: each opens its own. */
export class Workspace {
  readonly build: KernelBuild;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #scratch: number;
  #top: number;

  private constructor(memory: WebAssembly.Memory, kernels: Kernels, build: KernelBuild) {
    this.build = build;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#scratch = 1024; // nothing lives at address 0, which stands for "no bias" and "no weights"
    this.#top = aligned(this.#scratch + kernels.matMulScratchBytes(WIDEST));
  }

  /**
   * Opens an empty workspace; its memory grows as needed, up to 4 GiB, and is freed with the object.
   *
   * @param options.build  default: the fastest the engine has
   * @throws PinwalkError `BACKEND_UNAVAILABLE` when the kernels are not compiled
   */
  static open(options: { build?: KernelBuild } = {}): Workspace {
    const memory = kernelMemory(32);
    const { kernels, build } = loadKernels(memory, options);
    return new Workspace(memory, kernels, build);
  }

  /**
   * Takes room for a matrix on top of the stack. Its numbers are whatever was there.
   *
   * @throws PinwalkError `OPTION_OUT_OF_RANGE` when 4 GiB do not hold it
   */
  allocate(rows: number, columns: number): Matrix {
    if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 0 || columns < 0) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `Workspace.allocate: rows and columns must be integers from 0 up (got ${rows} x ${columns})`,
      );
    }
    return this.#matrix(rows, columns, this.#take(rows * columns * 4));
  }

  /**
   * Copies `values` (row-major, length rows * columns) into a new matrix.
   *
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`
   */
  copyIn(values: Float32Array, rows: number, columns: number): Matrix {
    if (values.length !== rows * columns) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `Workspace.copyIn: ${rows} x ${columns} must be the number of values (got ${values.length})`,
      );
    }
    const matrix = this.allocate(rows, columns);
    matrix.values.set(values);
    return matrix;
  }

  /** Rows `from` to `to` (exclusive) of a matrix, without a copy. */
  slice(matrix: Matrix, from: number, to: number): Matrix {
    if (!(from >= 0 && from <= to && to <= matrix.rows)) {
      throw new PinwalkError(
        'ROW_OUT_OF_RANGE',
        `Workspace.slice: rows must lie within 0 to ${matrix.rows} (got ${from} to ${to})`,
      );
    }
    return this.#matrix(to - from, matrix.columns, matrix.offset + from * matrix.columns * 4);
  }

  /** The height of the stack, to go back to with `reset`. */
  mark(): number {
    return this.#top;
  }

  /** Frees everything allocated since `mark` gave this height; those matrices must not be used again. */
  reset(mark: number): void {
    this.#top = mark;
  }

  /** Copies compressed rows in, so that each `pool` over them need not. */
  copyRows(rows: CompressedRows): ResidentRows {
    const { offsets, neighbors, weights } = rows;
    const offsetsAt = this.#take(offsets.byteLength);
    const neighborsAt = this.#take(neighbors.byteLength);
    const weightsAt = weights ? this.#take(weights.byteLength) : 0;
    new Uint32Array(this.#memory.buffer, offsetsAt, offsets.length).set(offsets);
    new Uint32Array(this.#memory.buffer, neighborsAt, neighbors.length).set(neighbors);
    if (weights) new Float32Array(this.#memory.buffer, weightsAt, weights.length).set(weights);
    return { rowCount: offsets.length - 1, offsetsAt, neighborsAt, weightsAt };
  }

  /**
   * out = op(a) op(b), where op transposes if asked to; with `add` that much more than it was.
   *
   * @param a  [M, K], or [K, M] with `transposeA`
   * @param b  [K, N], or [N, K] with `transposeB`
   * @param out  [M, N]; must not overlap a or b
   * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the shapes do not fit
   *
   * Cost: 2 M N K operations. The order of the sums depends on K alone, so a row's result does not depend on M.
   */
  matMul(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    options: { transposeA?: boolean; transposeB?: boolean; add?: boolean } = {},
  ): void {
    const { transposeA = false, transposeB = false, add = false } = options;
    const [rows, depth] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
    const [depthB, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
    if (depth !== depthB || out.rows !== rows || out.columns !== columns) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `Workspace.matMul: shapes must fit (got [${rows}, ${depth}] times [${depthB}, ${columns}] into [${out.rows}, ${out.columns}])`,
      );
    }
    const [aRow, aDepth] = transposeA ? [1, a.columns] : [a.columns, 1];
    const [bDepth, bColumn] = transposeB ? [1, b.columns] : [b.columns, 1];
    const shape = [rows, columns, depth] as const;
    this.#kernels.matMul(
      a.offset,
      aRow,
      aDepth,
      b.offset,
      bDepth,
      bColumn,
      out.offset,
      out.columns,
      ...shape,
      0,
      0,
      Number(add),
      this.#scratch,
    );
  }

  /**
   * Weighted sums of rows: out[r] = sum over entries e of row r of weights[e] * source[neighbors[e]].
   *
   * @param source  [N, D]
   * @param rows  M compressed rows of neighbors below N; without weights every weight is 1; a row without entries gives zeros
   * @param out  [M, D]; must not overlap source
   * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the shapes do not fit, `ROW_OUT_OF_RANGE` when a neighbor is too large
   *
   * Cost: 2 D operations an entry, plus a copy of `rows` unless resident.
   */
  pool(source: Matrix, rows: CompressedRows | ResidentRows, out: Matrix): void {
    const { pool } = this.#kernels;
    this.#overRows('pool', rows, { short: out, long: source }, ({ offsetsAt, neighborsAt, weightsAt }) =>
      pool(source.offset, offsetsAt, neighborsAt, weightsAt, out.offset, out.rows, out.columns, source.rows),
    );
  }

  /**
   * The way back of `pool`, its transpose: out[neighbors[e]] += weights[e] * source[r] over entries e of all rows r, from zero.
   *
   * @param source  [M, D]
   * @param rows  M compressed rows of neighbors below N
   * @param out  [N, D]; must not overlap source
   * @throws PinwalkError as `pool`
   */
  poolBack(source: Matrix, rows: CompressedRows | ResidentRows, out: Matrix): void {
    const { pool, transposeRows } = this.#kernels;
    this.#overRows(
      'poolBack',
      rows,
      { short: source, long: out },
      ({ offsetsAt, neighborsAt, weightsAt, rowCount }) => {
        const entryCount = new Uint32Array(this.#memory.buffer, offsetsAt, rowCount + 1)[rowCount] as number;
        const turned = [
          this.#take(4 * (out.rows + 2)),
          this.#take(4 * entryCount),
          this.#take(4 * entryCount),
        ] as const;
        const wrong = transposeRows(offsetsAt, neighborsAt, weightsAt, rowCount, out.rows, ...turned);
        return wrong < 0 ? pool(source.offset, ...turned, out.offset, out.rows, out.columns, source.rows) : wrong;
      },
    );
  }

  /** Checks shapes (`short` has a row per compressed row, `long` one per neighbor), runs `kernel`, reports a wrong neighbor. */
  #overRows(
    where: string,
    rows: CompressedRows | ResidentRows,
    { short, long }: { short: Matrix; long: Matrix },
    kernel: (rows: ResidentRows) => number,
  ): void {
    const rowCount = 'offsetsAt' in rows ? rows.rowCount : rows.offsets.length - 1;
    if (short.rows !== rowCount || short.columns !== long.columns) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `Workspace.${where}: the matrix of pooled rows must be [${rowCount}, ${long.columns}] (got [${short.rows}, ${short.columns}])`,
      );
    }
    const mark = this.mark();
    const resident = 'offsetsAt' in rows ? rows : this.copyRows(rows);
    const wrong = kernel(resident);
    const neighbor = wrong < 0 ? 0 : new Uint32Array(this.#memory.buffer, resident.neighborsAt + wrong * 4, 1)[0];
    this.reset(mark);
    if (wrong >= 0) {
      throw new PinwalkError(
        'ROW_OUT_OF_RANGE',
        `Workspace.${where}: neighbors must be below ${long.rows} (got ${neighbor} in entry ${wrong})`,
      );
    }
  }

  #matrix(rows: number, columns: number, offset: number): Matrix {
    const memory = this.#memory;
    return {
      rows,
      columns,
      offset,
      get values() {
        return new Float32Array(memory.buffer, offset, rows * columns);
      },
    };
  }

  #take(bytes: number): number {
    const offset = this.#top;
    const top = aligned(offset + bytes);
    const present = this.#memory.buffer.byteLength;
    if (top > MOST_PAGES * PAGE_BYTES) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `Workspace.allocate: all matrices must fit 4 GiB (got ${bytes} bytes on top of ${offset}); work in smaller pieces`,
      );
    }
    if (top > present) {
      const wanted = Math.min(Math.max(top, present * 1.25), MOST_PAGES * PAGE_BYTES);
      this.#memory.grow(Math.ceil((wanted - present) / PAGE_BYTES));
    }
    this.#top = top;
    return offset;
  }
}

/** The next multiple of a cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
