/**
 * The model by its definition, pin by pin in double precision: the oracle of batches, model and inference.
 */
import type { CompressedRows } from '../../../graph/compressed-rows.js';
import type { ContentTerms } from '../../../train/content/content-terms.js';
import type { TrainingBatch } from '../../../train/model/batches.js';
import { lossAndGradients } from '../../../train/model/model.js';
import type { ModelShape, Weights } from '../../../train/model/weights.js';

/** Weights as doubles, row-major with their shapes. */
export type Doubles = Map<string, { shape: readonly [number, number]; values: Float64Array }>;

export interface NaiveInputs {
  readonly features: ArrayLike<number>;
  readonly neighborhoods: CompressedRows;
  readonly poolWeight: number;
  readonly terms?: ContentTerms | undefined;
  /** Pins shown by their content alone. */
  readonly cold?: ReadonlySet<number>;
  /** `pin,neighbor` that no convolution sees. */
  readonly hidden?: ReadonlySet<string>;
}

type Vector = number[];

export function doubles(
  weights: ReadonlyMap<string, { shape: readonly [number, number]; values: Float32Array }>,
): Doubles {
  return new Map([...weights].map(([name, { shape, values }]) => [name, { shape, values: Float64Array.from(values) }]));
}

/** Query and target vectors of single pins, not at unit length. */
export class NaiveModel {
  readonly #shape: ModelShape;
  readonly #weights: Doubles;
  readonly #inputs: NaiveInputs;
  readonly #known = new Map<string, Vector>();

  constructor(shape: ModelShape, weights: Doubles, inputs: NaiveInputs) {
    this.#shape = shape;
    this.#weights = weights;
    this.#inputs = inputs;
  }

