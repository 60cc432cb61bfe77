/**
 * Vectors for PostgreSQL with pgvector: two tables in COPY's binary format, and the SQL that loads and indexes them.
 */
import path from 'node:path';
import type { StreamedFile } from '../../data/whole-file.js';
import { pgcopyPieces, type PgValue } from '../../data/writers/pgcopy.js';
import { itemsOf, piecesOf, type ExportedVectors, type VectorSource, type VectorTable } from './vectors.js';

/** The most dimensions that pgvector 0.8 indexes. */
const mostIndexed = 2000;

/** Grows while rows are taken. */
export interface PgvectorCounts {
  /** NULs, which PostgreSQL's text cannot hold. */
  strippedCharacters: number;
}

/** `load.sql`, and what it loads: `pins.pgcopy`, `boards.pgcopy`. */
export function pgvectorFiles(
  folder: string,
  source: VectorSource,
  { vectors, counts }: { readonly vectors: ExportedVectors; readonly counts: PgvectorCounts },
): StreamedFile[] {
  const { pins, pinsForBoards, boards } = vectors;
  const rowsOf = (kind: 'pins' | 'boards', tables: readonly VectorTable[]): Generator<Uint8Array> =>
    pgcopyPieces(tableRows(source, kind, { tables, counts }));
  return [
    { file: path.join(folder, 'pins.pgcopy'), pieces: rowsOf('pins', [pins, pinsForBoards]) },
    { file: path.join(folder, 'boards.pgcopy'), pieces: rowsOf('boards', [boards]) },
    { file: path.join(folder, 'load.sql'), pieces: [loadSql(pins.dimension)] },
  ];
}

function loadSql(dimension: number): string {
  const items = 'id text PRIMARY KEY, title text NOT NULL, saves integer NOT NULL, community integer, attributes jsonb';
  const index = (column: string): string =>
    `CREATE INDEX IF NOT EXISTS pinwalk_pins_${column} ON pinwalk_pins USING hnsw (${column} vector_ip_ops);\n`;
  return `-- Run in this folder: psql -v ON_ERROR_STOP=1 -f load.sql
CREATE EXTENSION IF NOT EXISTS vector;
BEGIN;
CREATE TABLE IF NOT EXISTS pinwalk_pins (${items},
  vector vector(${dimension}) NOT NULL, vector_for_boards vector(${dimension + 1}) NOT NULL);
CREATE TABLE IF NOT EXISTS pinwalk_boards (${items},
  vector vector(${dimension + 1}) NOT NULL);
TRUNCATE pinwalk_pins, pinwalk_boards;
\\copy pinwalk_pins FROM 'pins.pgcopy' WITH (FORMAT binary)
\\copy pinwalk_boards FROM 'boards.pgcopy' WITH (FORMAT binary)
COMMIT;
${dimension + 1 > mostIndexed ? '' : index('vector') + index('vector_for_boards')}ANALYZE pinwalk_pins;

-- Pins related to a pin; the best come first, since <#> is the inner product taken negative:
-- SELECT p.id, p.title FROM pinwalk_pins p, pinwalk_pins q WHERE q.id = 'PIN' AND p.id <> q.id ORDER BY p.vector <#> q.vector LIMIT 10;
-- Ideas for a board; leave out what it holds:
-- SELECT p.id FROM pinwalk_pins p, pinwalk_boards b WHERE b.id = 'BOARD' ORDER BY p.vector_for_boards <#> b.vector LIMIT 10;
`;
}

function* tableRows(
  source: VectorSource,
  kind: 'pins' | 'boards',
  { tables, counts }: { tables: readonly VectorTable[]; counts: PgvectorCounts },
): Generator<PgValue[]> {
  const text = (value: string): string =>
    value.replaceAll('\0', () => {
      counts.strippedCharacters++;
      return '';
    });
  const vectors = tables.map(vectorsOneByOne);
  for (const { id, title, saves, community, attributes } of itemsOf(
    source,
    kind,
    tables[0]?.rows ?? new Uint32Array(),
  )) {
    const clean = Object.entries(attributes ?? {}).map(([name, value]) => [
      text(name),
      typeof value === 'string' ? text(value) : value,
    ]);
    yield [
      { type: 'text', value: text(id) },
      { type: 'text', value: text(title) },
      { type: 'integer', value: saves },
      community === null ? null : { type: 'integer', value: community },
      attributes ? { type: 'jsonb', value: JSON.stringify(Object.fromEntries(clean)) } : null,
      ...vectors.map((values): PgValue => ({ type: 'vector', value: values.next().value as Float32Array })), // one a row
    ];
  }
}

function* vectorsOneByOne(table: VectorTable): Generator<Float32Array> {
  const { dimension } = table;
  for (const piece of piecesOf(table))
    for (let at = 0; at < piece.length; at += dimension) yield piece.subarray(at, at + dimension);
}
