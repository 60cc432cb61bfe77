/** What a campaign finds: how often each outcome came, by subject, and every fault with what repeats it. */

/** How a campaign runs; its inputs depend on the seed alone. */
export interface CampaignOptions {
  readonly seed: number;
  /** Ends about then, whether or not all was tried. */
  readonly minutes: number;
  /** One of the subjects alone, to repeat a fault. */
  readonly only?: string | undefined;
  /** Gets a line now and then. */
  readonly onProgress: (line: string) => void;
}

/** What must not happen, and what repeats it. */
export interface Fault {
  readonly subject: string;
  /** Number or name of the input, under the seed. */
  readonly input: string;
  /** `hang`, `crash`, ... and in words what came. */
  readonly what: string;
}

/** What came of one subject: a reader, a route, a command. */
export interface SubjectCounts {
  readonly subject: string;
  /** How often each outcome came: `{ read: 9, refused: 91 }`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What else was measured, with its unit: `{ 'slowest ms': 120 }`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** What became of a campaign. */
export interface CampaignResult {
  readonly subjects: readonly SubjectCounts[];
  readonly faults: readonly Fault[];
  /** What was not tried here, and why. */
  readonly skipped?: readonly string[];
}

/** The result as a section of `spec/reliability.md`: a table, a line a subject, and the faults below it. */
export function formatResult(title: string, { subjects, faults, skipped = [] }: CampaignResult): string {
  const outcomes = namesOf(subjects.map((subject) => subject.outcomes));
  const figures = namesOf(subjects.map((subject) => subject.figures ?? {}));
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const faultCount = (name: string): number => faults.filter(({ subject }) => subject === name).length;
  const lines = subjects.map(({ subject, outcomes: counts, figures: measured = {} }) => {
    const cells = [...outcomes.map((name) => counts[name] ?? 0), faultCount(subject)].map(group);
    return row([subject, ...cells, ...figures.map((name) => group(measured[name] ?? 0))]);
  });
  const head = ['', ...outcomes, 'faults', ...figures];
  const tried = subjects.reduce((sum, { outcomes: counts }) => sum + total(counts), 0);
  return [
    `## ${title}`,
    '',
    row(head),
    row(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...lines,
    '',
    `${group(tried)} inputs, ${faults.length === 0 ? 'no fault' : `${group(faults.length)} faults`}.`,
    ...skipped.map((what) => `Not tried: ${what}.`),
    ...faults.slice(0, 40).map(({ subject, input, what }) => `- ${subject}, input ${input}: ${what}`),
    '',
  ].join('\n');
}

function namesOf(records: readonly Readonly<Record<string, number>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function group(count: number): string {
  return count.toLocaleString('en-US');
}
