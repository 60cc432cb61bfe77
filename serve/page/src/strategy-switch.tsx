/** Chooses how a list is ranked. The choice is part of the address, and does not add to the history. */
import type { JSX } from 'preact';
import { strategies, type Strategy } from './api.js';
import { replaceRoute } from './navigation.js';

const meanings: Readonly<Record<Strategy, { name: string; says: string }>> = {
  fused: { name: 'Fused', says: 'Shared boards and embeddings together, as served by default.' },
  embedding: { name: 'Embedding', says: 'What training has learned; sees pins without shared boards too.' },
  walk: { name: 'Walk', says: 'From pin to board to pin: only what shares boards.' },
};

export function StrategySwitch(props: {
  strategy: Strategy;
  hrefOf: (strategy: Strategy) => string;
  /** How long the server took. */
  tookMs: number | undefined;
}): JSX.Element {
  const { strategy, hrefOf, tookMs } = props;
  return (
    <div class="switch-row">
      <div class="switch" role="group" aria-label="Ranked by">
        {strategies.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === strategy}
            title={meanings[name].says}
            onClick={() => replaceRoute(hrefOf(name))}
          >
            {meanings[name].name}
          </button>
        ))}
      </div>
      <p class="hint">
        {meanings[strategy].says}
        {tookMs !== undefined && ` Ranked in ${Math.max(1, Math.round(tookMs))} ms.`}
      </p>
    </div>
  );
}
