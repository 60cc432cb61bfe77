/**
 * Typed arrays in memory that threads share: handed to a thread they are not copied.
 */

/** `length` zeros. Pages that are never written take no memory, so room may be made for the most there can be. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** As `sharedFloats`. */
export function sharedIntegers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}

/** The array itself where it is shared already, else a copy that is. */
export function shared<Values extends Float32Array | Uint32Array>(values: Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const make = values instanceof Float32Array ? sharedFloats : sharedIntegers;
  const copy = make(values.length) as Values; // of the same kind
  copy.set(values);
  return copy;
}
