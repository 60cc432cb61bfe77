/**
 * A graph file as a collection: GEXF, GraphML or graphology's JSON, from Gephi, NetworkX, yEd, igraph or our own export.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { MultiGraph } from 'graphology';
import { parse as parseGexf } from 'graphology-gexf';
import { parse as parseGraphml } from 'graphology-graphml';
import type { AbstractGraph, Attributes as GraphAttributes, SerializedGraph } from 'graphology-types';
import type { Collection, Saves } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import { fingerprintOf } from '../data/fingerprint.js';
import { parseExactJson } from '../data/readers/exact-json.js';
import { readingError } from '../data/readers/lines.js';
import { shortened } from '../data/visible-text.js';
import type { CompressedRows } from './compressed-rows.js';
import { fromGraphology, fromGraphologyDefaults } from './from-graphology.js';
import type { PinBoardGraph } from './pin-board-graph.js';

/** A file's graph, by the end of its name. */
const parsers: Readonly<Record<string, (text: string) => AbstractGraph>> = {
  gexf: (text) => parseGexf(MultiGraph, parseXml(text)),
  graphml: (text) => parseGraphml(MultiGraph, parseXml(text)),
  json: (text) => new MultiGraph().import(parseExactJson(text) as SerializedGraph),
};

/** Accepted ends of names of graph files. */
export const graphFileExtensions = Object.freeze(Object.keys(parsers));

/**
 * Reads a graph file whole.
 *
 * @param options.pins  `ATTRIBUTE=VALUE`: nodes with this value are pins, those with another boards, and those without the attribute
 *   are told by their neighbors. Default: the attribute `kind`, `pin` or `board`, as our own exports have it
 * @returns ids, titles, attributes and weights as `fromGraphology` reads them; our own export read back gives the same graph
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`, `OPTION_OUT_OF_RANGE` for `pins` without `=`
 *
 * Memory: the file, its document and the graph at once, about 2 KB a save in XML; CSV has no such bound.
 */
export async function readGraphFile(file: string, { pins }: { readonly pins?: string } = {}): Promise<Collection> {
  const isPin = pins === undefined ? fromGraphologyDefaults.isPin : pinTest(pins);
  const parse = parsers[path.extname(file).slice(1).toLowerCase()];
  if (!parse) refuse(file, `must end in one of ${graphFileExtensions.join(', ')} (got ${path.basename(file)})`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw readingError(file, error);
  });
  let graph: AbstractGraph;
  try {
    graph = parse(text);
  } catch (error) {
    const got = shortened(error instanceof Error ? error.message : String(error), 300);
    return refuse(file, `must hold a graph (got ${got})`, error);
  }
  try {
    return collectionOfGraph(fromGraphology(graph, { isPin }), path.basename(file));
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    const advice = pins === undefined ? '; on the command line: --pins ATTRIBUTE=VALUE' : `; got --pins ${pins}`;
    throw new PinwalkError(error.code, `${file}: ${error.message}${advice}`, { cause: error });
  }
}

type XmlDocument = Exclude<Parameters<typeof parseGexf>[1], string>;

/** The parser that graphology's readers use. */
interface XmlParser {
  parseFromString(text: string, type: 'application/xml'): XmlDocument;
}

// Its own types bring those of browsers into every program.
const { DOMParser } = createRequire(import.meta.url)('@xmldom/xmldom') as {
  DOMParser: new (options: { locator: object; errorHandler: (level: string, message: string) => void }) => XmlParser;
};

/** Left alone, xmldom prints what is wrong, goes on, and gives a part of the graph. */
function parseXml(text: string): XmlDocument {
  let wrong: string | undefined;
  const errorHandler = (_: string, message: string): void => {
    wrong ??= message;
    throw new Error(message); // it catches the first of these, tells the handler so, and lets the second pass
  };
  try {
    return new DOMParser({ locator: {}, errorHandler }).parseFromString(text, 'application/xml');
  } catch (error) {
    if (wrong === undefined) throw error;
  }
  const place = /^(?:\[xmldom \w+\]\s*)?([^]*?)\s*@#\[line:(\d+),col:(\d+)\]/.exec(wrong);
  const [, what = wrong, line = '?', column = '?'] = place ?? [];
  throw new Error(`XML line ${line}, column ${column}: ${what}`);
}

/** A graph as a collection to train on: the saves by board, in the order of its rows. */
export function collectionOfGraph(graph: PinBoardGraph, name: string): Collection {
  const saves = savesOf(graph.pinsOfBoard);
  const { pins, boards } = graph;
  return { name, pins, boards, saves, vectors: new Map(), fingerprint: fingerprintOf(pins.ids, boards.ids, [saves]) };
}

function savesOf(pinsOfBoard: CompressedRows): Saves {
  const boards = new Uint32Array(pinsOfBoard.neighbors.length);
  for (let board = 0; board + 1 < pinsOfBoard.offsets.length; board++) {
    boards.fill(board, pinsOfBoard.offsets[board], pinsOfBoard.offsets[board + 1]);
  }
  const { weights } = pinsOfBoard;
  return { boards, pins: pinsOfBoard.neighbors.slice(), ...(weights && { weights: weights.slice() }) };
}

function pinTest(pins: string): (node: string, attributes: GraphAttributes) => boolean | undefined {
  const at = pins.indexOf('=');
  const [name, value] = [pins.slice(0, at).trim(), pins.slice(at + 1).trim()];
  if (at < 0 || name === '' || value === '') {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `graph: --pins must be ATTRIBUTE=VALUE (got ${pins}); as in --pins type=product`,
    );
  }
  return (_node, attributes) => {
    const own: unknown = attributes[name];
    const isGiven = (typeof own === 'string' && own !== '') || typeof own === 'number' || typeof own === 'boolean';
    return isGiven ? String(own) === value : undefined;
  };
}

function refuse(file: string, must: string, cause?: unknown): never {
  throw new PinwalkError('INPUT_INVALID', `${file}: ${must}; write it as GEXF, GraphML or graphology JSON`, { cause });
}
