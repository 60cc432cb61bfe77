/**
 * The part of a graph that is exported: all of it, one community, or what lies within some hops of a pin.
 */
import { checkInteger, checkRow } from '../../data/checks.js';
import type { Attributes, Board, ItemTable, Pin } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { shortestFloat32 } from '../../data/float32-text.js';
import type { BipartiteGraph } from '../bipartite-graph.js';
import { type CompressedRows, degree } from '../compressed-rows.js';

/** A graph with what people read of it: ids, titles, communities. */
export interface GraphView {
  readonly graph: BipartiteGraph;
  readonly pins: ItemTable;
  readonly boards: ItemTable;
  /** Community by row; rows at or above `communityTitles.length` are in none. */
  readonly pinCommunity: Uint32Array;
  readonly boardCommunity: Uint32Array;
  readonly communityTitles: readonly string[];
  /** Of these communities on the whole graph; absent where it is not known. */
  readonly modularity?: number | undefined;
}

/** What nodes without saves carry where others have a community: left out, some readers would take it for 0, the largest. */
export const withoutSaves = Object.freeze({ number: -1, title: 'without saves' });

/** Some pins and boards, ascending rows, and every save between them. */
export interface Subgraph {
  readonly view: GraphView;
  readonly pins: Uint32Array;
  readonly boards: Uint32Array;
}

/** A pin or a board as it is exported. */
export interface ExportedNode {
  /** Unique in the file: `p` or `b` and the row. */
  readonly key: string;
  readonly kind: 'pin' | 'board';
  readonly row: number;
  /** The external id. */
  readonly id: string;
  readonly title: string;
  /** {@link withoutSaves} for a node of none; undefined where the graph has no communities. */
  readonly community: { readonly number: number; readonly title: string } | undefined;
  /** Saves in the whole graph, not only in the part that is exported. */
  readonly degree: number;
  /** Further columns of the data. */
  readonly attributes: Attributes | undefined;
}

/** A column of the data as formats call it that keep all columns of a node beside each other. */
export interface OwnColumn {
  readonly attribute: string;
  /** The same, or with `own ` before it where a column of that name is there, in letters of either case. */
  readonly name: string;
}

const ourColumns: ReadonlySet<string> = new Set(
  [
    ...['id', 'label', 'kind', 'externalId', 'title', 'degree', 'community', 'communityTitle', 'weight'],
    ...['color', 'size', 'r', 'g', 'b'],
  ].map(plain),
);

/** A save as it is exported, from board to pin. */
export interface ExportedEdge {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
}

/** What was written; complete once every piece was taken. */
export interface ExportCounts {
  nodes: number;
  edges: number;
  /** Characters of ids and titles that the format cannot hold: control characters in XML, halves of surrogate pairs. */
  strippedCharacters: number;
}

/** Every pin and board, those without saves included. */
export function wholeGraph(view: GraphView): Subgraph {
  const { pinCount, boardCount } = view.graph;
  return {
    view,
    pins: Uint32Array.from({ length: pinCount }, rank),
    boards: Uint32Array.from({ length: boardCount }, rank),
  };
}

/**
 * The pins and boards of one community.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a community that does not exist
 */
export function communityGraph(view: GraphView, community: number): Subgraph {
  if (view.communityTitles.length === 0) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', 'communityGraph: the graph must have communities (got none)');
  }
  checkInteger('communityGraph: community', community, 0, view.communityTitles.length - 1);
  return { view, pins: rowsOf(view.pinCommunity, community), boards: rowsOf(view.boardCommunity, community) };
}

/**
 * What lies within some hops of a pin: 1 its boards, 2 the pins they hold, 3 the boards of those, and so on.
 *
 * @param pin  pin row, 0 <= pin < P
 * @param hops  0 (the pin alone) to 16
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE`
 */
