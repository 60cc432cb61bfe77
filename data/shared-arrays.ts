/**
 * Typed arrays in memory that threads share: handed to a thread they are not copied.
 *
 * The one place that makes such memory, beside the job board of the kernels' threads and the memories that kernels work in.
 */

/** The kinds of arrays that are shared. */
type Shareable = Float32Array | Float64Array | Int32Array | Uint8Array | Uint32Array;

/** `length` zeros. Pages that are never written take no memory, so room may be made for the most there can be. */
export function sharedArray<Values extends Shareable>(
  kind: { new (buffer: SharedArrayBuffer): Values; readonly BYTES_PER_ELEMENT: number },
  length: number,
): Values {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
}

/** As `sharedArray`. */
export function sharedFloats(length: number): Float32Array {
  return sharedArray(Float32Array, length);
}

/** As `sharedArray`. */
export function sharedIntegers(length: number): Uint32Array {
  return sharedArray(Uint32Array, length);
}

/** The array itself where it is shared already, else a copy that is. */
export function shared<Values extends Float32Array | Uint32Array>(values: Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = values instanceof Float32Array ? sharedFloats(values.length) : sharedIntegers(values.length);
  copy.set(values);
  return copy as Values; // of the same kind
}
