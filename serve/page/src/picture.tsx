/** A pin's picture on a light tile, or its name where there is none. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { pictureUrl, pinName, type PinCard } from './api.js';

/**
 * Drawings are often black on nothing, so the tile is light in the dark as well; its hue is the community's.
 *
 * @param props.isLarge  as the subject of a view: loaded at once, and described, since no link around it does
 */
export function Picture({ pin, isLarge = false }: { pin: PinCard; isLarge?: boolean }): JSX.Element {
  const { community } = pin.payload;
  const picture = pin.payload.picture === null ? null : pictureUrl(pin.pinId);
  const [broken, setBroken] = useState<string>();
  const hue = community ? hueOf(community.community) : undefined;
  return (
    <div class={`picture${hue === undefined ? ' gray' : ''}`} style={hue === undefined ? {} : { '--hue': hue }}>
      {picture !== null && picture !== broken ? (
        <img
          src={picture}
          alt={isLarge ? pinName(pin) : ''}
          loading={isLarge ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => setBroken(picture)}
        />
      ) : (
        <span class="name" aria-hidden="true">
          {pinName(pin)}
        </span>
      )}
    </div>
  );
}

/** Hues far apart for neighboring numbers: steps of the golden angle. */
export function hueOf(community: number): number {
  return Math.round((community * 137.508 + 60) % 360);
}
