/** Boards as chips, each a link; many of them fold. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { boardName, type BoardCard, type Strategy } from './api.js';
import { boardHref } from './routes.js';
import { number } from './wording.js';

const foldedCount = 14;

/** @param props.count  boards there are, which may be more than `boards` names */
export function BoardChips(props: {
  boards: readonly BoardCard[];
  count: number;
  strategy?: Strategy;
}): JSX.Element | null {
  const { boards, count, strategy } = props;
  const [isOpen, setOpen] = useState(false);
  if (boards.length === 0) return null;
  const hidden = count - boards.length;
  return (
    <ul class="chips" aria-label="Boards">
      {boards.slice(0, isOpen ? boards.length : foldedCount).map((board) => (
        <li key={board.boardId}>
          <a class="chip" href={boardHref(board.boardId, strategy)}>
            {boardName(board)} <span class="count">{number(board.saves)}</span>
          </a>
        </li>
      ))}
      {boards.length > foldedCount && (
        <li>
          <button type="button" class="chip" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Fewer' : `${number(boards.length - foldedCount)} more`}
          </button>
        </li>
      )}
      {isOpen && hidden > 0 && <li class="hint">and {number(hidden)} that are not named here</li>}
    </ul>
  );
}
