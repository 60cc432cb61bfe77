/**
 * How training went, whether the vectors collapsed, and the ablation.
 */
import { formatEstimate } from '../evaluation/table.js';
import { barChart, curveChart, histogram } from './charts.js';
import { plain } from './differences.js';
import { Figure } from './figure.js';
import type { CurvePoint } from './learning-curves.js';
import type { ReportData } from './report-data.js';
import { grouped, taskWords } from './report-words.js';

/** What a loss measures. */
const lossWords: Readonly<Record<ReportData['loss'], string>> = {
  binary: 'Binary cross entropy of withheld pins against all others that compete in a step, summed for each query',
  softmax: 'Softmax cross entropy of withheld pins against all others that compete in a step',
};

export function Training({ curves, cosines, loss: kind }: Pick<ReportData, 'curves' | 'cosines' | 'loss'>) {
  const { loss, validation } = curves;
  return (
    <section id="training">
      <h2>Training</h2>
      <div class="charts">
        {loss.length > 0 && (
          <Figure
            svg={curveChart(loss)}
            title="Loss"
            says={`${lossWords[kind]}; mean over the queries of a step, from ${round(loss[0])} to ${round(loss.at(-1))}.`}
            table={curveTable('Loss by step', 'loss', loss)}
          />
        )}
        {validation.length > 0 && (
          <Figure
            svg={curveChart(validation)}
            title="Validation"
            says={`recall@20 of the embedding alone on validation saves after each epoch, at best ${plain(Math.max(...validation.map(({ value }) => value)))}. The weights kept are the last whose figure was not below the best so far by more than its standard error.`}
            table={curveTable('Validation after each epoch', 'recall@20', validation)}
          />
        )}
        {validation.length === 0 && <p class="note">Nothing was validated: the weights are those of the last epoch.</p>}
        {cosines && (
          <Figure
            svg={histogram(cosines.bins, cosines.mean)}
            title="Cosines of the vectors"
            says={`Cosines of ${grouped(cosines.pairCount)} random pairs of target vectors: mean ${plain(cosines.mean)}, standard deviation ${plain(cosines.standardDeviation)}. Vectors that collapsed to one direction would pile up at 1; above a mean of .9 a run is stopped.`}
            table={{
              caption: 'Pairs by cosine',
              head: ['cosine', 'pairs'],
              rows: cosines.bins.flatMap((count, n) => {
                const from = -1 + (2 * n) / cosines.bins.length;
                return count > 0
                  ? [[`${from.toFixed(2)} to ${(from + 2 / cosines.bins.length).toFixed(2)}`, grouped(count)]]
                  : [];
              }),
            }}
          />
        )}
      </div>
    </section>
  );
}

function curveTable(caption: string, name: string, points: readonly CurvePoint[]) {
  return { caption, head: ['step', name], rows: points.map(({ step, value }) => [grouped(step), value.toFixed(4)]) };
}

function round(point: CurvePoint | undefined): string {
  return point?.value.toFixed(2) ?? '';
}

/** What the ablation is measured by. */
const rows = [
  ['boardIdeas', 'recall@20'],
  ['relatedPins', 'hitRate@10'],
] as const;

export function Ablation({ ablation }: Required<Pick<ReportData, 'ablation'>>) {
  return (
    <section id="ablation">
      <h2>Ablation</h2>
      <p class="lead">
        What each part of the model is worth: simple baselines, then trainings that each change one thing, in the order
        of the ablation. Trained rows are shown fused, as they would be served.
      </p>
      <div class="charts">
        {rows.map(([task, metric]) => {
          const rows = ablation.flatMap((row) => {
            const estimate = row.metrics[task]?.[metric];
            return estimate ? [{ ...row, estimate, alone: row.embedding?.[task]?.[metric] }] : [];
          });
          if (rows.length === 0) return undefined;
          const bars = rows.map(({ name, estimate, alone }) => {
            const role = name === 'full' ? 'own' : alone ? 'trained' : 'baseline';
            return { label: name, role, ...estimate } as const;
          });
          return (
            <Figure
              svg={barChart(bars)}
              title={`${taskWords[task].title}, ${metric}`}
              says="Means with their 95 % intervals. Grey rows are baselines."
              table={{
                caption: `Ablation, ${task}, ${metric}`,
                head: ['row', 'what it is', 'fused', 'embedding alone', 'seconds'],
                rows: rows.map(({ name, description, estimate, alone, seconds }) => [
                  name,
                  description,
                  formatEstimate(estimate),
                  alone ? formatEstimate(alone) : '',
                  grouped(Math.round(seconds)),
                ]),
              }}
            />
          );
        })}
      </div>
    </section>
  );
}
