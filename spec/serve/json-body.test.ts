import { Type } from 'typebox';
import t from 'tap';
import { countValues, mostValues, refuseCoercion, refuseOddNumbers } from '../../serve/json-body.js';
import { serve } from './server.js';

const query = Type.Object({ limit: Type.Integer(), least: Type.Number(), q: Type.String(), on: Type.Boolean() });

t.test('numbers of a query are decimal digits, and nothing else that JavaScript takes for a number', (t) => {
  for (const limit of [
    'Infinity',
    '-Infinity',
    'NaN',
    '1e400',
    '1e1',
    '0x10',
    '0b1',
    '0o7',
    '1.0',
    ' 1',
    '1 ',
    '',
    '1_0',
    '+1',
    '9'.repeat(16),
  ]) {
    t.throws(() => refuseOddNumbers({ limit }, query), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `query.limit: must be an integer in decimal digits (got ${limit})`,
    });
  }
  for (const least of ['1e1', 'Infinity', '.5', '5.', '0x1'])
    t.throws(() => refuseOddNumbers({ least }, query), { message: /query\.least/ });
  refuseOddNumbers({ limit: '7', least: '0.25', q: '1e400', on: '0x1', unknown: '1e1', toString: '1e1' }, query);
  refuseOddNumbers({ limit: '-3' }, query);
  t.end();
});

t.test('numbers of a body are finite', (t) => {
  const body = Type.Object({ limit: Type.Integer(), weight: Type.Number() });
  const read = (json: string): void => refuseCoercion(JSON.parse(json), body);
  t.throws(() => read('{"limit":1e400}'), { message: 'body.limit: must be an integer (got Infinity)' });
  t.throws(() => read('{"weight":-1e400}'), { message: 'body.weight: must be a number (got -Infinity)' });
  t.throws(() => read('{"limit":1.5}'), { message: 'body.limit: must be an integer (got 1.5)' });
  t.throws(() => read('{"limit":9007199254740993}'), { message: /body\.limit/ });
  read('{"limit":1e1,"weight":1e-300,"__proto__":1,"constructor":2}');
  t.end();
});

t.test('values of a body are counted before it is parsed, text aside', (t) => {
  t.equal(countValues('{"a,[{\\"{,":[1,"\\\\",{"b":2}]}'), 6);
  t.equal(countValues('"never closed, [\\'), 1);
  t.equal(countValues('['.repeat(500)), 501);
  t.end();
});

t.test('a body of more values than any request needs is refused unparsed, whatever they are', async (t) => {
  const { post } = await serve(t);
  const keys = Array.from({ length: mostValues }, (_, n) => `"k${n}":0`).join();
  for (const payload of [`{${keys}}`, '['.repeat(mostValues), `[${'{},'.repeat(mostValues)}`]) {
    const { body } = await post('/v1/recommend', payload);
    t.match(body, { status: 400, code: 'OPTION_OUT_OF_RANGE', detail: /^body: must have at most 12000 values/ });
  }
  const exclude = Array.from({ length: 10_000 }, (_, n) => `p,${n}`);
  t.equal((await post('/v1/recommend', { pins: [{ id: 'umbrella' }], exclude, limit: 1 })).status, 200);
});
