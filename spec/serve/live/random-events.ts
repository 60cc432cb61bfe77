/** Seeded events of every type with repeats and records out of order, and what they come to by sorting them first: the oracle. */
import { randomInteger, randomStream, type Random } from '../../../data/random.js';
import type { EventType, LiveEvent } from '../../../serve/live/event.js';

const others: readonly EventType[] = [
  ...(['pin', 'board', 'deletePin', 'deleteBoard', 'deleteOwner', 'impression', 'click', 'hide', 'unhide'] as const),
];

/** Events with few things and few moments, so that much is about the same and many times are equal. */
export function randomEvents(seed: number, count: number, { pins = 20, boards = 8, moments = 40 } = {}): LiveEvent[] {
  const random = randomStream(seed, 'events');
  const draw = (bound: number): number => randomInteger(random, bound);
  return Array.from({ length: count }, (_, n) => {
    const chance = random();
    const type = chance < 0.5 ? 'save' : chance < 0.7 ? 'unsave' : (others[draw(others.length)] as EventType);
    const ids = { board: `b${draw(boards)}`, pin: `p${draw(pins)}`, owner: `o${draw(3)}` };
    const common = { eventId: `e${draw(1_000_000)}-${n}`, type, time: 1_000 + draw(moments) };
    if (type === 'pin') return { ...common, pin: ids.pin, title: `title ${draw(9)}`, owner: ids.owner };
    if (type === 'board') return { ...common, board: ids.board, attributes: { age: draw(9) }, owner: ids.owner };
    if (type === 'deletePin') return { ...common, pin: ids.pin };
    if (type === 'deleteBoard') return { ...common, board: ids.board };
    if (type === 'deleteOwner') return { ...common, owner: ids.owner };
    if (type === 'hide' || type === 'unhide') return { ...common, pin: ids.pin, ...(draw(2) && { board: ids.board }) };
    return { ...common, board: ids.board, pin: ids.pin, ...(type === 'save' && { weight: 1 + draw(3) }) };
  });
}

/** The same events as a stream brings them: some twice, in another order. */
export function shuffled(events: readonly LiveEvent[], seed: number): LiveEvent[] {
  const random = randomStream(seed, 'shuffle');
  const all = [...events, ...events.filter(() => random() < 0.1)];
  for (let i = all.length - 1; i > 0; i--) swap(all, i, random);
  return all;
}

function swap(all: LiveEvent[], i: number, random: Random): void {
  const j = randomInteger(random, i + 1);
  [all[i], all[j]] = [all[j] as LiveEvent, all[i] as LiveEvent];
}

/** In the order that their times decide. */
export function inOrder(events: readonly LiveEvent[]): LiveEvent[] {
  return [...events].sort((a, b) => a.time - b.time || (a.eventId < b.eventId ? -1 : 1));
}
