/** One pin: its picture, what is known of it, its boards, and the pins related to it. */
import type { JSX } from 'preact';
import { useAnswer, useList } from './answers.js';
import { pinName, pinUrl, relatedUrl, type PinAnswer, type Strategy } from './api.js';
import { BoardChips } from './board-chips.js';
import { Facts } from './facts.js';
import { useTitle } from './navigation.js';
import { LoadingGrid, ProblemNotice } from './notice.js';
import { Picture } from './picture.js';
import { PinList } from './pin-grid.js';
import { pinHref } from './routes.js';
import { StrategySwitch } from './strategy-switch.js';
import { counted } from './wording.js';

export function PinView({ id, strategy }: { id: string; strategy: Strategy }): JSX.Element {
  const { data: pin, problem, retry } = useAnswer<PinAnswer>(pinUrl(id));
  const list = useList(relatedUrl(id, strategy));
  useTitle(pin ? pinName(pin) : problem && 'Not found');
  if (problem) return <ProblemNotice problem={problem} retry={retry} />;
  if (!pin) return <LoadingGrid />;
  const { saves, community, attributes } = pin.payload;
  return (
    <>
      <article class="pin">
        <Picture pin={pin} isLarge />
        <div class="about">
          <h1>{pinName(pin)}</h1>
          <Facts community={community} attributes={attributes} />
          <h2 class="label">{saves > 0 ? `On ${counted(saves, 'board')}` : 'On no board yet'}</h2>
          <BoardChips boards={pin.boards} count={saves} strategy={strategy} />
        </div>
      </article>
      <section aria-label="Related pins">
        <div class="head">
          <h2>Related pins</h2>
          <StrategySwitch
            strategy={strategy}
            hrefOf={(name) => pinHref(id, name)}
            tookMs={list.isStale ? undefined : list.data?.tookMs}
          />
        </div>
        <PinList list={list} label="Related pins" strategy={strategy} empty="No pin is related to this one." />
      </section>
    </>
  );
}
