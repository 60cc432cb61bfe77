/**
 * Finds the columns that mean something to Pinwalk among those a file has, under any of their accepted names.
 *
 * `boardId`, `board_id` and `Board ID` are one name: case, blanks, `_` and `-` do not count.
 */

/** Accepted names of each column of a file of saves. */
export const saveColumns = {
  board: ['board', 'boardid'],
  pin: ['pin', 'pinid'],
  savedAt: ['savedat'],
  weight: ['weight'],
} as const;

/** Accepted names of the two columns of a file of pins that are more than attributes. */
export const pinColumns = { id: ['id', 'pin', 'pinid'], title: ['title'] } as const;

/** The same for boards. */
export const boardColumns = { id: ['id', 'board', 'boardid'], title: ['title'] } as const;

/** Accepted names of the columns of a file of pictures. */
export const pictureColumns = { pin: ['pin', 'pinid', 'id'], svg: ['svg'] } as const;

/** Position of the column of each role; `undefined` where the file has none. */
export type ColumnPositions<Role extends string> = Readonly<Record<Role, number | undefined>>;

/** A column's name as names are compared: without case, blanks, `_` and `-`. */
export function plainName(column: string): string {
  return column.toLowerCase().replace(/[\s_-]/g, '');
}

/** The role of one column, or `undefined`. */
export function roleOf<Role extends string>(
  column: string,
  names: Readonly<Record<Role, readonly string[]>>,
): Role | undefined {
  const plain = plainName(column);
  return (Object.keys(names) as Role[]).find((role) => names[role].includes(plain));
}

/** Positions of all roles; of two columns with one role the first counts. */
export function findColumns<Role extends string>(
  columns: readonly string[],
  names: Readonly<Record<Role, readonly string[]>>,
): ColumnPositions<Role> {
  const roles = columns.map((column) => roleOf(column, names));
  const entries = (Object.keys(names) as Role[]).map((role) => {
    const at = roles.indexOf(role);
    return [role, at < 0 ? undefined : at] as const;
  });
  return Object.fromEntries(entries) as ColumnPositions<Role>;
}