  query(pin: number): Vector {
    const { layers, learnIds, dimension } = this.#shape;
    const own = learnIds && !this.#isCold(pin) ? this.#pooled('row.query', pin) : zeros(dimension);
    const learned = this.#said('term.query', pin, own);
    if (layers === 0) return learned;
    const scale = learnIds ? 0.06 : 1;
    return add(learned, this.#times(this.#top(pin), 'head.query'), scale);
  }

  target(pin: number): Vector {
    const { layers, learnIds, dimension } = this.#shape;
    const own = learnIds && !this.#isCold(pin) ? this.#pooled('row.target', pin) : zeros(dimension);
    const learned = this.#said('term.target', pin, own);
    return layers === 0 ? learned : add(learned, this.#times(this.#top(pin), 'head.target'), 1);
  }

  #pooled(name: string, pin: number): Vector {
    return entries(this.#inputs.neighborhoods, pin).reduce(
      (sum, [neighbor, weight]) => add(sum, this.row(name, neighbor), this.#inputs.poolWeight * weight),
      this.row(name, pin),
    );
  }

  /** `vector` plus what the pin's terms sum to. */
  #said(name: string, pin: number, vector: Vector): Vector {
    const { rows, termCount = 0, vectors } = this.#inputs.terms ?? {};
    const columns = vectors?.columns ?? 0;
    const shown = [...(vectors?.values.subarray(pin * columns, (pin + 1) * columns) ?? [])];
    const terms = [
      ...(rows ? entries(rows, pin) : []),
      ...shown.map((share, column): [number, number] => [termCount - columns + column, share]),
    ];
    return terms.reduce((sum, [term, weight]) => add(sum, this.row(name, term), weight), vector);
  }

  row(name: string, row: number): Vector {
    const { shape, values } = this.#of(name);
    return [...values.subarray(row * shape[1], (row + 1) * shape[1])];
  }

  /** ReLU(G1 z + g) */
  #top(pin: number): Vector {
    return relu(add(this.#times(this.#hidden(pin, this.#shape.layers), 'head.G1'), this.row('head.g', 0), 1));
  }

  /** h of a pin after `layer` convolutions. */
  #hidden(pin: number, layer: number): Vector {
    const { featureDimension, contentColumns } = this.#shape;
    if (layer === 0) {
      const isShown = (f: number): boolean => contentColumns[f] === 1 || !this.#isCold(pin);
      return Array.from({ length: featureDimension }, (_, f) =>
        isShown(f) ? Number(this.#inputs.features[pin * featureDimension + f]) : 0,
      );
    }
    const key = `${layer}:${pin}`;
    const known = this.#known.get(key);
    if (known) return known;
    const prefix = `layer${layer - 1}`;
    let pooled = zeros(this.#shape.hiddenDimension);
    for (const [neighbor, weight] of this.#neighborhood(pin)) {
      const projected = this.#times(this.#hidden(neighbor, layer - 1), `${prefix}.Q`);
      const near = relu(add(projected, this.row(`${prefix}.q`, 0), 1));
      const isMax = this.#shape.pooling === 'max'; // of values that are never below 0
      pooled = isMax ? pooled.map((value, i) => Math.max(value, Number(near[i]))) : add(pooled, near, weight);
    }
    const joined = [...this.#hidden(pin, layer - 1), ...pooled];
    const result = unit(relu(add(this.#times(joined, `${prefix}.W`), this.row(`${prefix}.w`, 0), 1)));
    this.#known.set(key, result);
    return result;
  }

  /** What is shown of a neighborhood, its weights scaled to the sum of all. */
  #neighborhood(pin: number): [number, number][] {
    if (this.#isCold(pin)) return [];
    const all = entries(this.#inputs.neighborhoods, pin);
    const shown = all.filter(([neighbor]) => !this.#inputs.hidden?.has(`${pin},${neighbor}`));
    const total = (rows: [number, number][]): number => rows.reduce((sum, [, weight]) => sum + weight, 0);
    return shown.map(([neighbor, weight]) => [neighbor, (weight * total(all)) / total(shown)]);
  }

  #isCold(pin: number): boolean {
    return this.#inputs.cold?.has(pin) ?? false;
  }

  #times(x: Vector, name: string): Vector {
    const { shape, values } = this.#of(name);
    return Array.from({ length: shape[1] }, (_, column) =>
      x.reduce((sum, value, row) => sum + value * Number(values[row * shape[1] + column]), 0),
    );
  }

  #of(name: string): { shape: readonly [number, number]; values: Float64Array } {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`no weight ${name}`);
    return weight;
  }
}

/**
 * The loss of a batch, summed by hand: only which pins are inputs, candidates, targets and cold is taken from the batch. What
 * a query's inputs and targets have in common is hidden from the convolutions.
 */
export function naiveLoss(shape: ModelShape, weights: Doubles, inputs: NaiveInputs, batch: TrainingBatch): number {
  const withoutRows = (pins: Uint32Array, { rows }: TrainingBatch['queryPool']): Uint32Array =>
    pins.filter((_, n) => rows.offsets[n] === rows.offsets[n + 1]);
  const cold = new Set([
    ...withoutRows(batch.inputPins, batch.queryPool),
    ...withoutRows(batch.candidates, batch.targetPool),
  ]);
  const model = new NaiveModel(shape, weights, { ...inputs, cold, hidden: hiddenPairs(batch) });
  const targets = Array.from(batch.candidates, (pin) => unit(model.target(pin)));
  let loss = 0;
  for (let q = 0; q < batch.queryCount; q++) {
    const pins = entries(batch.inputs, q).map(([row]) => Number(batch.inputPins[row]));
    const query = unit(pins.map((pin) => model.query(pin)).reduce((sum, vector) => add(sum, vector, 1)));
    const adjustment = adjustmentOf(batch, q);
    const logitScale = (pins.length / 8) ** shape.querySizePower / shape.temperature;
    const logits = targets.map(
      (target, c) =>
        dot(query, target) * logitScale +
        Number(model.row('row.bias', Number(batch.candidates[c]))[0]) +
        Number(adjustment[c]),
    );
    if (shape.loss === 'binary') {
      const all = logits.reduce((sum, logit) => sum + Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))), 0);
      const own = entries(batch.targets, q).reduce((sum, [c]) => sum + Number(logits[c]), 0);
      loss += (all - own) / batch.queryCount;
      continue;
    }
    const most = Math.max(...logits);
    const logSum = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    for (const [c, weight] of entries(batch.targets, q)) loss += weight * (logSum - Number(logits[c]));
  }
  return loss;
}

/** [candidates]: all that a batch adds to the logits of a query. */
export function adjustmentOf(batch: TrainingBatch, query: number): Float64Array {
  const adjustment = Float64Array.from(batch.correction);
  for (const [at, value] of entries(batch.exceptions, query)) adjustment[at] = Number(adjustment[at]) + value;
  return adjustment;
}

/** Loss and gradients of a batch, to keep. */
export function differentiate(
  {
    shape,
    weights,
    features,
    terms,
  }: { shape: ModelShape; weights: Weights; features: Float32Array; terms?: ContentTerms | undefined },
  batch: TrainingBatch,
): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
  return lossAndGradients(shape, { weights, features, vectors: terms?.vectors, batch }, ({ loss, gradients }) => ({
    loss,
    gradients: new Map([...gradients].map(([name, values]) => [name, values.slice()])),
  }));
}

/** Pairs of a query's input and target, both ways, as `pin,neighbor`. */
export function hiddenPairs(batch: TrainingBatch): Set<string> {
  const hidden = new Set<string>();
  for (let q = 0; q < batch.queryCount; q++) {
    const { inputs, targets } = pinsOf(batch, q);
    for (const a of inputs) for (const b of targets) hidden.add(`${a},${b}`).add(`${b},${a}`);
  }
  return hidden;
}

/** Inputs and targets of a query, as pins. */
export function pinsOf(batch: TrainingBatch, q: number): { inputs: number[]; targets: number[] } {
  return {
    inputs: entries(batch.inputs, q).map(([row]) => Number(batch.inputPins[row])),
    targets: entries(batch.targets, q).map(([row]) => Number(batch.candidates[row])),
  };
}

/** One compressed row as pairs of column and weight. */
export function entries({ offsets, neighbors, weights }: CompressedRows, row: number): [number, number][] {
  return [...neighbors.subarray(offsets[row], offsets[row + 1])].map((column, i) => [
    column,
    weights?.[Number(offsets[row]) + i] ?? 1,
  ]);
}

export function unit(x: readonly number[]): Vector {
  const length = Math.sqrt(dot(x, x) + 1e-12);
  return x.map((value) => value / length);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * Number(b[i]), 0);
}

function add(a: Vector, b: Vector, scale: number): Vector {
  return a.map((value, i) => value + scale * Number(b[i]));
}

function relu(x: Vector): Vector {
  return x.map((value) => Math.max(0, value));
}

function zeros(length: number): Vector {
  return new Array<number>(length).fill(0);
}
