import { XMLValidator } from 'fast-xml-parser';
import t from 'tap';
import { baselineNames } from '../../../train/baselines/baselines.js';
import { modelNames } from '../../../train/fusion/scoring.js';
import { describeModel } from '../../../train/report/report-words.js';
import { renderReport } from '../../../train/report/page.js';
import { boardQueries, pinQueries, sampleReport, tableOf } from './sample.js';

const page = renderReport(sampleReport());

/** The text of a page, tags and charts left out. */
function textOf(html: string): string {
  const body = html.replace(/<style[\s\S]*?<\/style>|<svg[\s\S]*?<\/svg>/g, ' ');
  return body
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replace(/\s+/g, ' ');
}

t.test('a report shows the figures of metrics.json, best model first', (t) => {
  const text = textOf(page);
  t.match(text, 'boardIdeas, 4 queries: mean ± standard error, best first by recall@20');
  // pinwalk: mean of .5 1 1 1, squared deviations .140625 + 3 * .015625 = .1875, error sqrt(.1875 / 16)
  t.match(text, /pinwalk all scores fused[^.]*served \.8750 ±\.1083/);
  t.match(text, /walk the exact walk [^.]* alone; nothing is learned \.3750 ±\.2073/);
  const [, results = ''] = page.split('id="relatedPins"');
  const rows = [...results.matchAll(/<th scope="row">(\w+)/g)].map(([, model]) => model);
  t.same(rows.slice(0, 2), ['walk', 'pinwalk'], 'a baseline that wins stands first');
  t.match(text, 'Related pins. walk comes first with hitRate@10 1.0000. pinwalk is worse than walk by');
  t.match(text, 'Ideas for a board. pinwalk comes first with recall@20 .8750.');
  t.end();
});

t.test('a report says of what and how the run was made', (t) => {
  const text = textOf(page);
  for (const fact of [
    'Data: a small world, with 3 pins, 4 boards and 1,234 saves.',
    'random (no save has a time): 1,000 train, 34 validation, 200 test saves',
    'npm run train -- --seed 1 --backend wasm --epochs 3',
    'saves.tsv: 1,240 rows, 1,234 kept, 6 malformed',
    'pinwalk 9.9.9',
    'epochs 3 24',
    'mean .1234, standard deviation .2000',
    'at best .4321. The weights kept are the last whose figure was not below the best so far by more than its standard error.',
    'Binary cross entropy of withheld pins against all others that compete in a step, summed for each query; mean over the queries of a step, from 8.50 to 7.25.',
    'Chosen on validation by a rule fixed beforehand: for a board on 12 boards, for a pin on 30 pins. ' +
      'Nothing was validated for those of pins without saves: they are the defaults.',
    'tail: pins on 1 board',
    'head: pins on 90 boards',
    'Not judged in this run: als, popularity. npm run evaluate -- --run first --baselines judges them too',
    'queries, a seeded sample of 5,000;',
    'A star',
  ]) {
    t.match(text, fact);
  }
  t.notMatch(page, 'Ablation', 'no part without data');
  t.end();
});

t.test('a report is one file that runs nothing and fetches nothing', (t) => {
  t.notMatch(page, /<script|<link|<iframe|@import|\bon\w+="/);
  t.notMatch(page, /https?:/);
  const addresses = [...page.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, address]) => address ?? '');
  t.ok(addresses.length > 5);
  t.same(
    addresses.filter((address) => !/^#\w+$|^data:image\//.test(address)),
    [],
  );
  t.match(page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  t.end();
});

t.test('what comes from the data is escaped, wherever it stands', (t) => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
  const models = tableOf([boardQueries, pinQueries]);
  const { boardIdeas } = models['walk'] ?? {};
  const metrics = { ...(boardIdeas && { boardIdeas }) };
  const ablation = [{ name: hostile, description: hostile, change: {}, seconds: 1, seed: 1, metrics }];
  const pin = { id: hostile, title: hostile, boardCount: 1, picture: hostile };
  const html = renderReport(
    sampleReport({
      run: hostile,
      data: { name: hostile, pins: 1, boards: 1, saves: 1, fingerprint: hostile },
      models: { ...models, [hostile]: { ...models['walk'] } },
      examples: [{ pin, related: [pin] }],
      provenance: { source: { folder: hostile }, reportText: hostile, backend: hostile },
      split: { mode: hostile },
      versions: { [hostile]: hostile },
      ablation,
    }),
  );
  t.notMatch(html, /<script|<img src=x/);
  t.ok(html.split('&lt;script').length > 10, 'it is shown all the same');
  t.match(html, 'id="ablation"');
  t.end();
});

