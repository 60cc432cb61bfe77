/**
 * The best few of many pins by score, in memory that is reused from list to list.
 *
 * Insertion into a sorted list: nearly every offer fails the first comparison, so a heap would not pay below some hundred pins.
 */

/** Keeps the `capacity` best pins offered: higher score first, equal scores put the lower row first. */
export class TopPins {
  readonly capacity: number;
  /** Best first; the first `length` entries hold. */
  readonly pins: Uint32Array;
  /** Parallel to `pins`. */
  readonly scores: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.pins = new Uint32Array(capacity);
    this.scores = new Float64Array(capacity);
  }

  /** Offers a pin, each at most once per list; the order of offers does not matter. */
  offer(pin: number, score: number): void {
    const { pins, scores, capacity } = this;
    let at = this.length;
    if (at === capacity) {
      if (!isBetter(pin, score, pins[at - 1] as number, scores[at - 1] as number)) return;
      at--;
    } else {
      this.length++;
    }
    while (at > 0 && isBetter(pin, score, pins[at - 1] as number, scores[at - 1] as number)) {
      pins[at] = pins[at - 1] as number;
      scores[at] = scores[at - 1] as number;
      at--;
    }
    pins[at] = pin;
    scores[at] = score;
  }

  /** Starts an empty list. */
  clear(): void {
    this.length = 0;
  }
}

function isBetter(pin: number, score: number, otherPin: number, otherScore: number): boolean {
  return score > otherScore || (score === otherScore && pin < otherPin);
}
