/**
 * A chart with its caption and, behind it, the same figures as a table; and tables that scroll by themselves on a narrow screen.
 */
import type { ComponentChildren } from 'preact';

/** Cells of a table; the first of a row heads it. */
export interface TableText {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}

export function Table({ caption, head, rows }: TableText) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...cells]) => (
            <tr>
              <th scope="row">{first}</th>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** @param svg  from `charts.ts`, which escapes what it is given */
export function Figure({ svg, title, says, table }: { svg: string; title: string; says: string; table?: TableText }) {
  return (
    <figure>
      <h3>{title}</h3>
      <div role="img" aria-label={`${title}. ${says}`} dangerouslySetInnerHTML={{ __html: svg }} />
      <figcaption>{says}</figcaption>
      {table && (
        <details>
          <summary>as a table</summary>
          <Table {...table} />
        </details>
      )}
    </figure>
  );
}