t.test('every chart has a name and a caption, is well-formed, and nearly all have their figures as a table', (t) => {
  const figures = page.match(/<figure>[\s\S]*?<\/figure>/g) ?? [];
  t.ok(figures.length >= 9, `${figures.length}`);
  for (const figure of figures) {
    t.match(figure, /<h3>[^<]+<\/h3><div role="img" aria-label="[^"]{20,}"><svg aria-hidden="true"/);
    t.match(figure, /<figcaption>[^<]{20,}<\/figcaption>/);
    const [svg = ''] = /<svg[\s\S]*<\/svg>/.exec(figure) ?? [];
    t.equal(XMLValidator.validate(svg), true);
    t.notMatch(svg, /NaN|undefined|Infinity/);
  }
  t.equal(page.match(/<h1>/g)?.length, 1);
  t.equal(page.match(/<table>/g)?.length, page.match(/<caption>/g)?.length);
  t.match(page, '<html lang="en">');
  t.end();
});

t.test('a report of a run without content, coverage of tasks or curves is shorter and whole', (t) => {
  const { cosines, provenance, ...rest } = sampleReport({
    models: tableOf([boardQueries]),
    degreeGroups: [],
    examples: [],
    curves: { loss: [], validation: [] },
  });
  t.ok(cosines && provenance);
  const html = renderReport(rest);
  t.notMatch(html, /id="(relatedPins|coldPins|degrees|examples)"|NaN|undefined/);
  t.match(html, /id="boardIdeas"[\s\S]*id="facts"/);
  t.end();
});

t.test('a report says what was minimized, and what was neither validated nor evaluated', (t) => {
  t.match(textOf(renderReport(sampleReport({ loss: 'softmax' }))), 'Softmax cross entropy of withheld pins');
  t.notMatch(textOf(page), /Softmax|Nothing was evaluated/);
  const text = textOf(
    renderReport(
      sampleReport({
        models: { pinwalk: {}, walk: {} },
        differences: [],
        degreeGroups: [],
        curves: { loss: [{ step: 1, value: 8 }], validation: [] },
        validated: { boards: 0, pins: 0, cold: 0 },
      }),
    ),
  );
  t.match(text, 'Nothing was evaluated: the split left no save to test.');
  t.match(text, 'Nothing was validated: the weights are those of the last epoch.');
  t.match(
    text,
    'Nothing was validated for those for a board and for a pin and of pins without saves: they are the defaults.',
  );
  t.notMatch(text, 'Chosen on validation');
  t.end();
});

t.test('an ablation is shown in its own order, with what each row is', (t) => {
  const models = tableOf([boardQueries, pinQueries]);
  const row = (name: string, of: string, trained: boolean) => {
    const metrics = models[of] ?? {};
    const description = `what ${name} is`;
    return { name, description, change: {}, seconds: 61.4, seed: 1, metrics, ...(trained && { embedding: metrics }) };
  };
  const ablation = [row('popularity', 'walk', false), row('oneLayer', 'pinwalk', true), row('full', 'walk', true)];
  const [, section = ''] = renderReport(sampleReport({ ablation })).split('id="ablation"');
  const rows = [...section.matchAll(/<th scope="row">(\w+)<\/th>(.*?)<\/tr>/g)].map(([, name, cells = '']) => [
    name,
    ...[...cells.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell),
  ]);
  t.same(rows.slice(0, 3), [
    ['popularity', 'what popularity is', '.3750 ±.2073', '', '61'],
    ['oneLayer', 'what oneLayer is', '.8750 ±.1083', '.8750 ±.1083', '61'],
    ['full', 'what full is', '.3750 ±.2073', '.3750 ±.2073', '61'],
  ]);
  t.end();
});

t.test('every model of an evaluation is told in words', (t) => {
  const content = new Map([['title', { dimension: 1, values: new Float32Array(1), present: new Uint8Array(1) }]]);
  const matrices = new Map(
    ['pin.structure', 'als.pins'].map((name) => [name, { rows: 0, columns: 0, values: new Float32Array() }]),
  );
  for (const model of [...modelNames, ...baselineNames({ content, matrices })]) t.ok(describeModel(model), model);
  t.equal(describeModel('something else'), '');
  t.end();
});
