/** Against a server of our own that answers as MLflow does; spec/crossings/mlflow_server.py asks a real one. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { checkConfig } from '../../../train/config.js';
import { queryMetrics } from '../../../train/evaluation/metrics.js';
import type { MetricsTable } from '../../../train/evaluation/table.js';
import { RunFolder } from '../../../train/run-folder.js';
import { openMlflow } from '../../../train/tracking/mlflow.js';
import { MlflowClient, type Metric } from '../../../train/tracking/mlflow-client.js';
import type { TrackedTraining } from '../../../train/tracking/tracker.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-mlflow-'));
t.teardown(() => rmSync(root, { recursive: true }));

interface Batch {
  metrics?: { key: string; value: number | string; timestamp: number; step: number }[];
  params?: { key: string; value: string }[];
}

/** Keeps what it is sent; `loses` names metrics that it takes and forgets. */
async function startServer(t: Test, { loses = [] as string[], fails = (): boolean => false } = {}) {
  const batches: Batch[] = [];
  const files: string[] = [];
  const statuses: string[] = [];
  let headers: unknown;
  const run = () => ({
    info: { run_id: 'r1', artifact_uri: 'mlflow-artifacts:/0/r1/artifacts' },
    data: {
      metrics: batches.flatMap(({ metrics = [] }) => metrics).filter(({ key }) => !loses.includes(key)),
      params: batches.flatMap(({ params = [] }) => params),
    },
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers = request.headers.authorization;
      const url = request.url ?? '';
      const body = Buffer.concat(chunks).toString();
      const answer = (value: unknown): void => void response.end(JSON.stringify(value));
      if (fails()) response.writeHead(503).end('busy');
      else if (url.includes('get-by-name')) response.writeHead(404).end('{}');
      else if (url.includes('experiments/create')) answer({ experiment_id: '0' });
      else if (url.includes('log-batch')) {
        batches.push(JSON.parse(body) as Batch);
        answer({});
      } else if (url.includes('mlflow-artifacts')) {
        files.push(url.split('/r1/artifacts/')[1] ?? url);
        answer({});
      } else {
        if (url.includes('runs/update')) statuses.push((JSON.parse(body) as { status: string }).status);
        answer({ run: run() });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { uri, batches, files, statuses, authorization: () => headers };
}

function training(name: string, { resume = false, config = checkConfig({}) } = {}) {
  const said: string[] = [];
  const folder = RunFolder.openAgain(root, name);
  mkdirSync(folder.folder, { recursive: true });
  const own: TrackedTraining = { folder, config, resume, say: (line) => void said.push(line) };
  return { own, said, folder };
}

const figure = { mean: 0.5, standardError: NaN };
const figures = Object.fromEntries([...queryMetrics, 'coverage@20'].map((metric) => [metric, figure]));
const models = { pinwalk: { boardIdeas: { queries: 3, ...figures } } } as unknown as MetricsTable; // every metric, above

t.test('a run is logged with parameters, a metric an epoch, figures on test, its report, and read back', async (t) => {
  const server = await startServer(t);
  const long = 'x'.repeat(7000);
  const { own, said, folder } = training('whole', { config: { ...checkConfig({}), tagColumns: long } });
  writeFileSync(
    path.join(folder.folder, 'report.html'),
    '<h3>Loss</h3><div role="img" aria-label="a"><svg></svg></div>',
  );
  const tracker = openMlflow(server.uri.replace('//', '//me:a%20b@'), own);
  for (const loss of [3, 1]) tracker.log({ step: 1, epoch: 0, loss });
  tracker.log({ step: 2, epoch: 0, validation: 0.125 });
  await tracker.finish(models);
  const parameters = server.batches.flatMap(({ params = [] }) => params);
  t.equal(parameters.length, Object.keys(checkConfig({})).length);
  t.equal(parameters.find(({ key }) => key === 'tagColumns')?.value.length, 6000);
  const metrics = server.batches.flatMap((batch) => batch.metrics ?? []);
  t.match(metrics.slice(0, 2), [
    { key: 'loss', value: 2, step: 1 },
    { key: 'validation.recall_at_20', value: 0.125, step: 1 },
  ]);
  t.match(
    metrics.find(({ key }) => key === 'test.pinwalk.boardIdeas.recall_at_20.standardError'),
    { value: 'NaN', step: 1 },
  );
  for (const { key, timestamp, step } of metrics) {
    t.match(key, /^[\w.]+$/);
    t.ok(Number.isInteger(timestamp) && Number.isInteger(step), key);
  }
  t.same(server.files, ['report.html', 'charts/loss.svg']);
  t.same(server.statuses, ['FINISHED']);
  t.equal(server.authorization(), `Basic ${Buffer.from('me:a b').toString('base64')}`);
  t.same(said, [
    'mlflow: parameter tagColumns is cut from 7000 to 6000 characters',
    `mlflow: run r1: ${parameters.length} parameters, ${metrics.length} metrics, read back alike, 2 files`,
  ]);

  const again = training('whole', { resume: true });
  const resumed = openMlflow(server.uri, again.own);
  resumed.log({ step: 2, epoch: 0, loss: 1 });
  resumed.log({ step: 2, epoch: 0, validation: 0.125 });
  resumed.log({ step: 4, epoch: 1, loss: 4 });
  resumed.log({ step: 4, epoch: 1, validation: 0.25 });
  const before = server.batches.length;
  await resumed.close('stopped');
  const fresh = server.batches.slice(before).flatMap((batch) => batch.metrics ?? []);
  t.ok(
    fresh.every(({ step }) => step === 2),
    'what the server has is not logged again',
  );
  t.same(server.statuses, ['FINISHED', 'RUNNING', 'KILLED']);
});

t.test('what a server takes and does not keep is said', async (t) => {
  const server = await startServer(t, { loses: ['test.pinwalk.boardIdeas.mrr'] });
  const { own, said } = training('lossy');
  await openMlflow(server.uri, own).finish(models);
  t.match(said.at(-1), /it does not have as logged: test\.pinwalk\.boardIdeas\.mrr,/);
});

t.test('what a server missed while it was away is sent when it answers again', async (t) => {
  let isAway = true;
  const server = await startServer(t, { fails: () => isAway });
  const { own, said } = training('restarted');
  const tracker = openMlflow(server.uri, own);
  while (said.length === 0) await setImmediate();
  tracker.log({ step: 1, epoch: 0, loss: 3, validation: 0.125 });
  await setImmediate();
  isAway = false;
  tracker.log({ step: 2, epoch: 1, loss: 1, validation: 0.25 });
  await tracker.finish(models);
  const losses = server.batches.flatMap((batch) => batch.metrics ?? []).filter(({ key }) => key === 'loss');
  t.match(losses, [
    { step: 1, value: 3 },
    { step: 2, value: 1 },
  ]);
  t.match(said[0], /^mlflow: GET .* gave 503: busy; tried again after each epoch$/);
  t.match(said.at(-1), /read back alike/);
});

t.test('a server that stays away is said once, and again at the end', async (t) => {
  const { own, said } = training('away');
  const tracker = openMlflow('http://127.0.0.1:9', own);
  for (const epoch of [0, 1, 2]) {
    tracker.log({ step: epoch, epoch, validation: 1 });
    await setImmediate();
  }
  await tracker.finish(models);
  t.match(said, [/^mlflow: .*; tried again after each epoch$/, /^mlflow: .*; the run is not whole there$/]);
});

t.test('a server that never answers is given up at its limit', async (t) => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const { own, said } = training('silent');
  await openMlflow(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, own, { limitMs: 50 }).close('failed');
  t.match(said, [/timeout; tried again after each epoch$/, /timeout; the run is not whole there$/]);
});

t.test('metrics go in batches of a thousand, at whole steps and times', async (t) => {
  const server = await startServer(t);
  const metrics: Metric[] = Array.from({ length: 2100 }, (_, n) => ({
    key: `m${n}`,
    value: n,
    timestamp: 1.5,
    step: 0.2,
  }));
  await new MlflowClient(server.uri).logMetrics('r1', metrics);
  t.same(
    server.batches.map((batch) => batch.metrics?.length),
    [1000, 1000, 100],
  );
  t.match(server.batches[0]?.metrics?.[0], { timestamp: 2, step: 0 });
});
