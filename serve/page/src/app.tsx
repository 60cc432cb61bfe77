/** The frame around every view: header with search, the view of the route, footer. */
import type { JSX } from 'preact';
import { useAnswer } from './answers.js';
import { infoUrl, type Info } from './api.js';
import { BoardView } from './board-view.js';
import { Footer } from './footer.js';
import { HomeView } from './home-view.js';
import { useRoute, useScroll, useTitle } from './navigation.js';
import { Notice } from './notice.js';
import { PinView } from './pin-view.js';
import { homeHref, type Route } from './routes.js';
import { SearchBox } from './search-box.js';
import { SearchView } from './search-view.js';
import { TrainingLine } from './training-line.js';

export function App(): JSX.Element {
  const route = useRoute();
  const { data: info } = useAnswer<Info>(infoUrl);
  useScroll(route);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <div class="top-inner">
          <a class="brand" href={homeHref} aria-label="Pinwalk, most saved pins">
            <img src="favicon.svg" alt="" width="32" height="32" />
            <span>Pinwalk</span>
          </a>
          <SearchBox text={route.view === 'search' ? route.text : ''} />
        </div>
      </header>
      <main tabIndex={-1}>
        <View route={route} info={info} />
      </main>
      {info && <TrainingLine info={info} />}
      {info && <Footer info={info} />}
    </>
  );
}

/** Keyed by what is shown: nothing of one pin or board may be seen under the name of another. */
function View({ route, info }: { route: Route; info: Info | undefined }): JSX.Element {
  switch (route.view) {
    case 'home':
      return <HomeView info={info} />;
    case 'community':
      return <HomeView info={info} community={route.community} />;
    case 'pin':
      return <PinView key={`pin ${route.id}`} id={route.id} strategy={route.strategy} />;
    case 'board':
      return <BoardView key={`board ${route.id}`} id={route.id} strategy={route.strategy} />;
    case 'search':
      return <SearchView text={route.text} />;
    case 'unknown':
      return <UnknownView hash={route.hash} />;
  }
}

function UnknownView({ hash }: { hash: string }): JSX.Element {
  useTitle('Not found');
  return (
    <Notice title="There is no such page">
      <code>{hash}</code> leads nowhere. <a href={homeHref}>See the most saved pins</a>
    </Notice>
  );
}
