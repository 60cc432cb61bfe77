/**
 * Loss and validation figure over a training, from the lines of metrics.jsonl.
 */

/** One point of a curve. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export interface LearningCurves {
  /** Means over equal stretches of steps, at most {@link mostPoints}; each stands at its last step. */
  readonly loss: readonly CurvePoint[];
  /** The figure on validation saves after each epoch. */
  readonly validation: readonly CurvePoint[];
}

/** A curve of more points only looks thicker. */
export const mostPoints = 120;

/**
 * Reads the curves of a run.
 *
 * @param log  text of metrics.jsonl: JSON lines, of a step with `loss`, of an epoch with `validation`, a word
 *   where there was nothing to validate. A resumed run repeats
 *   steps; the later line holds. What is no JSON is left out: lines grow in place, and a crash of the machine may tear one
 */
export function learningCurves(log: string): LearningCurves {
  const losses = new Map<number, number>();
  const validations = new Map<number, number>();
  for (const line of log.split('\n')) {
    const { step, loss, validation } = parse(line);
    if (typeof step !== 'number') continue;
    if (typeof loss === 'number') losses.set(step, loss);
    if (typeof validation === 'number') validations.set(step, validation);
  }
  return { loss: thin(pointsOf(losses)), validation: pointsOf(validations) };
}

function parse(line: string): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function pointsOf(values: ReadonlyMap<number, number>): CurvePoint[] {
  return [...values].map(([step, value]) => ({ step, value })).sort((a, b) => a.step - b.step);
}

function thin(points: readonly CurvePoint[]): CurvePoint[] {
  const length = Math.ceil(points.length / mostPoints);
  return Array.from({ length: Math.ceil(points.length / Math.max(1, length)) }, (_, n) => {
    const stretch = points.slice(n * length, (n + 1) * length);
    const sum = stretch.reduce((total, point) => total + point.value, 0);
    return { step: stretch.at(-1)?.step ?? 0, value: sum / stretch.length };
  });
}
