/** What callers may ask of a list beside the best scores, and the rules it stands for in one generation. */
import { PinwalkError } from '../data/errors.js';
import type { Generation } from '../data/generation/read.js';
import { entriesOf } from '../graph/compressed-rows.js';
import type { DiversityRules } from '../train/ranking/diversify.js';

/** As it comes in a request. */
export interface Diversity {
  /** 0 to 1: share of unlikeness in the choice of the next pin, beside its score. */
  readonly diversity?: number | undefined;
  /** At most so many pins of one community, of any one board, of one value of an attribute. */
  readonly perCommunity?: number | undefined;
  readonly perBoard?: number | undefined;
  readonly perAttribute?: Readonly<Record<string, number>> | undefined;
}

/**
 * The rules of a generation; undefined where nothing is asked, so that a list stays as it is.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for `diversity` where no pin has a vector
 */
export function diversityRules(generation: Generation, asked: Diversity): DiversityRules | undefined {
  const { diversity = 0, perCommunity, perBoard, perAttribute = {} } = asked;
  const { graph, communities, matrices, pins } = generation;
  const caps: NonNullable<DiversityRules['caps']>[number][] = [];
  if (perBoard !== undefined) caps.push({ most: perBoard, groupsOf: (pin) => entriesOf(graph.boardsOfPin, pin) });
  if (perCommunity !== undefined) {
    const count = communities?.titles.length ?? 0;
    caps.push({
      most: perCommunity,
      groupsOf: (pin) => Array.of(communities?.pinCommunity[pin] ?? count).filter((own) => own < count),
    });
  }
  for (const [name, most] of Object.entries(perAttribute)) {
    const valueOf = (pin: number): string | number | boolean | undefined => {
      const own = pins.table.attributes[pin];
      return own && Object.hasOwn(own, name) ? own[name] : undefined;
    };
    caps.push({
      most,
      groupsOf: (pin) => Array.of(valueOf(pin)).flatMap((own) => (own === undefined ? [] : String(own))),
    });
  }
  if (diversity === 0) return caps.length > 0 ? { caps } : undefined;
  const vectors = matrices.get('pin.target') ?? matrices.get('pin.content') ?? matrices.get('pin.structure');
  if (vectors) return { share: diversity, vectors, caps };
  const must = 'diversity: it must be 0 where no pin has a vector';
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must} (got ${diversity}); perBoard and perCommunity work here`);
}
