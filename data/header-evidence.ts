/**
 * Whether the first row of a table is a header under names that are not known here, and whether boards and pins stand the
 * other way round: told by how the rows after it look.
 */

/** Words that name a thing in a header; a person, a list or what is collected, as data sets call them. */
const words =
  'user,customer,visitor,session,member,account,client,reader,person,author,list,playlist,collection,basket,cart,order,board,' +
  'item,product,article,track,song,artist,album,movie,film,book,recipe,video,game,pin,url,uri,link,title,name,id,sku,isbn,asin,source,target';
const headerWord = new RegExp(`^(?:${words.replaceAll(',', '|')})s?$|[a-z](?:[_\\s-]id|Id|ID)s?$|^[a-z]+id$`, 'i');

/** Rows that say enough about a column. */
const leastRows = 3;

/**
 * Whether the first of `rows` is a header: both cells are words of headers, or a column's other cells share a form that the
 * first lacks (all numbers, all hexadecimal of one length, all numbers behind one prefix).
 */
export function looksLikeHeader(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows;
  const cells = first.map((cell) => cell.trim());
  if (cells.length > 0 && cells.every((cell) => headerWord.test(cell))) {
    return !rest.some((row) => row.some((cell, column) => cell.trim() === cells[column]));
  }
  const width = cells.length;
  const same = rest.filter((row) => row.length === width);
  if (same.length < leastRows || cells.some((cell) => /^-?\d+(?:\.\d+)?$/.test(cell))) return false;
  return cells.some((cell, column) => {
    const form = commonForm(same.map((row) => (row[column] as string).trim()));
    return form !== undefined && !form.test(cell);
  });
}

/** Whether each cell of a column stands in it several times, but for those of the first row: a header among few names. */
export function standsApart(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows;
  if (rest.length < 20) return false;
  return first.every((name, column) => {
    const counts = new Map<string, number>();
    for (const row of rest) counts.set(row[column] ?? '', (counts.get(row[column] ?? '') ?? 0) + 1);
    return !counts.has(name) && [...counts.values()].every((count) => count > 1);
  });
}

/** Whether runs of equal cells, which a table sorted by board has, stand in the second column and not in the first. */
export function looksSwapped(rows: readonly (readonly string[])[]): boolean {
  if (rows.length < 20) return false;
  const changes = (column: number): number =>
    rows.reduce((count, row, i) => count + (i > 0 && row[column] !== rows[i - 1]?.[column] ? 1 : 0), 0);
  return changes(1) * 2 < changes(0);
}

/** The form that all cells share, where it is narrow enough to tell a header from them. */
function commonForm(cells: readonly string[]): RegExp | undefined {
  const [first = ''] = cells;
  const prefix = /^\D*(?=\d+$)/.exec(first)?.[0];
  const forms = [
    /^-?\d+(?:\.\d+)?$/,
    ...(first.length >= 8 ? [new RegExp(`^[0-9a-f-]{${first.length}}$`, 'i')] : []),
    ...(prefix === undefined ? [] : [new RegExp(`^${prefix.replace(/[^\w\s]/g, '\\$&')}\\d+$`)]),
  ];
  return forms.find((form) => cells.every((cell) => form.test(cell)));
}
