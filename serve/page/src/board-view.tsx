/** One board: the pins on it, and ideas for it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer, useList } from './answers.js';
import { boardName, boardUrl, ideasUrl, type BoardAnswer, type PinCard, type Strategy } from './api.js';
import { Facts } from './facts.js';
import { useTitle } from './navigation.js';
import { LoadingGrid, Notice, ProblemNotice } from './notice.js';
import { PinGrid, PinList } from './pin-grid.js';
import { boardHref } from './routes.js';
import { StrategySwitch } from './strategy-switch.js';
import { counted, number } from './wording.js';

export function BoardView({ id, strategy }: { id: string; strategy: Strategy }): JSX.Element {
  const { data: board, problem, retry } = useAnswer<BoardAnswer>(boardUrl(id));
  const list = useList(ideasUrl(id, strategy));
  useTitle(board ? boardName(board) : problem && 'Not found');
  if (problem) return <ProblemNotice problem={problem} retry={retry} />;
  if (!board) return <LoadingGrid />;
  return (
    <>
      <div class="head">
        <h1>{boardName(board)}</h1>
        <Facts community={board.community} attributes={board.attributes} />
      </div>
      <section aria-label="Pins on this board">
        <h2 class="label">{`${counted(board.saves, 'pin')} on this board`}</h2>
        <FoldedPins pins={board.pins} count={board.saves} strategy={strategy} />
      </section>
      <section aria-label="Ideas for this board">
        <div class="head">
          <h2>Ideas for this board</h2>
          <StrategySwitch
            strategy={strategy}
            hrefOf={(name) => boardHref(id, name)}
            tookMs={list.isStale ? undefined : list.data?.tookMs}
          />
        </div>
        <PinList list={list} label="Ideas for this board" strategy={strategy} empty="No pin would fit this board." />
      </section>
    </>
  );
}

/** Pins shown before the board is unfolded: few enough that the ideas below are not far. */
const foldedCount = 14;

function FoldedPins(props: { pins: readonly PinCard[]; count: number; strategy: Strategy }): JSX.Element {
  const { pins, count, strategy } = props;
  const [isOpen, setOpen] = useState(false);
  if (pins.length === 0) return <Notice title="Nothing here">No pin has been saved to this board.</Notice>;
  const shown = isOpen ? pins : pins.slice(0, foldedCount);
  return (
    <div class="folded">
      <PinGrid pins={shown} strategy={strategy} label="Pins on this board" />
      {pins.length > foldedCount && (
        <p class="more">
          <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Show fewer' : `Show ${pins.length < count ? 'the first' : 'all'} ${number(pins.length)}`}
          </button>
        </p>
      )}
    </div>
  );
}
