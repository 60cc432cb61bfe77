/**
 * The charts of a report as pictures of their own, for places that show no pages.
 */

/** The colors that the page gives its charts in light. */
const colors =
  '--ground:#fbfaf8;--raised:#fff;--text:#211f1c;--muted:#6c665d;--line:#e6e1d9;' +
  '--own:#b13a22;--trained:#4d7a97;--baseline:#c9c2b6;background:#fff;font-family:sans-serif';

/** A chart of a report. */
export interface ReportPicture {
  /** Letters, digits and `-`, different for each. */
  readonly name: string;
  readonly svg: string;
}

/**
 * The charts of a report, in its order.
 *
 * @param page  as `renderReport` writes it
 */
export function reportPictures(page: string): ReportPicture[] {
  const figures = page.matchAll(/<h3>([^<]*)<\/h3><div role="img"[^>]*>(<svg[^]*?<\/svg>)/g);
  const seen = new Map<string, number>();
  return [...figures].map(([, title = '', svg = '']) => {
    const plain = title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return { name: count === 1 ? plain : `${plain}-${count}`, svg: svg.replace('<svg', `<svg style="${colors}"`) };
  });
}
