/**
 * A graphology graph as a pin-board graph: which nodes are pins, which are boards, and what each edge weighs.
 *
 * Nodes that are told to be neither get their side from their neighbors, by two-coloring; a graph with an edge inside one side is
 * refused. Direction does not count, and edges that join the same two nodes are one save, their weights added.
 */
import type { AbstractGraph, Attributes as GraphAttributes } from 'graphology-types';
import { isWeight, weightMust } from '../data/checks.js';
import type { Attributes, ItemTable } from '../data/collection.js';
import { PinwalkError, shown } from '../data/errors.js';
import { buildGraph } from './bipartite-graph.js';
import { attributeOfColumn } from './export/subgraph.js';
import type { PinBoardGraph } from './pin-board-graph.js';

/** Options of `fromGraphology`. */
export interface FromGraphologyOptions {
  /**
   * Whether a node is a pin (true) or a board (false); undefined leaves it to the node's neighbors.
   * Default: by the attribute `kind`, `pin` or `board`, as our own exports have it.
   */
  readonly isPin?: (node: string, attributes: GraphAttributes) => boolean | undefined;
  /** Weight of an edge, above 0: the name of an attribute, or a function of it; null: all 1. Default `weight`; an edge without it: 1. */
  readonly getEdgeWeight?: string | null | ((edge: string, attributes: GraphAttributes) => unknown);
}

/** What `fromGraphology` takes where nothing is said. */
export const fromGraphologyDefaults = Object.freeze({
  isPin: (_node: string, { kind }: GraphAttributes): boolean | undefined =>
    kind === 'pin' || kind === 'board' ? kind === 'pin' : undefined,
  getEdgeWeight: 'weight',
});

/**
 * Reads a graphology graph.
 *
 * Rows follow the order of the nodes. An id is the attribute `externalId` where the node has one, else the key; a title is `title`,
 * else a `label` that is not the id. Other attributes that are text, numbers or truths are kept, but for those that our exports add.
 *
 * @param graph  any kind: directed or not, with parallel edges or without
 * @throws PinwalkError `INPUT_INVALID` naming the node or edge: a side that cannot be told, an edge inside one side, two pins or two
 *   boards of one id, a weight that is no number above 0, no edge at all
 *
 * Time and memory O(nodes + edges). `toGraphology` of the result gives the same graph back.
 */
export function fromGraphology(graph: AbstractGraph, options: FromGraphologyOptions = {}): PinBoardGraph {
  const { isPin, getEdgeWeight } = { ...fromGraphologyDefaults, ...options };
  const sides = color(graph, isPin);
  const pins = new Table('pin');
  const boards = new Table('board');
  const rows = new Map<string, number>();
  graph.forEachNode((node, attributes) => {
    rows.set(node, (sides.get(node) === true ? pins : boards).add(node, attributes));
  });
  const weightOf = weigher(getEdgeWeight);
  const columns = { boards: new Uint32Array(graph.size), pins: new Uint32Array(graph.size) };
  const weights = new Float32Array(graph.size);
  let at = 0;
  graph.forEachEdge((edge, attributes, source, target) => {
    const [pin, board] = sides.get(source) === true ? [source, target] : [target, source];
    columns.pins[at] = rows.get(pin) as number; // every node got a row above
    columns.boards[at] = rows.get(board) as number;
    weights[at++] = weightOf(edge, attributes, `${show(source)} - ${show(target)}`);
  });
  if (at === 0) refuse('the graph must have at least one edge (got none)', 'add the saves as edges from board to pin');
  const saves = { ...columns, ...(weights.some((weight) => weight !== 1) && { weights }) };
  const counts = { pinCount: pins.ids.length, boardCount: boards.ids.length };
  return { ...buildGraph(saves, counts), pins: pins.finish(), boards: boards.finish() };
}

type IsPin = NonNullable<FromGraphologyOptions['isPin']>;

