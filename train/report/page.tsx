/**
 * The report as one HTML page that needs nothing else: no scripts, no fonts, no pictures from elsewhere.
 */
import { render } from 'preact-render-to-string';
import { Facts } from './facts.js';
import { Examples, PinDegrees } from './pins.js';
import type { ReportData } from './report-data.js';
import { grouped, taskWords } from './report-words.js';
import { askedTasks, Results, Summary } from './results.js';
import { style } from './style.js';
import { Ablation, Training } from './training.js';

/** Whatever stands in data, a page under this policy can neither run nor fetch anything. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Renders a report; everything that comes from the data is escaped. */
export function renderReport(data: ReportData): string {
  return `<!doctype html>\n${render(<Page {...data} />)}\n`;
}

function Page(data: ReportData) {
  const { run, writtenAt, models, notJudged, sampledFrom, differences, degreeGroups, examples, ablation } = data;
  const tasks = askedTasks(models);
  const { name, pins, boards, saves } = data.data;
  const places: [string, string][] = [
    ...tasks.map((task): [string, string] => [task, taskWords[task].title]),
    ...(degreeGroups.length > 0 ? [['degrees', 'Popular and rare'] as [string, string]] : []),
    ['training', 'Training'],
    ...(ablation ? [['ablation', 'Ablation'] as [string, string]] : []),
    ...(examples.length > 0 ? [['examples', 'Examples'] as [string, string]] : []),
    ['facts', 'To repeat it'],
  ];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <title>{`Pinwalk run ${run}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <p class="eyebrow">
            Pinwalk · <time dateTime={writtenAt}>{writtenAt.slice(0, 16).replace('T', ' ')} UTC</time>
          </p>
          <h1>{run}</h1>
          <p class="lead">
            Data: {name}, with {grouped(pins)} pins, {grouped(boards)} boards and {grouped(saves)} saves.
          </p>
          <Summary models={models} differences={differences} />
          {notJudged.length > 0 && (
            <p class="note">
              Not judged in this run: {notJudged.join(', ')}. <code>npm run evaluate -- --run {run} --baselines</code>{' '}
              judges them too, but for chebyCf, which the ablation has.
            </p>
          )}
          <nav aria-label="Parts of the report">
            {places.map(([id, title]) => (
              <a href={`#${id}`}>{title}</a>
            ))}
          </nav>
        </header>
        <main>
          {tasks.map((task) => (
            <Results task={task} models={models} differences={differences} sampledFrom={sampledFrom[task]} />
          ))}
          {degreeGroups.length > 0 && <PinDegrees degreeGroups={degreeGroups} models={models} />}
          <Training {...data} />
          {ablation && <Ablation ablation={ablation} />}
          {examples.length > 0 && <Examples examples={examples} />}
          <Facts {...data} />
        </main>
      </body>
    </html>
  );
}