export function nearbyGraph(view: GraphView, pin: Pin, hops: number): Subgraph {
  const { graph } = view;
  checkRow('nearbyGraph: a pin row', pin, graph.pinCount);
  checkInteger('nearbyGraph: hops', hops, 0, 16);
  const pins = new Uint8Array(graph.pinCount);
  const boards = new Uint8Array(graph.boardCount);
  pins[pin] = 1;
  let frontier: number[] = [pin];
  for (let hop = 0; hop < hops; hop++) {
    frontier = hop % 2 === 0 ? reach(graph.boardsOfPin, frontier, boards) : reach(graph.pinsOfBoard, frontier, pins);
  }
  return { view, pins: rowsOf(pins, 1), boards: rowsOf(boards, 1) };
}

/** The nodes of a subgraph, pins first. */
export function* nodesOf(subgraph: Subgraph): Generator<ExportedNode> {
  const { view, pins, boards } = subgraph;
  for (const pin of pins) yield nodeOf(view, 'pin', pin);
  for (const board of boards) yield nodeOf(view, 'board', board);
}

/** The further columns that any node of a subgraph has, in the order in which they come. */
export function ownColumns({ view, pins, boards }: Subgraph): OwnColumn[] {
  const names = new Set<string>();
  for (const [rows, { attributes }] of [[pins, view.pins] as const, [boards, view.boards] as const])
    for (const row of rows) for (const name of Object.keys(attributes[row] ?? {})) names.add(name);
  const taken = new Set(ourColumns);
  return [...names].map((attribute) => {
    let name = attribute;
    while (taken.has(plain(name))) name = `own ${name}`;
    taken.add(plain(name));
    return { attribute, name };
  });
}

/** What a column of {@link ownColumns} is called in the data. */
export function attributeOfColumn(name: string): string {
  const attribute = name.replace(/^(own )+/, '');
  return ourColumns.has(plain(attribute)) ? attribute : name;
}

/** The saves of a subgraph, by board. */
export function* edgesOf(subgraph: Subgraph): Generator<ExportedEdge> {
  const { offsets, neighbors, weights } = subgraph.view.graph.pinsOfBoard;
  const isChosen = new Uint8Array(subgraph.view.graph.pinCount);
  for (const pin of subgraph.pins) isChosen[pin] = 1;
  for (const board of subgraph.boards) {
    for (let i = offsets[board] as number; i < (offsets[board + 1] as number); i++) {
      const pin = neighbors[i] as number;
      if (isChosen[pin] === 0) continue;
      yield {
        source: nodeKey('board', board),
        target: nodeKey('pin', pin),
        weight: weights ? shortestFloat32(weights[i] as number) : 1,
      };
    }
  }
}

/** The key of a pin or board in an exported file. */
export function nodeKey(kind: 'pin' | 'board', row: Pin | Board | number): string {
  return (kind === 'pin' ? 'p' : 'b') + String(row);
}

function nodeOf(view: GraphView, kind: 'pin' | 'board', row: number): ExportedNode {
  const table = kind === 'pin' ? view.pins : view.boards;
  const number = (kind === 'pin' ? view.pinCommunity : view.boardCommunity)[row] as number;
  const title = view.communityTitles[number];
  return {
    key: nodeKey(kind, row),
    kind,
    row,
    id: table.ids[row] ?? '',
    title: table.titles[row] ?? '',
    community: title !== undefined ? { number, title } : view.communityTitles.length > 0 ? withoutSaves : undefined,
    degree: degree(kind === 'pin' ? view.graph.boardsOfPin : view.graph.pinsOfBoard, row),
    attributes: table.attributes[row],
  };
}

/** Some readers tell columns apart by their letters alone. */
function plain(name: string): string {
  return name.toLowerCase();
}

/** Marks the neighbors of `frontier` and returns those that were not marked before. */
function reach(rows: CompressedRows, frontier: readonly number[], marked: Uint8Array): number[] {
  const fresh: number[] = [];
  for (const row of frontier) {
    for (const neighbor of rows.neighbors.subarray(rows.offsets[row], rows.offsets[row + 1])) {
      if (marked[neighbor] === 1) continue;
      marked[neighbor] = 1;
      fresh.push(neighbor);
    }
  }
  return fresh;
}

function rowsOf(labels: Uint32Array | Uint8Array, label: number): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) rows.push(row);
  return Uint32Array.from(rows);
}

function rank(_: unknown, row: number): number {
  return row;
}
