/**
 * An ONNX model as protocol buffers: nodes, their inputs and outputs, and tensors that lie in files of their own beside it.
 *
 * Source: onnx/onnx.proto3 (field numbers below). Differs: attributes are whole numbers, tensors float32 or int64. Large tensors are
 * external data, since a protocol buffer holds at most 2 GB.
 */
import { PbfWriter } from 'pbf';

/** Element types of tensors as onnx.proto numbers them. */
const elementTypes = { float: 1, int64: 7 } as const;

/** A tensor that a model takes or gives; a dimension is a size, or a name for one that the caller chooses. */
export interface OnnxValue {
  readonly name: string;
  readonly type: keyof typeof elementTypes;
  readonly shape: readonly (number | string)[];
}

/** An operation. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers, or lists of them, by name. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A tensor of the model. */
export type OnnxTensor = { readonly name: string; readonly shape: readonly number[] } & (
  | { readonly floats: readonly number[] }
  | { readonly integers: readonly number[] }
  | {
      /** Float32, C order, in a file of this name beside the model. */
      readonly file: string;
      readonly offset: number;
    }
);

/** A model. */
export interface OnnxModel {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  /** Texts that readers give back, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's version, and the version of its operators (ONNX 1.12). */
const IR_VERSION = 8;
const OPERATORS = 17;

/** Encodes a model. */
export function onnxBytes(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, 'Pinwalk');
  writer.writeStringField(6, model.description);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, (version, set) => set.writeVarintField(2, version), OPERATORS);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeText, entry);
  return writer.finish();
}

function writeGraph({ name, nodes, tensors, inputs, outputs }: OnnxModel, graph: PbfWriter): void {
  for (const node of nodes) graph.writeMessage(1, writeNode, node);
  graph.writeStringField(2, name);
  for (const tensor of tensors) graph.writeMessage(5, writeTensor, tensor);
  for (const input of inputs) graph.writeMessage(11, writeValue, input);
  for (const output of outputs) graph.writeMessage(12, writeValue, output);
}

function writeNode({ operator, inputs, outputs, attributes = {} }: OnnxNode, node: PbfWriter): void {
  for (const input of inputs) node.writeStringField(1, input);
  for (const output of outputs) node.writeStringField(2, output);
  node.writeStringField(4, operator);
  for (const entry of Object.entries(attributes)) node.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, number | readonly number[]], attribute: PbfWriter): void {
  attribute.writeStringField(1, name);
  if (typeof value === 'number') {
    attribute.writeVarintField(3, value);
    attribute.writeVarintField(20, 2); // INT
  } else {
    for (const one of value) attribute.writeVarintField(8, one);
    attribute.writeVarintField(20, 7); // INTS
  }
}

function writeTensor(given: OnnxTensor, tensor: PbfWriter): void {
  for (const size of given.shape) tensor.writeVarintField(1, size);
  tensor.writeVarintField(2, 'integers' in given ? elementTypes.int64 : elementTypes.float);
  if ('floats' in given) tensor.writePackedFloat(4, [...given.floats]);
  if ('integers' in given) tensor.writePackedVarint(7, [...given.integers]);
  tensor.writeStringField(8, given.name);
  if (!('file' in given)) return;
  const length = 4 * given.shape.reduce((product, size) => product * size, 1);
  const place = { location: given.file, offset: String(given.offset), length: String(length) };
  for (const entry of Object.entries(place)) tensor.writeMessage(13, writeText, entry);
  tensor.writeVarintField(14, 1); // EXTERNAL
}

function writeText([key, value]: [string, string], entry: PbfWriter): void {
  entry.writeStringField(1, key);
  entry.writeStringField(2, value);
}

function writeValue({ name, type, shape }: OnnxValue, value: PbfWriter): void {
  value.writeStringField(1, name);
  value.writeMessage(2, writeType, { type: elementTypes[type], shape });
}

function writeType(given: { type: number; shape: OnnxValue['shape'] }, type: PbfWriter): void {
  type.writeMessage(
    1,
    ({ type, shape }, tensor) => {
      tensor.writeVarintField(1, type);
      tensor.writeMessage(
        2,
        (sizes, dimensions) => {
          for (const size of sizes) dimensions.writeMessage(1, writeDimension, size);
        },
        shape,
      );
    },
    given,
  );
}

function writeDimension(size: number | string, dimension: PbfWriter): void {
  if (typeof size === 'number') dimension.writeVarintField(1, size);
  else dimension.writeStringField(2, size);
}
