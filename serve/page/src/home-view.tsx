/** The most saved pins, of all or of one community. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useList } from './answers.js';
import { popularUrl, type Community, type Info } from './api.js';
import { useTitle } from './navigation.js';
import { hueOf } from './picture.js';
import { PinList } from './pin-grid.js';
import { communityHref, homeHref } from './routes.js';
import { counted, number } from './wording.js';

export function HomeView({ info, community }: { info: Info | undefined; community?: number }): JSX.Element {
  const list = useList(popularUrl(community));
  const communities = info?.communities ?? [];
  // The largest are named by the server; the title of any other comes with its pins.
  const current =
    communities.find((one) => one.community === community) ??
    (list.isStale ? undefined : list.data?.items[0]?.payload.community);
  const isAll = community === undefined;
  const title = isAll ? 'Most saved pins' : (current?.title ?? `Community ${community}`);
  useTitle(isAll ? undefined : title);
  return (
    <>
      <div class="head">
        <h1>{title}</h1>
        <p class="hint">
          {isAll
            ? info && `${number(info.counts.pins)} pins on ${number(info.counts.boards)} boards. Pick one and walk.`
            : current && `A community of ${counted(current.size, 'pin')}, the most saved first.`}
        </p>
      </div>
      {communities.length > 0 && <Chips communities={communities} current={community} />}
      <PinList
        list={list}
        label={title}
        empty={isAll ? 'No pin has been saved to a board.' : 'No pin of this community has been saved to a board.'}
      />
    </>
  );
}

const chipCount = 12;

/** The largest communities; the rest unfold. */
function Chips(props: { communities: readonly Community[]; current: number | undefined }): JSX.Element {
  const { communities, current } = props;
  const [isOpen, setOpen] = useState(false);
  const shown = communities.filter((one, n) => isOpen || n < chipCount || one.community === current);
  return (
    <nav class="chips" aria-label="Communities">
      <a class="chip" href={homeHref} aria-current={current === undefined ? 'page' : undefined}>
        All
      </a>
      {shown.map(({ community, title }) => (
        <a
          key={community}
          class="chip"
          href={communityHref(community)}
          aria-current={community === current ? 'page' : undefined}
        >
          <span class="dot" style={{ '--hue': hueOf(community) }} />
          {title}
        </a>
      ))}
      {communities.length > chipCount && (
        <button type="button" class="chip" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer' : `${communities.length - chipCount} more`}
        </button>
      )}
    </nav>
  );
}
