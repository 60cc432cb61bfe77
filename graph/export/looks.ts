/**
 * How nodes look where a format can say it: a color a community, larger the more saves.
 */
import type { ExportedNode } from './subgraph.js';

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Degrees between the hues of two communities that follow each other: the golden angle, so that near numbers look far apart. */
const HUE_STEP = 137.508;

/** Grey for nodes of no community; hues of one saturation for all others, which repeat only where an eye cannot tell them anyway. */
export function colorOf({ community }: Pick<ExportedNode, 'community'>): Color {
  if (!community || community.number < 0) return [153, 153, 153];
  const hue = (community.number * HUE_STEP) % 360;
  const channel = (shift: number): number => {
    const at = (shift + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.31 * Math.max(-1, Math.min(at - 3, 9 - at, 1)))); // HSL of .62 and .5
  };
  return [channel(0), channel(8), channel(4)];
}

/** Diameter: its area grows with the degree; 4 without saves, to one decimal. */
export function sizeOf({ degree }: Pick<ExportedNode, 'degree'>): number {
  return Math.round(40 * Math.sqrt(1 + degree)) / 10;
}
