/**
 * The tables of `live.sqlite`: of each thing the newest that was said of it, which events are in, and how far each stream is read.
 *
 * What stands in the first five tables depends on the set of events alone: each row keeps the largest (time, event) of its key, or a
 * count or a maximum over distinct events.
 */

/** Told apart from other SQLite files by its number ("PWLV"), and from other formats by the version. */
export const applicationId = 0x50574c56;
export const formatVersion = 1;

export const schema = `
CREATE TABLE saves (
  board TEXT NOT NULL, pin TEXT NOT NULL, time REAL NOT NULL, event TEXT NOT NULL, saved INTEGER NOT NULL, weight REAL NOT NULL,
  PRIMARY KEY (board, pin)
) WITHOUT ROWID, STRICT;
CREATE INDEX saves_by_pin ON saves (pin);
-- kind: pin, board or owner. time and event are NULL where an item was never described, deletedAt where it was never deleted.
CREATE TABLE items (
  kind TEXT NOT NULL, id TEXT NOT NULL, time REAL, event TEXT, title TEXT, owner TEXT, attributes TEXT, deletedAt REAL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX items_by_owner ON items (owner) WHERE owner IS NOT NULL;
-- board '' hides a pin for all
CREATE TABLE hides (
  pin TEXT NOT NULL, board TEXT NOT NULL, time REAL NOT NULL, event TEXT NOT NULL, hidden INTEGER NOT NULL,
  PRIMARY KEY (pin, board)
) WITHOUT ROWID, STRICT;
CREATE TABLE seen (
  board TEXT NOT NULL, pin TEXT NOT NULL, impressions INTEGER NOT NULL, clicks INTEGER NOT NULL,
  shownAt REAL NOT NULL, clickedAt REAL NOT NULL,
  PRIMARY KEY (board, pin)
) WITHOUT ROWID, STRICT;
CREATE TABLE deletions (
  event TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, time REAL NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE applied (event TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
CREATE TABLE positions (source TEXT PRIMARY KEY, stream TEXT NOT NULL, offset TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE dead_letters (
  digest TEXT PRIMARY KEY, source TEXT NOT NULL, offset TEXT NOT NULL, problem TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE counters (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID, STRICT;
INSERT INTO counters VALUES ('applied', 0), ('duplicates', 0), ('deadLetters', 0), ('newest', 0);
`;

/** The tables that the set of events decides, and the order of their rows. */
export const stateTables = {
  saves: 'board, pin',
  items: 'kind, id',
  hides: 'pin, board',
  seen: 'board, pin',
  deletions: 'event',
} as const;
