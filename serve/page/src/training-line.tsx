/** Says that better lists are on their way: the server trains beside this page, and what it shows comes from saves alone. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, infoUrl, type Info } from './api.js';

/** How often the server is asked how far it is. */
const everyMs = 5000;

export function TrainingLine({ info: first }: { info: Info }): JSX.Element | null {
  const [info, setInfo] = useState(first);
  const isRunning = info.training?.state === 'running';
  useEffect(() => {
    if (!isRunning) return undefined;
    const gone = new AbortController();
    const again = (): void => void ask<Info>(infoUrl, gone.signal).then(setInfo, () => undefined);
    const timer = setInterval(again, everyMs);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [isRunning]);
  if (info.isTrained) return info === first ? null : <p role="status">Trained: lists are better from now on.</p>;
  if (!info.training) return <p role="status">These lists come from saves alone; nothing was trained yet.</p>;
  const { state, stage, done, secondsLeft } = info.training;
  if (state !== 'running') return <p role="status">These lists come from saves alone; the training has {state}.</p>;
  const left = secondsLeft === null ? '' : `, about ${secondsLeft} s of it left`;
  return (
    <p role="status">
      These lists come from saves alone. Training beside: {stage} {Math.round(100 * done)} %{left}.
    </p>
  );
}
