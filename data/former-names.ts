/**
 * Names that were others once: what is stored in runs and generations, asked for over HTTP or typed on a command line under a former
 * name is read as the current one. Nothing is written under a former name.
 */

/** Former names by what they name, and what each is called now. */
export const formerNames = {
  /** Options of a run: run.json, checkpoints, config files, command line. */
  options: {
    sizePower: 'querySizePower',
    coldShare: 'saveDropout',
    structureRank: 'spectralRank',
    structureDimension: 'spectralDimension',
  },
  /** Scores of the fusion, as the weights of a generation name them. */
  scores: {
    text: 'pinTitle',
    title: 'boardTitle',
    kinship: 'factorCosine',
    likeness: 'targetCosine',
    carry: 'contentNeighbors',
    structure: 'spectral',
  },
  /** Of a request or a command. */
  strategies: { structure: 'spectral' },
  /** Of `export`. */
  exportFormats: { ranks: 'lists' },
  /** Models of metrics.json and queries.parquet. */
  models: { structure: 'spectral' },
} as const;

/** What a name of this kind is called now; a name that was never another comes back as it is. */
export function currentName(kind: keyof typeof formerNames, name: string): string {
  const names: Readonly<Record<string, string>> = formerNames[kind];
  return Object.hasOwn(names, name) ? (names[name] as string) : name;
}

/** The same values under current names; a value that stands under both names is the one under the current. */
export function underCurrentNames<Value>(
  kind: keyof typeof formerNames,
  values: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const entries = Object.entries(values).map(([name, value]) => [currentName(kind, name), value] as const);
  return { ...Object.fromEntries(entries), ...pick(values, new Set(entries.map(([name]) => name))) };
}

function pick<Value>(values: Readonly<Record<string, Value>>, names: ReadonlySet<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
