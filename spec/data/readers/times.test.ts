import t from 'tap';
import { momentOfNumber, timeOfText } from '../../../data/readers/times.js';

t.test('numbers are seconds to nanoseconds by their size, and eight digits of a day are that day', (t) => {
  const day = Date.UTC(2024, 0, 2);
  t.same(momentOfNumber(20240102), { time: day, form: 'days as YYYYMMDD' });
  const moment = Date.UTC(2024, 0, 2, 10, 30);
  t.same(momentOfNumber(20240102103000), { time: moment, form: 'digits as YYYYMMDDhhmmss' });
  t.same(momentOfNumber(202401021030), { time: moment, form: 'digits as YYYYMMDDhhmmss' });
  t.same(momentOfNumber(202413451030), { time: 202413451030, form: 'milliseconds' }, 'no day');
  t.same(momentOfNumber(20241345), { time: 20241345000, form: 'seconds' }, 'no day');
  t.same(momentOfNumber(day / 1000), { time: day, form: 'seconds' });
  t.same(momentOfNumber(day), { time: day, form: 'milliseconds' });
  t.same(momentOfNumber(day * 1e3), { time: day, form: 'microseconds' });
  t.same(momentOfNumber(day * 1e6), { time: day, form: 'nanoseconds' });
  t.end();
});

t.test('text is a day or a moment, with slashes, with UTC, and nothing that is not sure', (t) => {
  t.equal(timeOfText('2011/10/05'), Date.UTC(2011, 9, 5));
  t.equal(timeOfText('2011/1/5'), Date.UTC(2011, 0, 5));
  t.equal(timeOfText('2024-01-01 00:00:00 UTC'), Date.UTC(2024, 0, 1));
  t.equal(timeOfText('2024-01-01 00:00:00.123456 UTC'), Date.UTC(2024, 0, 1, 0, 0, 0, 123));
  for (const text of ['05/10/2011', '2011-1-5', '2011/10-05', '2023/02/30', '12:30:00'])
    t.ok(Number.isNaN(timeOfText(text)), text);
  t.end();
});
