/**
 * Pairs of pins that a batch's loss is about: an input of a query and a target of the same query, either way round.
 *
 * A withheld save must not be read off the neighborhood it has shaped, so no convolution of the batch shows these pairs. Elsewhere
 * in the batch the pair is missing too, which costs little. Found by query, since all pairs of a large board would fill a set.
 */

/** Queries that a pin is part of, as chains of entries in falling order of query. */
interface Chains {
  /** [pins] first entry, or -1. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  readonly query: Int32Array;
}

/** The pairs of one batch at a time, in scratch that is reused: 8 bytes a pin. */
export class SupervisedPairs {
  readonly #firstAsInput: Int32Array;
  readonly #firstAsTarget: Int32Array;

  constructor(pinCount: number) {
    this.#firstAsInput = new Int32Array(pinCount).fill(-1);
    this.#firstAsTarget = new Int32Array(pinCount).fill(-1);
  }

  /**
   * Lends the test for some queries' pairs.
   *
   * @param use  given a function that says, of a pin, with which others it makes a pair; undefined where with none
   */
  with<Result>(
    queries: readonly { readonly inputs: readonly number[]; readonly targets: readonly number[] }[],
    use: (partnersOf: (pin: number) => ((other: number) => boolean) | undefined) => Result,
  ): Result {
    const inputLists = queries.map(({ inputs }) => inputs);
    const targetLists = queries.map(({ targets }) => targets);
    const asInput = chain(this.#firstAsInput, inputLists);
    const asTarget = chain(this.#firstAsTarget, targetLists);
    try {
      return use((pin) => {
        const [input, target] = [asInput.first[pin] as number, asTarget.first[pin] as number];
        if (input < 0 && target < 0) return undefined;
        return (other) =>
          meet(asInput, input, { chains: asTarget, entry: asTarget.first[other] as number }) ||
          meet(asTarget, target, { chains: asInput, entry: asInput.first[other] as number });
      });
    } finally {
      for (const pins of inputLists) for (const pin of pins) this.#firstAsInput[pin] = -1;
      for (const pins of targetLists) for (const pin of pins) this.#firstAsTarget[pin] = -1;
    }
  }
}

function chain(first: Int32Array, lists: readonly (readonly number[])[]): Chains {
  const entries = lists.reduce((sum, pins) => sum + pins.length, 0);
  const chains = { first, next: new Int32Array(entries), query: new Int32Array(entries) };
  let entry = 0;
  lists.forEach((pins, query) => {
    for (const pin of pins) {
      chains.next[entry] = first[pin] as number;
      chains.query[entry] = query;
      first[pin] = entry++;
    }
  });
  return chains;
}

/** Whether two chains have a query in common. */
function meet(a: Chains, from: number, b: { chains: Chains; entry: number }): boolean {
  let [i, j] = [from, b.entry];
  while (i >= 0 && j >= 0) {
    const [mine, theirs] = [a.query[i] as number, b.chains.query[j] as number];
    if (mine === theirs) return true;
    if (mine > theirs) i = a.next[i] as number;
    else j = b.chains.next[j] as number;
  }
  return false;
}
