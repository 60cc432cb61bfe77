/**
 * A training as MLflow keeps it: parameters at its start, metrics after each epoch, figures on test, report and charts at its end.
 *
 * Requests wait in a line of their own, so that the training never waits for one. The first that fails ends it, which is said.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { metricsOfTable } from './metric-names.js';
import { MlflowClient, type Metric, type RemoteRun } from './mlflow-client.js';
import { reportPictures } from '../report/report-pictures.js';
import type { TrackedTraining, Tracker } from './tracker.js';

/** The longest parameter that a server keeps; of a longer one it cuts the end without a word. */
const LONGEST_PARAMETER = 6000;

/** Where a run's folder keeps which run of which server it is, for a resume. */
const REMOTE_FILE = 'mlflow.json';

/**
 * Shows a training in the experiment `pinwalk` of a server, under the run's name.
 *
 * @param uri  of the server, as MLFLOW_TRACKING_URI
 */
export function openMlflow(
  uri: string,
  training: TrackedTraining,
  options: { readonly limitMs?: number } = {},
): Tracker {
  const { say } = training;
  let work = Promise.resolve();
  let isAway = false;
  /** Adds work to the line; after a failure nothing more is done. */
  const then = (step: () => Promise<void>): Promise<void> => {
    work = work
      .then(() => (isAway ? undefined : step()))
      .catch((error: unknown) => {
        isAway = true;
        say(`mlflow: ${error instanceof Error ? error.message : String(error)}; nothing more is logged there`);
      });
    return work;
  };
  let remote: MlflowRun | undefined;
  void then(async () => {
    remote = await MlflowRun.open(new MlflowClient(uri, options), uri, training);
  });
  let losses: number[] = [];
  let epochs = 0;
  return {
    log(line) {
      const { loss, epoch, validation } = line;
      if (typeof loss === 'number') losses.push(loss);
      if (validation === undefined) return;
      epochs = Number(epoch) + 1;
      const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      losses = [];
      const named = { loss: mean, ...(typeof validation === 'number' && { 'validation.recall_at_20': validation }) };
      const [step, timestamp] = [epochs, Date.now()];
      void then(async () => {
        await remote?.logMetrics(Object.entries(named).map(([key, value]) => ({ key, value, timestamp, step })));
      });
    },
    finish: (models) =>
      then(async () => {
        const timestamp = Date.now();
        const figures = metricsOfTable(models).map((figure) => ({ ...figure, timestamp, step: epochs }));
        await remote?.finish(figures);
      }),
    close: (how) => then(async () => remote?.client.setStatus(remote.id, how === 'stopped' ? 'KILLED' : 'FAILED')),
  };
}

/** The run as a server has it. */
class MlflowRun {
  readonly client: MlflowClient;
  readonly id: string;
  readonly #run: RemoteRun;
  readonly #training: TrackedTraining;
  readonly #logged = new Map<string, Metric>();
  readonly #parameters: Readonly<Record<string, string>>;
  /** By metric, the last step that the server had before. */
  readonly #before: ReadonlyMap<string, number>;

  private constructor(client: MlflowClient, run: RemoteRun, training: TrackedTraining) {
    this.client = client;
    this.id = run.info.run_id;
    this.#run = run;
    this.#training = training;
    const { config, say } = training;
    const parameters = Object.entries(config).map(([name, value]) => {
      const text = String(value);
      if (text.length <= LONGEST_PARAMETER) return [name, text] as const;
      say(`mlflow: parameter ${name} is cut from ${text.length} to ${LONGEST_PARAMETER} characters`);
      return [name, text.slice(0, LONGEST_PARAMETER)] as const;
    });
    this.#parameters = Object.fromEntries(parameters);
    this.#before = new Map(run.data.metrics?.map(({ key, step }) => [key, Number(step ?? 0)]));
  }

  /** Goes on with the run that a resumed training was shown as, where the server still has it; else begins one. */
  static async open(client: MlflowClient, uri: string, training: TrackedTraining): Promise<MlflowRun> {
    const { folder, resume } = training;
    const place = uri.replace(/\/\/[^/]*@/, '//'); // without a password
    const file = path.join(folder.folder, REMOTE_FILE);
    if (resume && existsSync(file)) {
      const known = JSON.parse(readFileSync(file, 'utf8')) as { uri: string; runId: string }; // written below
      const run = known.uri === place ? await client.run(known.runId).catch(() => undefined) : undefined;
      if (run) {
        await client.setStatus(run.info.run_id, 'RUNNING');
        return new MlflowRun(client, run, training);
      }
    }
    const run = new MlflowRun(
      client,
      await client.createRun(await client.experiment('pinwalk'), folder.name),
      training,
    );
    folder.writeJson(REMOTE_FILE, { uri: place, runId: run.id });
    await client.logParameters(
      run.id,
      Object.entries(run.#parameters).map(([key, value]) => ({ key, value })),
    );
    return run;
  }

  /** Logs what the server does not have yet: a resumed training repeats what followed its checkpoint. */
  async logMetrics(metrics: readonly Metric[]): Promise<void> {
    const fresh = metrics.filter(({ key, step }) => step > (this.#before.get(key) ?? -1));
    await this.client.logMetrics(this.id, fresh);
    for (const metric of fresh) this.#logged.set(metric.key, metric);
  }

  async finish(figures: readonly Metric[]): Promise<void> {
    await this.logMetrics(figures);
    const { folder, say } = this.#training;
    const files = ['report.html', 'metrics.json'].filter((name) => existsSync(path.join(folder.folder, name)));
    const contents = files.map((name) => [name, readFileSync(path.join(folder.folder, name))] as const);
    const page = contents.find(([name]) => name === 'report.html')?.[1].toString() ?? '';
    const charts = reportPictures(page).map(({ name, svg }) => [`charts/${name}.svg`, Buffer.from(svg)] as const);
    let stored = 0;
    for (const [name, content] of [...contents, ...charts])
      if (await this.client.upload(this.#run, name, content)) stored++;
    if (stored === 0)
      say(`mlflow: files are kept at ${this.#run.info.artifact_uri}, where only its own client puts any`);
    await this.client.setStatus(this.id, 'FINISHED');
    say(`mlflow: run ${this.id}: ${await this.#compare()}, ${stored} files`);
  }

  /** Reads the run back, once: a server may take a request and keep less of it. */
  async #compare(): Promise<string> {
    const { data } = await this.client.run(this.id);
    const metrics = new Map(data.metrics?.map(({ key, value }) => [key, Number(value)]));
    const parameters = new Map(data.params?.map(({ key, value }) => [key, value]));
    const lost = [
      ...[...this.#logged].filter(([key, { value }]) => !Object.is(metrics.get(key), value)).map(([key]) => key),
      ...Object.keys(this.#parameters).filter((key) => parameters.get(key) !== this.#parameters[key]),
    ];
    const counts = `${parameters.size} parameters, ${metrics.size} metrics`;
    return lost.length === 0
      ? `${counts}, read back alike`
      : `${counts}; it does not have as logged: ${lost.join(', ')}`;
  }
}
