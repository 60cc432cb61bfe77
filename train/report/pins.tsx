/**
 * Which pins are found: by degree, by coverage, and by example.
 */
import { nameOf } from '../../data/visible-text.js';
import { formatEstimate } from '../evaluation/table.js';
import { barChart } from './charts.js';
import type { Example, ShownPin } from './examples.js';
import { Figure } from './figure.js';
import type { ReportData } from './report-data.js';
import { grouped, metricWords, roleOf } from './report-words.js';
import { rankedModels } from './results.js';

export function PinDegrees({ degreeGroups, models }: Pick<ReportData, 'degreeGroups' | 'models'>) {
  const order = rankedModels(models, 'boardIdeas').map(({ model }) => model);
  const to = Math.max(
    ...degreeGroups.flatMap(({ recalls }) => [...recalls.values()].map((r) => r.mean + 1.96 * r.standardError)),
  );
  const coverage = rankedModels(models, 'boardIdeas').map(({ model, result }) => ({
    label: model,
    role: roleOf(model),
    ...result['coverage@20'],
  }));
  return (
    <section id="degrees">
      <h2>Popular pins and rare ones</h2>
      <p class="lead">
        The withheld saves of boards in up to three parts, by how many boards were known to hold the pin. A model that
        only knows what is popular is good at the head and blind at the tail.
      </p>
      <div class="charts">
        {degreeGroups.map((group) => {
          const bars = order.flatMap((model) => {
            const recall = group.recalls.get(model);
            return recall ? [{ label: model, role: roleOf(model), ...recall }] : [];
          });
          return (
            <Figure
              svg={barChart(bars, to)}
              title={`${group.name}: ${range(group.from, group.to)}`}
              says={`Share of ${grouped(group.saveCount)} withheld saves found among the first 20.`}
              table={{
                caption: `Recall of the ${group.name}`,
                head: ['model', 'found'],
                rows: bars.map((bar) => [bar.label, formatEstimate(bar)]),
              }}
            />
          );
        })}
        {coverage.length > 0 && (
          <Figure
            svg={barChart(coverage)}
            title="Coverage of board ideas"
            says={`coverage@20: ${metricWords['coverage@20']}. The highest is not the best: it says how many pins get a chance.`}
            table={{
              caption: 'Coverage of board ideas',
              head: ['model', 'coverage@20'],
              rows: coverage.map((bar) => [bar.label, formatEstimate(bar)]),
            }}
          />
        )}
      </div>
    </section>
  );
}

function range(from: number, to: number): string {
  if (from === to) return from === 1 ? 'pins on 1 board' : `pins on ${grouped(from)} boards`;
  return `pins on ${grouped(from)} to ${grouped(to)} boards`;
}

export function Examples({ examples }: Pick<ReportData, 'examples'>) {
  return (
    <section id="examples">
      <h2>Examples</h2>
      <p class="lead">
        {examples.length} pins drawn by seed, as many from the most saved third as from the middle and the least saved,
        and what pinwalk ranks first for each, best first. Nobody picked them.
      </p>
      {examples.map((example) => (
        <ExampleRow {...example} />
      ))}
    </section>
  );
}

function ExampleRow({ pin, related }: Example) {
  return (
    <div class="example">
      <div class="asked">
        <Pin {...pin} />
      </div>
      <ol>
        {related.map((other) => (
          <li>
            <Pin {...other} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Pin({ id, title, picture, boardCount }: ShownPin) {
  const name = nameOf({ id, title });
  return (
    <span class="pin" title={`${id}, on ${boardCount} ${boardCount === 1 ? 'board' : 'boards'}`}>
      {picture !== undefined && <img src={picture} alt="" width={64} height={64} />}
      <span>{name}</span>
    </span>
  );
}
