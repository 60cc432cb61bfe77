// Matrix product on packed panels, after Goto and van de Geijn 2008, with tiles of 6 rows by 8 columns: twelve accumulators,
// two vectors of B and one splat of A are the fifteen vector registers V8 leaves to WebAssembly on x64.

import { multiplyAdd } from './vector';

const TILE_ROWS: i32 = 6;
const TILE_COLUMNS: i32 = 8;
/** Depth of a packed panel: 6 + 8 columns of it stay in the first-level cache. */
const DEPTH: i32 = 256;
/** Rows of A packed at a time (120 KB), columns of B packed at a time (1 MB). */
const BLOCK_ROWS: i32 = 120;
const BLOCK_COLUMNS: i32 = 1024;
const TILE_BYTES: usize = 256;
const A_BYTES: usize = <usize>(BLOCK_ROWS * DEPTH * 4);

/** Bytes of scratch that `matMul` needs for a product of `columns` columns. */
export function matMulScratchBytes(columns: i32): usize {
  const wide = min((columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS, BLOCK_COLUMNS);
  return TILE_BYTES + A_BYTES + <usize>(wide * DEPTH * 4);
}

/**
 * C [rows, columns] = op(A) [rows, depth] op(B) [depth, columns], added to what C holds with `add`, then plus `bias` [columns]
 * unless 0, then ReLU if asked for.
 * The strides say where the next row and the next step of depth (A) or column (B) lie, in floats; one of each pair is 1. C's rows
 * lie `cRowStride` floats apart, so that a part of its columns can be made by itself. What comes out does not depend on how C is parted.
 */
export function matMul(
  a: usize, aRowStride: i32, aDepthStride: i32,
  b: usize, bDepthStride: i32, bColumnStride: i32,
  c: usize, cRowStride: i32, rows: i32, columns: i32, depth: i32,
  bias: usize, relu: bool, add: bool, scratch: usize,
): void {
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + A_BYTES;
  const rowBytes = <usize>cRowStride << 2;
  if (depth == 0) {
    for (let row = 0; row < rows && !add; row++) memory.fill(c + <usize>row * rowBytes, 0, <usize>columns << 2);
    finish(c, rowBytes, rows, columns, bias, relu);
    return;
  }
  for (let column = 0; column < columns; column += BLOCK_COLUMNS) {
    const width = min(BLOCK_COLUMNS, columns - column);
    for (let k = 0; k < depth; k += DEPTH) {
      const deep = min(DEPTH, depth - k);
      const last = k + deep == depth;
      packColumns(b + (<usize>k * <usize>bDepthStride + <usize>column * <usize>bColumnStride << 2), <usize>bColumnStride << 2, <usize>bDepthStride << 2, width, deep, packedB);
      for (let row = 0; row < rows; row += BLOCK_ROWS) {
        const height = min(BLOCK_ROWS, rows - row);
        packRows(a + (<usize>row * <usize>aRowStride + <usize>k * <usize>aDepthStride << 2), <usize>aRowStride << 2, <usize>aDepthStride << 2, height, deep, packedA);
        for (let j = 0; j < width; j += TILE_COLUMNS) {
          const tileB = packedB + <usize>(j * deep << 2);
          const tileColumns = min(TILE_COLUMNS, width - j);
          for (let i = 0; i < height; i += TILE_ROWS) {
            const tileA = packedA + <usize>(i * deep << 2);
            const tileRows = min(TILE_ROWS, height - i);
            const target = c + <usize>(row + i) * rowBytes + (<usize>(column + j) << 2);
            multiplyTile(tileA, tileB, deep, scratch);
            mergeTile(scratch, target, rowBytes, tileRows, tileColumns, add || k > 0);
            if (last && (relu || bias != 0)) {
              finish(target, rowBytes, tileRows, tileColumns, bias == 0 ? 0 : bias + (<usize>(column + j) << 2), relu);
            }
          }
        }
      }
    }
  }
}

/**
 * One tile: out [6, 8] = packed rows [deep][6] times packed columns [deep][8].
 *
 * Exported so that it is not inlined, and written out to a fixed tile: V8 then keeps all twelve sums in registers
 * (92 % of the core's peak); inlined, or storing to rows of C, it spills them (62 %).
 */
export function multiplyTile(a: usize, b: usize, deep: i32, out: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const end = b + <usize>(deep << 5);
  for (; b < end; b += 32, a += 24) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = multiplyAdd(a0, b0, c00), c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(a1, b0, c10), c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(a2, b0, c20), c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(a3, b0, c30), c31 = multiplyAdd(a3, b1, c31);
    const a4 = v128.load32_splat(a, 16);
    c40 = multiplyAdd(a4, b0, c40), c41 = multiplyAdd(a4, b1, c41);
    const a5 = v128.load32_splat(a, 20);
    c50 = multiplyAdd(a5, b0, c50), c51 = multiplyAdd(a5, b1, c51);
  }
  v128.store(out, c00), v128.store(out, c01, 16), v128.store(out, c10, 32), v128.store(out, c11, 48);
  v128.store(out, c20, 64), v128.store(out, c21, 80), v128.store(out, c30, 96), v128.store(out, c31, 112);
  v128.store(out, c40, 128), v128.store(out, c41, 144), v128.store(out, c50, 160), v128.store(out, c51, 176);
}

@inline
function storeRow(out: usize, left: v128, right: v128, add: bool): void {
  v128.store(out, add ? f32x4.add(v128.load(out), left) : left);
  v128.store(out, add ? f32x4.add(v128.load(out, 16), right) : right, 16);
}

