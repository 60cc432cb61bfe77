/**
 * The one hash of Pinwalk, SHA-256: of data sets, generations, cached rows and queries. Whoever hashes several parts puts their lengths
 * between them, so that no two lists of parts make one stream.
 */
import { createHash, type Hash } from 'node:crypto';

/** A hash to be updated part by part. */
export function newHash(): Hash {
  return createHash('sha256');
}

/** The first `length` characters of a text's hash in the letters of URLs, 6 bits each. */
export function shortHash(text: string, length: number): string {
  return newHash().update(text).digest('base64url').slice(0, length);
}
