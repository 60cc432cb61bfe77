/**
 * Finds the columns that mean something to Pinwalk among those a file has, under any of their accepted names.
 *
 * `boardId`, `board_id` and `Board ID` are one name: case, blanks, `_` and `-` do not count.
 */
import type { ColumnChoice } from './reading-options.js';

/** Accepted names of the columns of a table by role; of several that a file has, the earlier name counts. */
export type RoleNames<Role extends string> = Readonly<Record<Role, readonly string[]>>;

/** Accepted names of each column of a file of saves. */
export const saveColumns = {
  board: ['board', 'boardid'],
  pin: ['pin', 'pinid'],
  savedAt: ['savedat'],
  weight: ['weight'],
  pinTitle: ['pintitle', 'title'],
  boardTitle: ['boardtitle', 'boardname'],
} as const;

/** Accepted names of the two columns of a file of pins that are more than attributes. */
export const pinColumns = { id: ['id', 'pin', 'pinid'], title: ['title', 'pintitle', 'name'] } as const;

/** The same for boards. */
export const boardColumns = { id: ['id', 'board', 'boardid', 'pid'], title: ['title', 'boardtitle', 'name'] } as const;

/** Accepted names of the columns of a file of pictures. */
export const pictureColumns = { pin: ['pin', 'pinid', 'id'], svg: ['svg'] } as const;

/** Names of columns that say what a pin is about, by kind; in a file of saves they, and `image`, are kept with the pin. */
export const contentColumnNames = {
  tags: 'tag,tags,keyword,keywords,category,categories,genre,genres,topic,topics,subject,subjects'.split(','),
  text: 'description,abstract,summary'.split(','),
  links: 'links,cites,citations,references,related'.split(','),
} as const;

/** Position of the column of each role; `undefined` where the file has none. */
export type ColumnPositions<Role extends string> = Readonly<Record<Role, number | undefined>>;

/** A column's name as names are compared: without case, blanks, `_` and `-`. */
export function plainName(column: string): string {
  return column.toLowerCase().replace(/[\s_-]/g, '');
}

/** `names` with the columns that a person named in the place of those that are known; an unknown role is left out. */
export function namesWith<Role extends string>(
  names: RoleNames<Role>,
  chosen: ColumnChoice | undefined,
): RoleNames<Role> {
  const entries = (Object.keys(names) as Role[]).map((role) => {
    const column = chosen?.[role];
    return [role, column === undefined ? names[role] : [plainName(column)]] as const;
  });
  return Object.fromEntries(entries) as unknown as RoleNames<Role>; // one entry a role
}

/** The role of one column, or `undefined`. */
export function roleOf<Role extends string>(column: string, names: RoleNames<Role>): Role | undefined {
  const plain = plainName(column);
  return (Object.keys(names) as Role[]).find((role) => names[role].includes(plain));
}

/** Positions of all roles; of two columns with one role the one with the earlier accepted name counts, then the first. */
export function findColumns<Role extends string>(
  columns: readonly string[],
  names: RoleNames<Role>,
): ColumnPositions<Role> {
  const plain = columns.map(plainName);
  const entries = (Object.keys(names) as Role[]).map((role) => {
    const at = names[role].map((name) => plain.indexOf(name)).find((position) => position >= 0);
    return [role, at] as const;
  });
  return Object.fromEntries(entries) as ColumnPositions<Role>;
}

/** Which column became what, in words: `board from "playlist_id", pin from column 2`. */
export function describeColumns(
  at: ColumnPositions<string>,
  { columns, isHeaderless }: { readonly columns: readonly string[]; readonly isHeaderless: boolean },
): string {
  const known = Object.entries(at).flatMap(([role, position]) =>
    position === undefined
      ? []
      : [`${role} from ${isHeaderless ? `column ${position + 1}` : JSON.stringify(columns[position])}`],
  );
  return known.join(', ');
}
