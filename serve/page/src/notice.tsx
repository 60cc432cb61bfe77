/** What stands where there is nothing to show: an error, an empty list, a list on its way. */
import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from './api.js';
import { homeHref } from './routes.js';

/** A few words in place of content. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="notice" role="status">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

/** The server's problem document in its own words. What does not exist will not exist on a second try. */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry: () => void }): JSX.Element {
  const mayPass = problem.status === 0 || problem.status >= 500;
  return (
    <div class="notice" role="alert">
      <h2>{sentence(problem.title)}</h2>
      <p>{problem.detail}</p>
      {mayPass ? (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      ) : (
        <a class="button" href={homeHref}>
          See the most saved pins
        </a>
      )}
    </div>
  );
}

/** Tiles without contents, shown only if loading takes a moment. */
export function LoadingGrid({ count = 24 }: { count?: number }): JSX.Element {
  return (
    <div role="status" aria-label="Loading">
      <div class="grid loading" aria-hidden="true">
        {Array.from({ length: count }, (_, n) => (
          <div key={n} class="tile">
            <div class="picture" />
            <div class="line" />
          </div>
        ))}
      </div>
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
