/**
 * The dense product that all our kernels on the wasm backend's memory are built on, by our SIMD code.
 */
import type { WasmHeap } from './wasm-heap.js';

/** Byte addresses, and what to do with the result. */
export interface ProductOperands {
  readonly a: number;
  readonly b: number;
  readonly out: number;
  /** [columns] added to every row; 0, the default, for none. */
  readonly bias?: number;
  readonly relu?: boolean;
  /** Added to what `out` holds, before bias and ReLU. */
  readonly add?: boolean;
}

/** op(A) [rows, depth] times op(B) [depth, columns], row-major. */
export interface ProductShape {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** A lies as [depth, rows]. */
  readonly transposeA: boolean;
  /** B lies as [columns, depth]. */
  readonly transposeB: boolean;
}

/** out [rows, columns] = op(A) op(B), with what `operands` asks for. */
export type Product = (operands: ProductOperands, shape: ProductShape) => void;

/** The product by our kernels on `heap`. */
export function simdProduct(heap: WasmHeap): Product {
  return ({ a, b, out, bias = 0, relu = false, add = false }, { rows, columns, depth, transposeA, transposeB }) => {
    const [aRow, aDepth] = transposeA ? [1, rows] : [depth, 1];
    const [bDepth, bColumn] = transposeB ? [1, depth] : [columns, 1];
    const left = [a, aRow, aDepth] as const;
    const right = [b, bDepth, bColumn] as const;
    const finish = [bias, Number(relu), Number(add), heap.scratchAt] as const;
    heap.kernels.matMul(...left, ...right, out, columns, rows, columns, depth, ...finish);
  };
}
