/**
 * What is needed to repeat the run: command, data, split, seed, versions, config.
 */
import { configDefaults } from '../config.js';
import { scoreNames } from '../ranking/settings.js';
import { Table } from './figure.js';
import { commandOf } from './provenance.js';
import type { ReportData } from './report-data.js';
import { grouped } from './report-words.js';

export function Facts({ data, split, config, ranking, validated, provenance, versions }: ReportData) {
  const parts = ['train', 'validation', 'test'].map((part) => `${grouped(Number(split[part]))} ${part}`);
  const overlap = Number(split['overlap'] ?? 0);
  return (
    <section id="facts">
      <h2>To repeat it</h2>
      {provenance && (
        <pre tabIndex={0}>
          <code>{commandOf(config, provenance)}</code>
        </pre>
      )}
      <dl>
        <dt>Data</dt>
        <dd>
          {data.name}: {grouped(data.pins)} pins, {grouped(data.boards)} boards, {grouped(data.saves)} saves{' '}
          <span class="hash">{data.fingerprint}</span>
        </dd>
        <dt>Split</dt>
        <dd>
          {split['mode']} ({split['reason']}): {parts.join(', ')} saves
          {overlap > 0 && `; ${grouped(overlap)} saves of the test stand in train too (overlap: ${config.overlap})`}
          {Number(split['coldPins'] ?? 0) > 0 && `; ${grouped(Number(split['coldPins']))} cold pins`}
        </dd>
        <dt>Seed</dt>
        <dd>{config.seed}</dd>
        {provenance && (
          <>
            <dt>Backend</dt>
            <dd>{provenance.backend}</dd>
          </>
        )}
        {Object.entries(versions).map(([name, version]) => (
          <>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </>
        ))}
      </dl>
      {provenance && (
        <>
          <h3>What was read, and what was left out</h3>
          <pre tabIndex={0}>{provenance.reportText}</pre>
        </>
      )}
      <h3>Weights of the fusion</h3>
      <p class="note">{choiceOf(validated)} Each multiplies a score in units of its standard deviation.</p>
      <Table
        caption="Weights by score"
        head={['score', 'for a board', 'for a pin', 'of pins without saves']}
        rows={scoreNames.map((name) => [
          name,
          ranking.boardWeights[name],
          ranking.pinWeights[name],
          ranking.coldWeights[name],
        ])}
      />
      <details>
        <summary>all parameters; bold where they are not the default</summary>
        <Table
          caption="Parameters"
          head={['parameter', 'value', 'default']}
          rows={Object.entries(config).map(([name, value]) => {
            const standard = configDefaults[name as keyof typeof configDefaults];
            return [name, value === standard ? String(value) : <strong>{String(value)}</strong>, String(standard)];
          })}
        />
      </details>
    </section>
  );
}

/** What the weights were chosen on; those that nothing was asked for are the defaults. */
function choiceOf({ boards, pins, cold }: ReportData['validated']): string {
  const parts = [
    ['for a board', 'boards', boards],
    ['for a pin', 'pins', pins],
    ['of pins without saves', 'boards with such pins', cold],
  ] as const;
  const chosen = parts
    .filter(([, , count]) => count > 0)
    .map(([what, asked, count]) => `${what} on ${grouped(count)} ${asked}`);
  const defaults = parts.filter(([, , count]) => count === 0).map(([what]) => what);
  return [
    chosen.length > 0 ? `Chosen on validation by a rule fixed beforehand: ${chosen.join(', ')}.` : '',
    defaults.length > 0 ? `Nothing was validated for those ${defaults.join(' and ')}: they are the defaults.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