/** Writes the part of a tile that lies inside C, or adds it. */
function mergeTile(tile: usize, out: usize, rowBytes: usize, rows: i32, columns: i32, add: bool): void {
  for (let i = 0; i < rows; i++, tile += <usize>(TILE_COLUMNS << 2), out += rowBytes) {
    if (columns == TILE_COLUMNS) {
      storeRow(out, v128.load(tile), v128.load(tile, 16), add);
    } else {
      for (let j: usize = 0; j < <usize>columns << 2; j += 4) {
        const value = load<f32>(tile + j);
        store<f32>(out + j, add ? load<f32>(out + j) + value : value);
      }
    }
  }
}

/** Adds the bias and clips below zero, in place, while the numbers are still in the cache. */
export function finish(out: usize, rowBytes: usize, rows: i32, columns: i32, bias: usize, relu: bool): void {
  const zero = f32x4.splat(0);
  const bytes = <usize>columns << 2;
  for (let i = 0; i < rows; i++, out += rowBytes) {
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) {
      let value = v128.load(out + d);
      if (bias != 0) value = f32x4.add(value, v128.load(bias + d));
      v128.store(out + d, relu ? f32x4.max(value, zero) : value);
    }
    for (; d < bytes; d += 4) {
      let value = load<f32>(out + d);
      if (bias != 0) value += load<f32>(bias + d);
      store<f32>(out + d, relu ? max<f32>(value, 0) : value);
    }
  }
}

/** Packs A into panels of six rows, [deep][6], zeros below the last row. */
function packRows(from: usize, rowBytes: usize, depthBytes: usize, rows: i32, deep: i32, to: usize): void {
  for (let i = 0; i < rows; i += TILE_ROWS, from += <usize>TILE_ROWS * rowBytes, to += <usize>(deep * TILE_ROWS << 2)) {
    let k = 0;
    if (i + TILE_ROWS <= rows) {
      if (rowBytes == 4) {
        for (; k < deep; k++) {
          const source = from + <usize>k * depthBytes;
          const target = to + <usize>(k * TILE_ROWS << 2);
          v128.store(target, v128.load(source));
          store<u64>(target + 16, load<u64>(source + 16));
        }
      } else if (depthBytes == 4) {
        for (; k + 4 <= deep; k += 4) {
          const source = from + (<usize>k << 2);
          const target = to + <usize>(k * TILE_ROWS << 2);
          transposeFour(source, rowBytes, target, <usize>(TILE_ROWS << 2));
          const row4 = v128.load(source + 4 * rowBytes), row5 = v128.load(source + 5 * rowBytes);
          const low = v128.shuffle<f32>(row4, row5, 0, 4, 1, 5), high = v128.shuffle<f32>(row4, row5, 2, 6, 3, 7);
          v128.store_lane<u64>(target, low, 0, 16);
          v128.store_lane<u64>(target, low, 1, 40);
          v128.store_lane<u64>(target, high, 0, 64);
          v128.store_lane<u64>(target, high, 1, 88);
        }
      }
    }
    packRest(from, rowBytes, depthBytes, rows - i, k, deep, to, TILE_ROWS);
  }
}

/** Packs B into panels of eight columns, [deep][8], zeros right of the last column. */
function packColumns(from: usize, columnBytes: usize, depthBytes: usize, columns: i32, deep: i32, to: usize): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS, from += <usize>TILE_COLUMNS * columnBytes, to += <usize>(deep * TILE_COLUMNS << 2)) {
    let k = 0;
    if (j + TILE_COLUMNS <= columns) {
      if (columnBytes == 4) {
        for (; k < deep; k++) {
          const source = from + <usize>k * depthBytes;
          const target = to + <usize>(k * TILE_COLUMNS << 2);
          v128.store(target, v128.load(source));
          v128.store(target, v128.load(source, 16), 16);
        }
      } else if (depthBytes == 4) {
        for (; k + 4 <= deep; k += 4) {
          const source = from + (<usize>k << 2);
          const target = to + <usize>(k * TILE_COLUMNS << 2);
          transposeFour(source, columnBytes, target, <usize>(TILE_COLUMNS << 2));
          transposeFour(source + 4 * columnBytes, columnBytes, target + 16, <usize>(TILE_COLUMNS << 2));
        }
      }
    }
    packRest(from, columnBytes, depthBytes, columns - j, k, deep, to, TILE_COLUMNS);
  }
}

/** Packs one panel from step `k` of its depth on, one float at a time, zeros beyond `count`. */
function packRest(from: usize, lineBytes: usize, depthBytes: usize, count: i32, k: i32, deep: i32, to: usize, width: i32): void {
  for (; k < deep; k++) {
    const source = from + <usize>k * depthBytes;
    const target = to + <usize>(k * width << 2);
    for (let i = 0; i < width; i++) {
      store<f32>(target + <usize>(i << 2), i < count ? load<f32>(source + <usize>i * lineBytes) : 0);
    }
  }
}

/** Turns four floats of each of four lines into four steps of depth. */
@inline
function transposeFour(from: usize, lineBytes: usize, to: usize, stepBytes: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + lineBytes);
  const r2 = v128.load(from + 2 * lineBytes), r3 = v128.load(from + 3 * lineBytes);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to + stepBytes, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(to + 2 * stepBytes, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(to + 3 * stepBytes, v128.shuffle<f64>(high01, high23, 1, 3));
}
