/**
 * What an event of each type does to the tables: a few statements each, in the store's transaction.
 *
 * Every statement keeps the larger of what stands and what comes, or adds to a count, so their order never shows.
 */
import type SqliteDatabase from 'better-sqlite3';
import type { EventType, LiveEvent } from './event.js';

/** By type of event. */
export type Effects = Readonly<Record<EventType, (event: LiveEvent) => void>>;

/** Prepares the statements over a store's tables. */
export function effects(database: SqliteDatabase.Database): Effects {
  const save = database.prepare(`
    INSERT INTO saves VALUES (@board, @pin, @time, @event, @saved, @weight)
    ON CONFLICT DO UPDATE SET time = excluded.time, event = excluded.event, saved = excluded.saved, weight = excluded.weight
    WHERE (excluded.time, excluded.event) > (time, event)`);
  const describe = database.prepare(`
    INSERT INTO items VALUES (@kind, @id, @time, @event, @title, @owner, @attributes, NULL)
    ON CONFLICT DO UPDATE SET time = excluded.time, event = excluded.event, title = excluded.title, owner = excluded.owner,
      attributes = excluded.attributes
    WHERE time IS NULL OR (excluded.time, excluded.event) > (time, event)`);
  const remove = database.prepare(`
    INSERT INTO items VALUES (@kind, @id, NULL, NULL, NULL, NULL, NULL, @time)
    ON CONFLICT DO UPDATE SET deletedAt = max(coalesce(deletedAt, -1), excluded.deletedAt)`);
  const noteDeletion = database.prepare('INSERT INTO deletions VALUES (@event, @kind, @id, @time)');
  const hide = database.prepare(`
    INSERT INTO hides VALUES (@pin, @board, @time, @event, @hidden)
    ON CONFLICT DO UPDATE SET time = excluded.time, event = excluded.event, hidden = excluded.hidden
    WHERE (excluded.time, excluded.event) > (time, event)`);
  const see = database.prepare(`
    INSERT INTO seen VALUES (@board, @pin, @impressions, @clicks, @shownAt, @clickedAt)
    ON CONFLICT DO UPDATE SET impressions = impressions + excluded.impressions, clicks = clicks + excluded.clicks,
      shownAt = max(shownAt, excluded.shownAt), clickedAt = max(clickedAt, excluded.clickedAt)`);

  const saving = (saved: 0 | 1) => (event: LiveEvent) => {
    const { board, pin, time, eventId, weight = 1 } = event;
    save.run({ board, pin, time, event: eventId, saved, weight });
  };
  const describing = (kind: 'pin' | 'board') => (event: LiveEvent) => {
    const { time, eventId, title = '', owner = null, attributes } = event;
    const text = attributes ? JSON.stringify(attributes) : null;
    describe.run({ kind, id: event[kind], time, event: eventId, title, owner, attributes: text });
  };
  const removing = (kind: 'pin' | 'board' | 'owner') => (event: LiveEvent) => {
    const row = { kind, id: event[kind], time: event.time };
    remove.run(row);
    noteDeletion.run({ ...row, event: event.eventId });
  };
  const hiding = (hidden: 0 | 1) => (event: LiveEvent) => {
    const { pin, board = '', time, eventId } = event;
    hide.run({ pin, board, time, event: eventId, hidden });
  };
  const seeing = (impressions: number, clicks: number) => (event: LiveEvent) => {
    const { board, pin, time } = event;
    // 0 is the time of what never happened.
    see.run({ board, pin, impressions, clicks, shownAt: impressions && time, clickedAt: clicks && time });
  };
  return {
    ...{ save: saving(1), unsave: saving(0), pin: describing('pin'), board: describing('board') },
    ...{ deletePin: removing('pin'), deleteBoard: removing('board'), deleteOwner: removing('owner') },
    ...{ impression: seeing(1, 0), click: seeing(0, 1), hide: hiding(1), unhide: hiding(0) },
  };
}
