/**
 * TensorBoard's event files: protocol buffers in TFRecord frames, written and, to go on where one ended, read.
 *
 * Source: tensorflow/core/util/event.proto and summary.proto (field numbers below); record_writer.h for the frames: uint64 length,
 * masked CRC-32C of it, data, masked CRC-32C of the data. CRC-32C: Castagnoli et al. 1993, as in RFC 3720, appendix B.4.
 * Differs: of summaries only scalars and texts.
 */
import { PbfReader, PbfWriter } from 'pbf';

/** A number at a step. */
export interface Scalar {
  readonly tag: string;
  /** Whole, from 0. */
  readonly step: number;
  readonly value: number;
}

/** The first event of each file. */
export function versionEvent(wallSeconds: number): Uint8Array {
  return frame(eventOf(wallSeconds, (event) => event.writeStringField(3, 'brain.Event:2')));
}

/** Scalars of one moment that stand at one step. */
export function scalarsEvent(wallSeconds: number, step: number, scalars: readonly Omit<Scalar, 'step'>[]): Uint8Array {
  return frame(
    eventOf(wallSeconds, (event) => {
      event.writeVarintField(2, step);
      event.writeMessage(5, writeScalars, scalars);
    }),
  );
}

/** A text in Markdown, shown under the tab of texts. */
export function textEvent(wallSeconds: number, tag: string, text: string): Uint8Array {
  return frame(eventOf(wallSeconds, (event) => event.writeMessage(5, writeText, { tag, text })));
}

function eventOf(wallSeconds: number, fill: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, wallSeconds);
  fill(event);
  return event.finish();
}

function writeScalars(scalars: readonly Omit<Scalar, 'step'>[], summary: PbfWriter): void {
  for (const scalar of scalars) {
    summary.writeMessage(
      1,
      ({ tag, value }, entry) => {
        entry.writeStringField(1, tag);
        entry.writeFloatField(2, value);
      },
      scalar,
    );
  }
}

function writeText(given: { tag: string; text: string }, summary: PbfWriter): void {
  summary.writeMessage(
    1,
    ({ tag, text }, entry) => {
      entry.writeStringField(1, tag);
      entry.writeMessage(8, writeStringTensor, text);
      entry.writeMessage(9, (name, metadata) => metadata.writeMessage(1, writePlugin, name), 'text');
    },
    given,
  );
}

function writeStringTensor(text: string, tensor: PbfWriter): void {
  tensor.writeVarintField(1, 7); // DT_STRING
  tensor.writeBytesField(8, Buffer.from(text));
}

function writePlugin(name: string, plugin: PbfWriter): void {
  plugin.writeStringField(1, name);
}

/** The last step of each tag in a file; what stands behind a torn record is not read, as in TensorBoard. */
export function lastSteps(bytes: Uint8Array): Map<string, number> {
  const steps = new Map<string, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (data.length < length || at + 16 + length > bytes.length) break;
    if (view.getUint32(at + 12 + length, true) !== masked(data)) break;
    readTags(data, (tag, step) => steps.set(tag, Math.max(step, steps.get(tag) ?? -Infinity)));
    at += 16 + length;
  }
  return steps;
}

function readTags(data: Uint8Array, found: (tag: string, step: number) => void): void {
  const tags: string[] = [];
  const step = new PbfReader(data).readFields(
    (field, event: { step: number }, reader) => {
      if (field === 2) event.step = reader.readVarint();
      if (field !== 5) return;
      reader.readMessage((inner, list: string[], summary) => {
        if (inner !== 1) return;
        summary.readMessage((name, values: string[], entry) => {
          if (name === 1) values.push(entry.readString());
        }, list);
      }, tags);
    },
    { step: 0 },
  ).step;
  for (const tag of tags) found(tag, step);
}

function frame(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + data.length);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(masked(data), 12 + data.length);
  return record;
}

/** CRC-32C, turned and shifted so that a checksum over data with a checksum in it is none. */
function masked(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
