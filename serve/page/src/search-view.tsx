/** Pins and boards whose titles match what was typed. */
import type { JSX } from 'preact';
import { useList } from './answers.js';
import { searchUrl } from './api.js';
import { BoardChips } from './board-chips.js';
import { useTitle } from './navigation.js';
import { PinList } from './pin-grid.js';
import { counted } from './wording.js';

export function SearchView({ text }: { text: string }): JSX.Element {
  const list = useList(searchUrl(text));
  const { data, isStale, problem } = list;
  useTitle(text);
  const boards = problem ? [] : (data?.boards ?? []);
  return (
    <>
      <div class="head">
        <h1>{text}</h1>
        <p class="hint" role="status">
          {data && !isStale && `${counted(data.items.length, 'pin')}${data.nextCursor ? ' and more' : ''}`}
        </p>
      </div>
      {boards.length > 0 && (
        <section class={isStale ? 'found stale' : 'found'} aria-label="Boards found">
          <h2 class="label">Boards</h2>
          <BoardChips boards={boards} count={boards.length} />
        </section>
      )}
      <section aria-label="Pins found">
        {boards.length > 0 && <h2 class="label">Pins</h2>}
        <PinList list={list} label="Pins found" empty="No title has a word that begins like this." />
      </section>
    </>
  );
}
