/** The search box: what is typed becomes the address, a moment later, and the address what is shown. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { replaceRoute } from './navigation.js';
import { homeHref, searchHref } from './routes.js';

/** How long typing must pause; each search costs the server a few milliseconds. */
const pauseMs = 180;

/** @param props.text  what the address searches for */
export function SearchBox({ text }: { text: string }): JSX.Element {
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Follow the address where it moves on its own (Back, a link); where it follows this box, more may be typed already.
  const asked = useRef(text);
  useEffect(() => {
    if (text === asked.current) return;
    asked.current = text;
    clearTimeout(timer.current);
    setTyped(text);
  }, [text]);

  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);

  const search = (value: string): void => {
    clearTimeout(timer.current);
    const wanted = value.trim();
    if (wanted === text) return;
    asked.current = wanted;
    const href = wanted ? searchHref(wanted) : homeHref;
    // One entry of the history for one search, however many letters it took.
    if (text) replaceRoute(href);
    else location.hash = href;
  };

  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(typed);
      }}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="10.5" cy="10.5" r="6.5" />
        <path d="m15.5 15.5 5 5" />
      </svg>
      <input
        ref={input}
        type="search"
        aria-label="Search pins and boards"
        placeholder="Search pins and boards"
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        value={typed}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setTyped(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => search(value), pauseMs);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
