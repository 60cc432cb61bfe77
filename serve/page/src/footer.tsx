/** Says what is being shown. */
import type { JSX } from 'preact';
import { descriptionUrl, type Info } from './api.js';
import { number } from './wording.js';

/** The data set that comes with Pinwalk, which is not what its words suggest. */
const shippedName = 'designers-boards';

export function Footer({ info }: { info: Info }): JSX.Element {
  const { name, createdAt, counts } = info;
  return (
    <footer>
      <p>
        <strong>{name || 'unnamed data'}</strong>: {number(counts.pins)} pins, {number(counts.boards)} boards,{' '}
        {number(counts.saves)} saves
        {createdAt && `, trained ${createdAt.slice(0, 10)}`}.
        {name === shippedName && ' These boards are designers’ tags, not saves by many users.'}
      </p>
      <p>
        <a href={descriptionUrl}>API description</a>
      </p>
    </footer>
  );
}
