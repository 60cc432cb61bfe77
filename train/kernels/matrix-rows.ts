/**
 * Rows of row-major matrices in plain typed arrays.
 */

/** Copies rows of a [R, columns] array into a [rows.length, columns] one, by default a new one. */
export function gather(
  values: Float32Array,
  columns: number,
  rows: Uint32Array,
  gathered: Float32Array = new Float32Array(rows.length * columns),
): Float32Array {
  for (let n = 0; n < rows.length; n++) {
    const from = (rows[n] as number) * columns;
    gathered.set(values.subarray(from, from + columns), n * columns);
  }
  return gathered;
}

/** Scales every row to unit length in place; a zero row stays zero. */
export function normalizeRows(values: Float32Array, columns: number): void {
  for (let at = 0; at < values.length; at += columns) {
    let square = 0;
    for (let c = at; c < at + columns; c++) square += (values[c] as number) ** 2;
    if (square === 0) continue;
    const scale = 1 / Math.sqrt(square);
    for (let c = at; c < at + columns; c++) values[c] = (values[c] as number) * scale;
  }
}
