import t from 'tap';
import { readEvent } from '../../../serve/live/event.js';

const save = { eventId: 'e1', type: 'save', board: 'b', pin: 'p', time: 5 };

t.test('readEvent takes every field of an event as it is', (t) => {
  t.strictSame(readEvent({ ...save, weight: 2 }), { ...save, weight: 2 });
  t.strictSame(readEvent({ eventId: 'e', type: 'hide', pin: 'p', time: 0 }), {
    eventId: 'e',
    type: 'hide',
    pin: 'p',
    time: 0,
  });
  const pin = {
    eventId: 'e',
    type: 'pin',
    pin: 'p',
    title: '',
    owner: 'o',
    attributes: { a: 1, b: 'c', d: true },
    time: 1,
  };
  t.strictSame(readEvent(pin), pin);
  t.end();
});

t.test('readEvent takes times with a zone, and that of the stream where there is none', (t) => {
  t.equal(readEvent({ ...save, time: '2026-12-01T01:00:00+01:00' }).time, Date.UTC(2026, 11, 1));
  t.equal(readEvent({ ...save, time: undefined }, 77).time, 77);
  t.equal(readEvent({ ...save, time: 86_400_077 }, 77).time, 86_400_077);
  t.throws(() => readEvent({ ...save, time: 86_400_078 }, 77), /at most a day after/);
  t.end();
});

t.test('readEvent says what is wrong', (t) => {
  const cases: [unknown, RegExp][] = [
    [null, /^event: must be an object \(got null\)/],
    [[save], /must be an object/],
    [{ ...save, type: 'toString' }, /event.type: must be one of save, unsave, .* \(got toString\)/],
    [{ ...save, pni: 'p' }, /event.pni: must be one of eventId, type, time, board, pin, weight in a save/],
    [{ ...save, title: 'x' }, /event.title/],
    [{ ...save, pin: undefined }, /event.pin: must be text of 1 to 512 characters .* \(got nothing\)/],
    [{ ...save, pin: 7 }, /event.pin: .* \(got 7\)/],
    [{ ...save, board: '' }, /event.board/],
    [{ ...save, board: 'x'.repeat(513) }, /event.board/],
    [{ ...save, eventId: 'a\u0000' }, /event.eventId/],
    [{ ...save, eventId: '\ud800' }, /event.eventId/],
    [{ ...save, weight: 0 }, /event.weight: must be a number from 1e-15 to 1e15/],
    [{ ...save, weight: 1e-60 }, /event.weight/],
    [{ ...save, weight: 3e38 }, /event.weight/],
    [{ ...save, time: undefined }, /event.time: must be given/],
    [{ ...save, time: '2026-12-01' }, /ISO 8601 with its zone/],
    [{ ...save, time: '2026-13-01T00:00:00Z' }, /ISO 8601/],
    [{ ...save, time: -1 }, /event.time/],
    [{ ...save, time: 1e300 }, /event.time/],
    [{ eventId: 'e', type: 'pin', pin: 'p', time: 1, attributes: { a: [] } }, /event.attributes/],
    [{ eventId: 'e', type: 'pin', pin: 'p', time: 1, attributes: { a: 'x'.repeat(20_000) } }, /event.attributes/],
    [{ eventId: 'e', type: 'pin', pin: 'p', time: 1, title: 'x'.repeat(2_001) }, /event.title/],
  ];
  for (const [value, message] of cases) t.throws(() => readEvent(value), { code: 'INPUT_INVALID', message });
  t.end();
});
