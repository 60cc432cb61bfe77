/** A pin's or board's community and the attributes its data came with. */
import type { JSX } from 'preact';
import type { Community } from './api.js';
import { hueOf } from './picture.js';
import { communityHref } from './routes.js';

export function Facts(props: {
  community: Community | null;
  attributes: Readonly<Record<string, unknown>>;
}): JSX.Element | null {
  const { community, attributes } = props;
  const facts = Object.entries(attributes);
  if (!community && facts.length === 0) return null;
  return (
    <dl class="facts">
      {community && (
        <div>
          <dt>community</dt>
          <dd>
            <a href={communityHref(community.community)}>
              <span class="dot" style={{ '--hue': hueOf(community.community) }} />
              {community.title}
            </a>
          </dd>
        </div>
      )}
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Web addresses become links; nothing else in the data is followed. */
function Value({ value }: { value: unknown }): JSX.Element {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!/^https?:\/\//.test(text)) return <>{text}</>;
  return (
    <a href={text} rel="noreferrer nofollow" target="_blank">
      {text.replace(/^https?:\/\/(www\.)?/, '')}
    </a>
  );
}
