/**
 * spec/scores.md in code, from a generation's file alone: SQL and plain loops in 64-bit floats, none of our sources.
 *
 * It is as slow as it is plain, and reads of columns only titles and tags.
 */
import Database from 'better-sqlite3';

type Vector = readonly number[];
/** Weight by row or term. */
type Sparse = ReadonlyMap<number, number>;

export interface Query {
  readonly kind: 'boards' | 'pins';
  readonly row: number;
}

/** What `meta.ranking` holds. */
interface Ranking {
  readonly walk: Exponents;
  readonly temperature: number;
  readonly querySizePower: number;
  readonly boardWeights: Readonly<Record<string, number>>;
  readonly pinWeights: Readonly<Record<string, number>>;
  readonly coldWeights: Readonly<Record<string, number>>;
  readonly coldScale: number;
}

type Exponents = Readonly<Record<'query' | 'board' | 'target' | 'power', number>>;

/** A generation as its file has it. */
export class ScoreOracle {
  readonly pinIds: string[];
  readonly boardIds: string[];
  readonly #pinTitles: string[];
  readonly #boardTitles: string[];
  readonly #tags: string[][];
  readonly boardsOf: number[][];
  readonly pinsOf: number[][];
  readonly #matrices = new Map<string, Vector[]>();
  readonly #ranking: Ranking;

