/**
 * Ranked lists that another program wrote: a table with a line a place, a TREC run, or a line a query as `export --format lists` has it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { plainName } from '../../data/column-roles.js';
import { PinwalkError } from '../../data/errors.js';
import { readingError } from '../../data/readers/lines.js';

/** Lists as they stand in a file. */
export interface ReadLists {
  /** Ids of pins, best first, by the id of the board or pin that asked. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** What the file was taken for, in words. */
  readonly readAs: string;
}

/** What columns of a table may be called; case, blanks, `_` and `-` do not count. */
const columnNames = {
  query: ['query', 'queryid', 'qid', 'board', 'boardid', 'user', 'userid'],
  pin: ['pin', 'pinid', 'doc', 'docid', 'docno', 'item', 'itemid'],
  rank: ['rank', 'place'],
  score: ['score', 'prediction'],
} as const;

type Columns = Partial<Record<keyof typeof columnNames, number>>;

/** A place in a list, with what orders it. */
interface Place {
  readonly pin: string;
  /** Smaller is better. */
  readonly order: number;
}

/**
 * Reads lists.
 *
 * - A table (commas or tabs) whose header names a query and a pin: ordered by its rank, else by its score, else as it stands. A line
 *   without a pin is a query with an empty list.
 * - A TREC run, `query Q0 pin rank score tag` between blanks: ordered by score.
 * - Lines `query<TAB>pin<TAB>pin...`; of a line with one tab, what stands between blanks are pins where it is no pin's id itself.
 *
 * @param isPin  whether there is a pin of this id
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`
 *
 * Memory: the file's ids.
 */
export async function readLists(file: string, isPin: (id: string) => boolean): Promise<ReadLists> {
  try {
    const first = await firstLine(file);
    const delimiter = first.includes('\t') ? '\t' : ',';
    const columns = columnsOf(first.split(delimiter).map((cell) => cell.replace(/^\uFEFF?"?|"$/g, '')));
    if (columns.query !== undefined && columns.pin !== undefined) return await readTable(file, delimiter, columns);
    if (/^\S+\s+Q0\s/i.test(first)) return await readRun(file);
    if (first.includes('\t')) return await readLines(file, isPin);
    const must =
      'must be a table with a header (query, pin, rank or score), a TREC run, or lines of query, tab and pins';
    throw new PinwalkError('INPUT_INVALID', `${file} line 1: ${must} (got ${JSON.stringify(first.slice(0, 80))})`);
  } catch (error) {
    if (error instanceof PinwalkError) throw error;
    throw readingError(file, error);
  }
}

async function firstLine(file: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}

function columnsOf(header: readonly string[]): Columns {
  const plain = header.map(plainName);
  const found = Object.entries(columnNames).map(([role, names]) => {
    const at = plain.findIndex((name) => (names as readonly string[]).includes(name));
    return [role, at < 0 ? undefined : at] as const;
  });
  return Object.fromEntries(found);
}

async function readTable(file: string, delimiter: string, columns: Columns): Promise<ReadLists> {
  const { query, pin, rank, score } = columns as Columns & { query: number; pin: number }; // the caller found both
  const by = rank !== undefined ? 'rank' : score !== undefined ? 'score' : 'their order';
  const places = new Map<string, Place[]>();
  const rows = createReadStream(file).pipe(parse({ delimiter, from_line: 2, bom: true, relax_column_count: true }));
  for await (const row of rows as AsyncIterable<string[]>) {
    const own = listOf(places, row[query] ?? '');
    const id = row[pin] ?? '';
    if (id === '') continue;
    const value = Number(row[rank ?? score ?? -1] ?? own.length);
    if (Number.isNaN(value)) {
      const what = `${file}: ${by} of ${JSON.stringify(row[query])} must be a number (got ${row[rank ?? score ?? -1]})`;
      throw new PinwalkError('INPUT_INVALID', what);
    }
    own.push({ pin: id, order: by === 'score' ? -value : value });
  }
  return { lists: ordered(places), readAs: `a table, lists by ${by}` };
}

async function readRun(file: string): Promise<ReadLists> {
  const places = new Map<string, Place[]>();
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    const [query, , pin, , score] = line.trim().split(/\s+/);
    if (query === undefined || query === '') continue;
    const order = -Number(score);
    if (pin === undefined || Number.isNaN(order))
      throw new PinwalkError(
        'INPUT_INVALID',
        `${file}: a line of a run must be "query Q0 pin rank score tag" (got ${line})`,
      );
    listOf(places, query).push({ pin, order });
  }
  return { lists: ordered(places), readAs: 'a TREC run, lists by score' };
}

async function readLines(file: string, isPin: (id: string) => boolean): Promise<ReadLists> {
  const lists = new Map<string, string[]>();
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    const [query = '', ...pins] = line.split('\t');
    const [only = ''] = pins;
    const isOne = pins.length !== 1 || isPin(only);
    lists.set(
      query,
      (isOne ? pins : only.split(/\s+/)).filter((pin) => pin !== ''),
    );
  }
  return { lists, readAs: 'a line a query' };
}

function listOf(places: Map<string, Place[]>, query: string): Place[] {
  const own = places.get(query) ?? [];
  places.set(query, own);
  return own;
}

/** Sorted, equal ones as they stood. */
function ordered(places: ReadonlyMap<string, Place[]>): Map<string, string[]> {
  return new Map(
    [...places].map(([query, own]) => [query, own.sort((a, b) => a.order - b.order).map(({ pin }) => pin)] as const),
  );
}
