/** A tiny graph whose ids and titles hold what breaks careless writers. */
import type { ItemTable } from '../../../data/collection.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import type { GraphView } from '../../../graph/export/subgraph.js';

function table(ids: string[], titles: string[]): ItemTable {
  return { ids, titles, attributes: ids.map(() => undefined) };
}

/** Pins 0-4 and boards 0-2: a chain 0 -b0- 1 -b1- 2 -b2- 3, pin 0 also on board 1; pin 4 has no saves. */
export function sampleView(weights = false): GraphView {
  const saves = {
    boards: Uint32Array.of(0, 0, 1, 1, 1, 2, 2),
    pins: Uint32Array.of(0, 1, 0, 1, 2, 2, 3),
    ...(weights && { weights: Float32Array.of(1, 2, 3, 0.5, 5, 6, 7) }),
  };
  return {
    graph: buildGraph(saves, { pinCount: 5, boardCount: 3 }),
    pins: table(
      ['pin&<1>', 'two"quotes"', "three's", 'control\u0001\u001f', 'alone'],
      ['☔ umbrella 👩‍🚀', 'a & b < c > d', 'tab\tline\nend\rreturn', 'bell\u0007 half\ud83d nul\u0000', ''],
    ),
    boards: table(['b0', '=sum(1,2)', ' spaced '], ['Rain, "wet" & \'cold\'', 'ça va? 雨', ']]> <!-- -->']),
    pinCommunity: Uint32Array.of(0, 0, 1, 1, 0xffffffff),
    boardCommunity: Uint32Array.of(0, 0, 1),
    communityTitles: ['rain & snow', 'sun "bright"'],
  };
}

/** Without the characters that XML cannot hold: seven in the ids and titles above. */
export function withoutInvalid(text: string): string {
  let kept = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 32 && character !== '\t' && character !== '\n' && character !== '\r';
    if (!isControl && !(code >= 0xd800 && code < 0xe000)) kept += character;
  }
  return kept;
}
