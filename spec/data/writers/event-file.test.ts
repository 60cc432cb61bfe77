import { PbfReader } from 'pbf';
import t from 'tap';
import { lastSteps, scalarsEvent, textEvent, versionEvent } from '../../../data/writers/event-file.js';

t.test('a frame has the masked CRC-32C that TensorFlow writes', (t) => {
  const record = Buffer.from(versionEvent(0));
  t.equal(Number(record.readBigUInt64LE(0)), record.length - 16);
  t.equal(record.toString('hex', 12, record.length - 4), '0900000000000000001a0d627261696e2e4576656e743a32');
  t.equal(record.readUInt32LE(8), 0x224b7fa3, 'of the length, 24: as every event file begins');
  t.end();
});

t.test('scalars stand at their step under their tags, as event.proto and summary.proto number them', (t) => {
  const record = scalarsEvent(1.5, 300, [
    { tag: 'loss', value: 0.25 },
    { tag: 'nan', value: NaN },
  ]);
  const fields: [number, unknown][] = [];
  new PbfReader(record.subarray(12, record.length - 4)).readFields((tag, _, reader) => {
    fields.push([tag, tag === 1 ? reader.readDouble() : tag === 2 ? reader.readVarint() : [...reader.readBytes()]]);
  }, undefined);
  t.same(fields.slice(0, 2), [
    [1, 1.5],
    [2, 300],
  ]);
  t.same(fields[2]?.[1], [
    ...[10, 11, 10, 4, 108, 111, 115, 115, 21, 0, 0, 128, 62], // value 1: tag "loss", simple_value .25
    ...[10, 10, 10, 3, 110, 97, 110, 21, 0, 0, 192, 127],
  ]);
  t.end();
});

t.test('lastSteps finds the last step of each tag, and stops at a torn or damaged record', (t) => {
  const records = [
    versionEvent(1),
    scalarsEvent(1, 5, [{ tag: 'a', value: 1 }]),
    textEvent(1, 'config', '| a |'),
    scalarsEvent(1, 7, [
      { tag: 'a', value: 1 },
      { tag: 'b', value: 2 },
    ]),
    scalarsEvent(1, 9, [{ tag: 'b', value: 2 }]),
  ];
  const whole = Buffer.concat(records);
  t.same(
    [...lastSteps(whole)],
    [
      ['a', 7],
      ['config', 0],
      ['b', 9],
    ],
  );
  t.same(
    [...lastSteps(whole.subarray(0, whole.length - 3))],
    [
      ['a', 7],
      ['config', 0],
      ['b', 7],
    ],
    'torn',
  );
  whole[whole.length - 6] = 0xff;
  t.same(
    [...lastSteps(whole)],
    [
      ['a', 7],
      ['config', 0],
      ['b', 7],
    ],
    'damaged',
  );
  t.same([...lastSteps(new Uint8Array(0))], []);
  t.end();
});
