/**
 * Where the page is: the part of the address after `#`, as a value and back. Ids are percent-encoded.
 */
import { strategies, type Strategy } from './api.js';

export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'pin'; readonly id: string; readonly strategy: Strategy }
  | { readonly view: 'board'; readonly id: string; readonly strategy: Strategy }
  | { readonly view: 'search'; readonly text: string }
  | { readonly view: 'community'; readonly community: number }
  | { readonly view: 'unknown'; readonly hash: string };

export const homeHref = '#/';
export const pinHref = (id: string, strategy: Strategy = 'fused'): string =>
  `#/pin/${encodeURIComponent(id)}${query(strategy)}`;
export const boardHref = (id: string, strategy: Strategy = 'fused'): string =>
  `#/board/${encodeURIComponent(id)}${query(strategy)}`;
export const searchHref = (text: string): string => `#/search/${encodeURIComponent(text)}`;
export const communityHref = (community: number): string => `#/community/${community}`;

const query = (strategy: Strategy): string => (strategy === 'fused' ? '' : `?strategy=${strategy}`);

/** Reads `location.hash`; anything that is no address of this page is `unknown`. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?');
  const slash = path.indexOf('/');
  const view = slash < 0 ? path : path.slice(0, slash);
  const rest = slash < 0 ? '' : decode(path.slice(slash + 1));
  const asked = new URLSearchParams(search).get('strategy');
  const strategy = strategies.find((name) => name === asked) ?? 'fused';
  if (path === '') return { view: 'home' };
  if (rest && (view === 'pin' || view === 'board')) return { view, id: rest, strategy };
  if (rest && view === 'search') return { view, text: rest };
  if (view === 'community' && rest && /^\d{1,9}$/.test(rest)) return { view, community: Number(rest) };
  return { view: 'unknown', hash };
}

/** What a route shows, whichever way it is ranked: a new place begins at the top and has its own heading. */
export function placeOf(route: Route): string {
  switch (route.view) {
    case 'pin':
    case 'board':
      return `${route.view} ${route.id}`;
    case 'search':
      return `search ${route.text}`;
    case 'community':
      return `community ${route.community}`;
    case 'unknown':
      return `unknown ${route.hash}`;
    case 'home':
      return 'home';
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