/** Whether each node is a pin: as told, else the other side of its neighbors. */
function color(graph: AbstractGraph, isPin: IsPin): ReadonlyMap<string, boolean> {
  const sides = new Map<string, boolean>();
  graph.forEachNode((node, attributes) => {
    const side = isPin(node, attributes);
    if (side !== undefined) sides.set(node, side);
  });
  const told = new Set(sides.keys());
  const reached = [...told];
  for (let node = reached.pop(); node !== undefined; node = reached.pop()) {
    const other = sides.get(node) !== true;
    graph.forEachNeighbor(node, (neighbor) => {
      if (sides.has(neighbor)) return;
      sides.set(neighbor, other);
      reached.push(neighbor);
    });
  }
  graph.forEachEdge((_edge, _attributes, source, target) => {
    if (!sides.has(source) || sides.get(source) !== sides.get(target)) return;
    const side = sides.get(source) === true ? 'pins' : 'boards';
    const known = told.has(source) && told.has(target) ? '' : ' as their neighbors have it';
    refuse(
      `every edge must join a pin and a board (got ${show(source)} - ${show(target)}, two ${side}${known})`,
      'the graph is not one of pins and boards, or isPin tells them wrongly',
    );
  });
  const untold = graph.findNode((node) => !sides.has(node));
  if (untold !== undefined) {
    const got = `${show(untold)}, and ${graph.order - sides.size - 1} more`;
    refuse(
      `every node must be a pin or a board (it cannot be told of ${got}: neither it nor what it is joined to says so)`,
      'give nodes an attribute kind of pin or board, or say which are pins: isPin',
    );
  }
  return sides;
}

/** Attributes that ids and titles are read from, and those that our exports add; the graph itself has what they say. */
const own = new Set(['kind', 'label', 'title', 'externalId', 'degree', 'community', 'communityTitle']);
/** How our exports say that nodes look; of others' graphs it may be what pins are. */
const looks = new Set(['color', 'size']);

/** Pins or boards as their nodes come by. */
class Table {
  readonly ids: string[] = [];
  readonly #titles: string[] = [];
  readonly #attributes: (Attributes | undefined)[] = [];
  readonly #known = new Map<string, string>();
  readonly #kind: 'pin' | 'board';

  constructor(kind: 'pin' | 'board') {
    this.#kind = kind;
  }

  /** The new row. */
  add(node: string, attributes: GraphAttributes): number {
    const external: unknown = attributes['externalId'];
    if (Number.isInteger(external) && !Number.isSafeInteger(external)) {
      refuse(
        `an id must be text or a whole number below 2^53 (got ${show(external)} for ${show(node)})`,
        'write long ids as text',
      );
    }
    const id = textOf(external) ?? node;
    const before = this.#known.get(id);
    if (before !== undefined) {
      refuse(
        `a ${this.#kind}'s id must be unique (got ${show(id)} for ${show(before)} and ${show(node)})`,
        'rename one',
      );
    }
    this.#known.set(id, node);
    const label = textOf(attributes['label']) ?? '';
    this.#titles.push(textOf(attributes['title']) ?? (label === id ? '' : label));
    const isOurs = 'externalId' in attributes;
    const { color, size } = attributes as Readonly<Record<string, unknown>>;
    const hasLooks = isOurs && /^(rgb\(|#)/.test(String(color)) && typeof size === 'number'; // as our GEXF and GraphML are read
    const isKept = (name: string): boolean => !own.has(name) && !(hasLooks && looks.has(name));
    const kept = Object.entries(attributes)
      .filter(([name, value]) => isKept(name) && isPlain(value))
      .map(([name, value]) => [isOurs ? attributeOfColumn(name) : name, value] as const);
    this.#attributes.push(kept.length > 0 ? Object.fromEntries(kept) : undefined);
    return this.ids.push(id) - 1;
  }

  finish(): ItemTable {
    return { ids: this.ids, titles: this.#titles, attributes: this.#attributes };
  }
}

function weigher(
  given: NonNullable<FromGraphologyOptions['getEdgeWeight']> | null,
): (edge: string, attributes: GraphAttributes, name: string) => number {
  if (given === null) return () => 1;
  return (edge, attributes, name) => {
    const value: unknown = typeof given === 'string' ? (attributes[given] ?? 1) : given(edge, attributes);
    const weight = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
    if (isWeight(weight)) return weight;
    return refuse(
      `an edge's weight must be ${weightMust} (got ${show(value)} for ${name})`,
      'correct it, or give getEdgeWeight: null to leave weights out',
    );
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function isPlain(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'boolean' || Number.isFinite(value);
}

function show(value: unknown): string {
  return shown(JSON.stringify(value) ?? String(value));
}

function refuse(must: string, advice: string): never {
  throw new PinwalkError('INPUT_INVALID', `fromGraphology: ${must}; ${advice}`);
}