  constructor(file: string) {
    const sql = new Database(file, { readonly: true });
    type Row = { id: string; title: string; attributes: string | null };
    const items = (kind: string): Row[] =>
      sql.prepare<[], Row>(`SELECT id, title, attributes FROM ${kind}s ORDER BY ${kind}`).all();
    const bytes = (name: string): Buffer =>
      Buffer.concat(
        sql.prepare<[string], Buffer>('SELECT bytes FROM chunks WHERE name = ? ORDER BY firstRow').pluck().all(name),
      );
    const integers = (name: string): number[] => {
      const buffer = bytes(name);
      return Array.from({ length: buffer.length / 4 }, (_, n) => buffer.readUInt32LE(4 * n));
    };
    const rows = (name: string): number[][] => {
      const [offsets, neighbors] = [integers(`${name}.offsets`), integers(`${name}.neighbors`)];
      return offsets.slice(1).map((end, row) => neighbors.slice(offsets[row], end));
    };
    const [pins, boards] = [items('pin'), items('board')];
    this.pinIds = pins.map(({ id }) => id);
    this.boardIds = boards.map(({ id }) => id);
    this.#pinTitles = pins.map(({ title }) => title);
    this.#boardTitles = boards.map(({ title }) => title);
    this.#tags = pins.map(({ attributes }) => {
      const { tags } = JSON.parse(attributes ?? '{}') as { tags?: string };
      return tags === undefined ? [] : tags.split('|').map((tag) => tag.trim().toLowerCase());
    });
    this.boardsOf = rows('graph.boardsOfPin');
    this.pinsOf = rows('graph.pinsOfBoard');
    type Shape = { name: string; rows: number; columns: number };
    for (const { name, rows: count, columns } of sql
      .prepare<[], Shape>('SELECT name, rows, columns FROM arrays')
      .all()) {
      if (!name.startsWith('matrix.')) continue;
      const buffer = bytes(name);
      const row = (r: number): Vector =>
        Array.from({ length: columns }, (_, c) => buffer.readFloatLE(4 * (r * columns + c)));
      this.#matrices.set(
        name.slice('matrix.'.length),
        Array.from({ length: count }, (_, r) => row(r)),
      );
    }
    const ranking = sql.prepare<[], string>("SELECT value FROM meta WHERE key = 'ranking'").pluck().get();
    this.#ranking = JSON.parse(ranking as string) as Ranking; // written by train
    sql.close();
  }

  /** The served list under a strategy: pins with their scores, best first. */
  list(query: Query, strategy: string): { pins: number[]; scores: number[] } {
    const own = new Set(this.#queryPins(query));
    const scores = strategy === 'fused' ? this.fused(query) : standard(this.#alone(query, strategy));
    const ranked = [...scores.keys()].filter((pin) => !own.has(pin) && scores[pin] !== 0);
    ranked.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
    return { pins: ranked, scores: ranked.map((pin) => scores[pin] as number) };
  }

  fused(query: Query): number[] {
    const { boardWeights, pinWeights, coldWeights, coldScale } = this.#ranking;
    const weights = query.kind === 'boards' ? boardWeights : pinWeights;
    const standardOf = (name: string): number[] => standard(this.score(query, name));
    const fused = this.pinIds.map(() => 0);
    for (const [name, weight] of Object.entries(weights))
      if (weight !== 0)
        standardOf(name).forEach((value, pin) => (fused[pin] = (fused[pin] as number) + weight * value));
    const cold = this.#coldPins();
    if (cold.length === 0) return fused;
    const total = cold.map(() => 0);
    const isReached = cold.map(() => false);
    for (const [name, weight] of Object.entries(coldWeights)) {
      if (weight === 0) continue;
      const all = standardOf(name);
      const values = cold.map((pin) => all[pin] as number);
      const { deviation } = moments(values);
      if (deviation === 0) continue;
      values.forEach((value, n) => {
        total[n] = (total[n] as number) + (weight * value) / deviation;
        isReached[n] ||= value !== 0;
      });
    }
    const own = moments(total);
    if (own.deviation === 0) return fused;
    const saved = moments(fused.filter((_, pin) => this.#degree(pin) > 0));
    cold.forEach((pin, n) => {
      const away = ((total[n] as number) - own.mean) / own.deviation;
      fused[pin] = isReached[n] ? saved.mean + coldScale * saved.deviation * away : 0;
    });
    return fused;
  }

  /** One of the ten scores of every pin, as spec/scores.md numbers them. */
  score(query: Query, name: string): number[] {
    const pins = this.#queryPins(query);
    const all = [...this.pinIds.keys()];
    const [target, factors] = [this.#matrix('pin.target'), this.#matrix('pin.structure')];
    const values = this.#matrix('structure.values').map(([value]) => value as number);
    switch (name) {
      case 'walk':
        return this.#walk(query, this.#ranking.walk);
      case 'embedding': {
        const sum = addUp(pins.map((pin) => this.#matrix('pin.query')[pin] as Vector));
        const { temperature, querySizePower } = this.#ranking;
        const scale = (pins.length / 8) ** querySizePower / temperature;
        if (sum.every((value) => value === 0)) return all.map(() => 0);
        return all.map(
          (pin) => cosine(sum, target[pin] as Vector) * scale + (this.#matrix('pin.bias')[pin]?.[0] as number),
        );
      }
      case 'targetCosine':
        return all.map((i) => sumOf(pins, (j) => dot(target[j] as Vector, target[i] as Vector)));
      case 'spectral':
        return all.map((i) =>
          sumOf(
            pins,
            (j) => this.#power(j, -0.5) * this.#power(i, 0.5) * dot(factors[j] as Vector, factors[i] as Vector),
          ),
        );
      case 'factorCosine': {
        const scaled = factors.map((row) => row.map((value, c) => value * (values[c] as number)));
        return all.map((i) => sumOf(pins, (j) => cosine(scaled[j] as Vector, scaled[i] as Vector)));
      }
      case 'filter': {
        const plateau = (eigenvalue: number): number => {
          const x = 1 - 2 * eigenvalue;
          return 1 - Math.sign(x) * Math.abs(x) ** 1.5;
        };
        const weakest = values.at(-1) ** 2;
        const hop = plateau(weakest) / weakest;
        const gains = values.map((value) => plateau(value ** 2) - hop * value ** 2 + 0.2);
        const walked = this.#walk(query, { query: 0.9, board: 1, target: 0.1, power: 1 });
        return all.map((i) => {
          const smooth = sumOf(pins, (j) => {
            const product = dot(
              (factors[j] as Vector).map((value, c) => value * (gains[c] as number)),
              factors[i] as Vector,
            );
            return this.#power(j, -0.4) * this.#power(i, 0.4) * product;
          });
          return smooth + hop * (walked[i] as number);
        });
      }
      case 'pinTitle': {
        const { pins: titles } = this.#titles();
        return all.map((i) => sumOf(pins, (j) => product(titles[j] as Sparse, titles[i] as Sparse)));
      }
      case 'boardTitle': {
        const titles = this.#titles();
        if (query.kind === 'boards')
          return all.map((i) => product(titles.boards[query.row] as Sparse, titles.pins[i] as Sparse));
        const held = pins.flatMap((pin) => this.boardsOf[pin] as number[]);
        return all.map((i) =>
          sumOf(held, (b) => product(titles.boards[b] as Sparse, titles.pins[i] as Sparse) / Math.sqrt(this.#size(b))),
        );
      }
      case 'content':
        return this.#content(pins);
      case 'contentNeighbors': {
        const filtered = this.score(query, 'filter');
        return all.map((pin) => {
          if (this.#degree(pin) > 0) return 0;
          const about = this.#content([pin]);
          const near = all.filter((i) => (about[i] as number) > 0 && this.#degree(i) > 0);
          near.sort((a, b) => (about[b] as number) - (about[a] as number) || a - b);
          const nearest = near.slice(0, 80);
          const total = sumOf(nearest, (i) => (about[i] as number) ** 2);
          return total === 0 ? 0 : sumOf(nearest, (i) => ((about[i] as number) ** 2 / total) * (filtered[i] as number));
        });
      }
    }
    throw new Error(`no score is called ${name}`);
  }

  #alone(query: Query, strategy: string): number[] {
    return this.score(query, strategy === 'embedding' && query.kind === 'pins' ? 'targetCosine' : strategy);
  }

  #walk({ kind, row }: Query, exponents: Exponents): number[] {
    const pins = this.#queryPins({ kind, row });
    const scores = this.pinIds.map(() => 0);
    this.pinsOf.forEach((held, board) => {
      if (kind === 'boards' && board === row) return;
      const share = sumOf(
        pins.filter((pin) => held.includes(pin)),
        (pin) => this.#power(pin, -exponents.query),
      );
      if (share === 0) return;
      const passed = (share * this.#size(board) ** -exponents.board) ** exponents.power;
      for (const pin of held) scores[pin] = (scores[pin] as number) + passed;
    });
    return scores.map((score, pin) => score * this.#power(pin, -exponents.target));
  }

  /** Titles as rows of terms at unit length. */
  #titles(): { pins: Sparse[]; boards: Sparse[] } {
    const counts = [...this.#pinTitles, ...this.#boardTitles].map((title) => {
      const terms: [string, number][] = [];
      for (const word of title
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
        terms.push([`=${word}`, 1]);
        const letters = [...`<${word}>`];
        for (let at = 0; at + 3 <= letters.length; at++) terms.push([letters.slice(at, at + 3).join(''), 0.5]);
      }
      return countOf(terms);
    });
    const rows = byRarity(counts);
    return { pins: rows.slice(0, this.pinIds.length), boards: rows.slice(this.pinIds.length) };
  }

  /** What each pin is about: fields of terms, each weighed by lift, and vectors. */
  #content(query: readonly number[]): number[] {
    const all = [...this.pinIds.keys()];
    const tags = byRarity(this.#tags.map((own) => countOf(own.map((tag) => [tag, 1]))));
    const fields = [this.#titles().pins, tags].map((rows) => this.#byLift(rows));
    const vectors = this.#matrix('pin.content');
    return all.map((i) =>
      sumOf(query, (j) => {
        const alike = fields.map((rows) => product(rows[j] as Sparse, rows[i] as Sparse));
        const both = alike.reduce((sum, value) => sum + value, dot(vectors[j] ?? [], vectors[i] ?? []));
        return Math.max(this.#degree(j), 1) ** -0.25 * both;
      }),
    );
  }

  #byLift(rows: readonly Sparse[]): Sparse[] {
    const pairs = new Map<string, number>();
    for (const held of this.pinsOf)
      for (const i of held)
        for (const j of held)
          if (i !== j) {
            const share = 1 / (held.length * Math.sqrt(this.#degree(i) * this.#degree(j)));
            pairs.set(`${i} ${j}`, (pairs.get(`${i} ${j}`) ?? 0) + share);
          }
    const saved = [...this.pinIds.keys()].filter((pin) => this.#degree(pin) > 0);
    const mean = [...pairs.values()].reduce((sum, value) => sum + value, 0) / (saved.length * (saved.length - 1));
    const terms = new Set(rows.flatMap((row) => [...row.keys()]));
    const lift = new Map<number, number>();
    for (const term of terms) {
      const holders = saved.filter((pin) => (rows[pin] as Sparse).has(term));
      const together = sumOf(holders, (i) => sumOf(holders, (j) => pairs.get(`${i} ${j}`) ?? 0));
      lift.set(term, (together + 5 * mean) / (holders.length * (holders.length - 1) + 5) / mean);
    }
    return rows.map((row) =>
      unit(new Map([...row].map(([term, weight]) => [term, weight * (lift.get(term) as number) ** 0.25]))),
    );
  }

  #queryPins({ kind, row }: Query): readonly number[] {
    return kind === 'boards' ? (this.pinsOf[row] as number[]) : [row];
  }

  #coldPins(): number[] {
    return [...this.pinIds.keys()].filter((pin) => this.#degree(pin) === 0);
  }

  #degree(pin: number): number {
    return (this.boardsOf[pin] as number[]).length;
  }

  #size(board: number): number {
    return (this.pinsOf[board] as number[]).length;
  }

  /** Degree to a power; 0 for a pin without saves. */
  #power(pin: number, exponent: number): number {
    return this.#degree(pin) === 0 ? 0 : this.#degree(pin) ** exponent;
  }

  #matrix(name: string): readonly Vector[] {
    return this.#matrices.get(name) ?? [];
  }
}

const numbers = new Map<string, number>();

function countOf(terms: readonly (readonly [string, number])[]): Sparse {
  const counts = new Map<number, number>();
  for (const [term, weight] of terms) {
    const number = numbers.get(term) ?? numbers.size;
    numbers.set(term, number);
    counts.set(number, (counts.get(number) ?? 0) + weight);
  }
  return counts;
}

/** Counts times log((rows + 1) / rows that hold the term), at unit length. */
function byRarity(rows: readonly Sparse[]): Sparse[] {
  const holders = new Map<number, number>();
  for (const row of rows) for (const term of row.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  const rarity = (term: number): number => Math.log((rows.length + 1) / (holders.get(term) as number));
  return rows.map((row) => unit(new Map([...row].map(([term, count]) => [term, count * rarity(term)]))));
}

function unit(row: Sparse): Sparse {
  const length = Math.sqrt([...row.values()].reduce((sum, weight) => sum + weight ** 2, 0)) || 1;
  return new Map([...row].map(([term, weight]) => [term, weight / length]));
}

function product(a: Sparse, b: Sparse): number {
  let sum = 0;
  for (const [term, weight] of a) sum += weight * (b.get(term) ?? 0);
  return sum;
}

function sumOf(rows: readonly number[], valueOf: (row: number) => number): number {
  return rows.reduce((sum, row) => sum + valueOf(row), 0);
}

function addUp(vectors: readonly Vector[]): Vector {
  return (vectors[0] ?? []).map((_, c) => vectors.reduce((sum, vector) => sum + (vector[c] as number), 0));
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, c) => sum + value * (b[c] as number), 0);
}

function cosine(a: Vector, b: Vector): number {
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
}

/** Divided by the standard deviation over all pins. */
function standard(scores: readonly number[]): number[] {
  const { deviation } = moments(scores);
  return scores.map((score) => (deviation === 0 ? 0 : score / deviation));
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation: deviation > 1e-6 * Math.max(...values.map(Math.abs)) ? deviation : 0 };
}
