/** Pins as a grid of tiles, each a link; for lists, why each pin is in it, and more of them. */
import type { ComponentChildren, JSX } from 'preact';
import type { ListAnswer } from './answers.js';
import { boardName, pinName, type PinCard, type Reason, type Strategy } from './api.js';
import { LoadingGrid, Notice, ProblemNotice } from './notice.js';
import { Picture } from './picture.js';
import { boardHref, pinHref } from './routes.js';
import { counted } from './wording.js';

/** The tiles alone. `strategy` is what their links go on with. */
export function PinGrid(props: {
  pins: readonly (PinCard & { readonly reasons?: readonly Reason[] })[];
  strategy?: Strategy;
  label: string;
}): JSX.Element {
  const { pins, strategy, label } = props;
  return (
    <ul class="grid" aria-label={label}>
      {pins.map((pin) => (
        <li key={pin.pinId} class="tile">
          <a href={pinHref(pin.pinId, strategy)}>
            <Picture pin={pin} />
            <span class="title">{pinName(pin)}</span>
          </a>
          {pin.reasons?.map((reason) => (
            <Why key={reason.kind} reason={reason} strategy={strategy} />
          ))}
        </li>
      ))}
    </ul>
  );
}

/** A list in whatever state it is, with a button for its next page. */
export function PinList(props: {
  list: ListAnswer;
  label: string;
  strategy?: Strategy;
  empty: ComponentChildren;
}): JSX.Element {
  const { list, label, strategy, empty } = props;
  const { data, isStale, problem, more } = list;
  if (problem) return <ProblemNotice problem={problem} retry={list.retry} />;
  if (!data) return <LoadingGrid />;
  if (data.items.length === 0) return <Notice title="Nothing here">{empty}</Notice>;
  return (
    <div class={isStale ? 'stale' : ''} aria-busy={isStale}>
      {data.fallback && <p class="hint">{fallbacks[data.fallback]}</p>}
      <PinGrid pins={data.items} label={label} {...(strategy && { strategy })} />
      {more.problem && <ProblemNotice problem={more.problem} retry={more.load} />}
      {data.nextCursor && !more.problem && (
        <p class="more">
          <button type="button" class="button" aria-disabled={more.isLoading || isStale} onClick={more.load}>
            {more.isLoading ? 'Loading …' : 'More'}
          </button>
        </p>
      )}
    </div>
  );
}

/** What stood in for what was asked, said to a person. */
const fallbacks = {
  embedding: 'No board holds this yet, so these are pins whose embeddings are alike.',
  walk: 'There is no embedding to go by, so these come from shared boards alone.',
  popular: 'There is nothing to go by here, so these are simply the most saved pins.',
  nearWord: 'No title has these words; these have words that are nearly the same.',
  anyWord: 'No title has all of these words; these have some of them.',
};

function Why({ reason, strategy }: { reason: Reason; strategy: Strategy | undefined }): JSX.Element | null {
  const { kind, count, boards } = reason;
  if (kind === 'text') return null;
  if (kind === 'saves') return <p class="why">{counted(count, 'save')}</p>;
  if (kind === 'alike') return <p class="why">alike; no shared board</p>;
  return (
    <>
      <p class="why">{counted(count, 'shared board')}</p>
      <ul class="shared" aria-label="Shared boards">
        {boards.map((board) => (
          <li key={board.boardId}>
            <a href={boardHref(board.boardId, strategy)} title={boardName(board)}>
              {boardName(board)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
