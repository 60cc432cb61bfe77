/** A campaign's counts and faults while they grow, and its time. */
import type { CampaignOptions, CampaignResult, Fault } from './result.js';

export class Tally {
  readonly #options: CampaignOptions;
  readonly #outcomes = new Map<string, Record<string, number>>();
  readonly #faults: Fault[] = [];
  readonly #skipped: string[] = [];
  readonly #began = Date.now();

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  /** Whether this subject is asked for. */
  wants(subject: string): boolean {
    return this.#options.only === undefined || this.#options.only === subject;
  }

  /** Whether a share of the time, up to 1, is over. */
  isOver(share = 1): boolean {
    return Date.now() - this.#began > share * this.#options.minutes * 60_000;
  }

  add(subject: string, outcome: string): void {
    const outcomes = this.#outcomes.get(subject) ?? {};
    this.#outcomes.set(subject, { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 });
  }

  fault(fault: Fault): void {
    this.#faults.push(fault);
    this.#options.onProgress(`FAULT ${fault.subject}, input ${fault.input}: ${fault.what}`);
  }

  skip(what: string): void {
    this.#skipped.push(what);
  }

  say(line: string): void {
    this.#options.onProgress(line);
  }

  result(): CampaignResult {
    const subjects = [...this.#outcomes].map(([subject, outcomes]) => ({ subject, outcomes }));
    return { subjects, faults: this.#faults, skipped: this.#skipped };
  }
}
