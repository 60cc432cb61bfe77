/**
 * Moving between routes: the current one as state, and where each entry of the history was scrolled to.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { parseRoute, placeOf, type Route } from './routes.js';

/** Goes to another address of this page instead of the present one, so that Back does not stop here. */
export function replaceRoute(href: string): void {
  location.replace(href);
}

/** The route of the present address. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return parseRoute(hash);
}

/** After Back the window is where it was; any other new place begins at its top, with the focus there. */
export function useScroll(route: Route): void {
  const place = placeOf(route);
  const last = useRef(place);

  useEffect(() => {
    history.scrollRestoration = 'manual';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = (): void => history.replaceState({ scrollY }, '');
    const saveSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(save, 120);
    };
    addEventListener('scroll', saveSoon, { passive: true });
    // A click may leave before the timer does.
    addEventListener('click', save, { capture: true });
    return () => {
      clearTimeout(timer);
      removeEventListener('scroll', saveSoon);
      removeEventListener('click', save, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    if (last.current === place) return;
    last.current = place;
    const state = history.state as { scrollY?: number } | null; // only `save` writes it
    scrollTo(0, state?.scrollY ?? 0);
    // Who types keeps the focus.
    if (document.activeElement instanceof HTMLInputElement) return;
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }, [place]);
}

/** Names the window. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    document.title = name ? `${name} · Pinwalk` : 'Pinwalk';
  }, [name]);
}
