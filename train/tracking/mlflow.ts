/**
 * A training as MLflow keeps it: parameters at its start, metrics after each epoch, figures on test, report and charts at its end.
 *
 * One request is under way at a time and the training never waits for it. What a server that is away misses is kept and sent after a
 * later epoch, or at the end.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { metricsOfTable } from './metric-names.js';
import { MlflowClient, type Metric, type RemoteRun } from './mlflow-client.js';
import { reportPictures } from '../report/report-pictures.js';
import type { MetricsTable } from '../evaluation/table.js';
import type { TrackedTraining, Tracker } from './tracker.js';

/** The longest parameter that a server keeps; of a longer one it cuts the end without a word. */
const LONGEST_PARAMETER = 6000;

/** Where a run's folder keeps which run of which server it is, for a resume. */
const REMOTE_FILE = 'mlflow.json';

/**
 * Shows a training in the experiment `pinwalk` of a server, under the run's name.
 *
 * @param uri  of the server, as MLFLOW_TRACKING_URI
 * @param options.limitMs  longest time of a request: what the end of a training waits at most, twice, for a server that does not answer
 */
export function openMlflow(
  uri: string,
  training: TrackedTraining,
  options: { readonly limitMs?: number } = {},
): Tracker {
  const tracker = new MlflowTracker(training, () => MlflowRun.open(new MlflowClient(uri, options), uri, training));
  void tracker.send();
  return tracker;
}

class MlflowTracker implements Tracker {
  readonly #training: TrackedTraining;
  readonly #open: () => Promise<MlflowRun>;
  #remote: MlflowRun | undefined;
  /** Metrics that the server has not taken. */
  readonly #pending: Metric[] = [];
  #sending: Promise<void> | undefined;
  #isAway = false;
  #losses: number[] = [];
  #epochs = 0;

  constructor(training: TrackedTraining, open: () => Promise<MlflowRun>) {
    this.#training = training;
    this.#open = open;
  }

  log: Tracker['log'] = ({ loss, epoch, validation }) => {
    if (typeof loss === 'number') this.#losses.push(loss);
    if (validation === undefined) return;
    this.#epochs = Number(epoch) + 1;
    const mean = this.#losses.reduce((sum, value) => sum + value, 0) / this.#losses.length;
    this.#losses = [];
    const named = { loss: mean, ...(typeof validation === 'number' && { 'validation.recall_at_20': validation }) };
    const [step, timestamp] = [this.#epochs, Date.now()];
    this.#pending.push(...Object.entries(named).map(([key, value]) => ({ key, value, timestamp, step })));
    void this.send();
  };

  async finish(models: MetricsTable): Promise<void> {
    const timestamp = Date.now();
    this.#pending.push(...metricsOfTable(models).map((figure) => ({ ...figure, timestamp, step: this.#epochs })));
    await this.#end((remote) => remote.finish());
  }

  async close(how: 'stopped' | 'failed'): Promise<void> {
    await this.#end((remote) => remote.setStatus(how === 'stopped' ? 'KILLED' : 'FAILED'));
  }

  /** Sends what is pending, where nothing is under way. */
  send(): Promise<void> {
    this.#sending ??= this.#sendPending()
      .then(
        () => {
          if (this.#isAway) this.#training.say('mlflow: the server answers again');
          this.#isAway = false;
        },
        (error: unknown) => {
          if (!this.#isAway) this.#training.say(`mlflow: ${messageOf(error)}; tried again after each epoch`);
          this.#isAway = true;
        },
      )
      .finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #sendPending(): Promise<MlflowRun> {
    this.#remote ??= await this.#open();
    await this.#remote.logParameters();
    while (this.#pending.length > 0) {
      const batch = [...this.#pending]; // an epoch may end meanwhile
      await this.#remote.logMetrics(batch);
      this.#pending.splice(0, batch.length);
    }
    return this.#remote;
  }

  async #end(last: (remote: MlflowRun) => Promise<void>): Promise<void> {
    await this.#sending;
    try {
      await last(await this.#sendPending());
    } catch (error) {
      this.#training.say(`mlflow: ${messageOf(error)}; the run is not whole there`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The run as a server has it. */
class MlflowRun {
  readonly #client: MlflowClient;
  readonly #id: string;
  readonly #run: RemoteRun;
  readonly #training: TrackedTraining;
  readonly #logged = new Map<string, Metric>();
  readonly #parameters: Readonly<Record<string, string>>;
  /** By metric, the last step that the server had before. */
  readonly #before: ReadonlyMap<string, number>;

  #hasParameters: boolean;

  private constructor(
    client: MlflowClient,
    run: RemoteRun,
    { training, isResumed }: { training: TrackedTraining; isResumed: boolean },
  ) {
    this.#client = client;
    this.#id = run.info.run_id;
    this.#hasParameters = isResumed;
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
        return new MlflowRun(client, run, { training, isResumed: true });
      }
    }
    const run = await client.createRun(await client.experiment('pinwalk'), folder.name);
    folder.writeJson(REMOTE_FILE, { uri: place, runId: run.info.run_id });
    return new MlflowRun(client, run, { training, isResumed: false });
  }

  /** Logs the parameters of a new run, once. */
  async logParameters(): Promise<void> {
    if (this.#hasParameters) return;
    const parameters = Object.entries(this.#parameters).map(([key, value]) => ({ key, value }));
    await this.#client.logParameters(this.#id, parameters);
    this.#hasParameters = true;
  }

  async setStatus(status: 'KILLED' | 'FAILED'): Promise<void> {
    await this.#client.setStatus(this.#id, status);
  }

  /** Logs what the server does not have yet: a resumed training repeats what followed its checkpoint. */
  async logMetrics(metrics: readonly Metric[]): Promise<void> {
    const fresh = metrics.filter(({ key, step }) => step > (this.#before.get(key) ?? -1));
    await this.#client.logMetrics(this.#id, fresh);
    for (const metric of fresh) this.#logged.set(metric.key, metric);
  }

  /** Stores the report and its charts, ends the run and reads it back. */
  async finish(): Promise<void> {
    const { folder, say } = this.#training;
    const files = ['report.html', 'metrics.json'].filter((name) => existsSync(path.join(folder.folder, name)));
    const contents = files.map((name) => [name, readFileSync(path.join(folder.folder, name))] as const);
    const page = contents.find(([name]) => name === 'report.html')?.[1].toString() ?? '';
    const charts = reportPictures(page).map(({ name, svg }) => [`charts/${name}.svg`, Buffer.from(svg)] as const);
    let stored = 0;
    for (const [name, content] of [...contents, ...charts])
      if (await this.#client.upload(this.#run, name, content)) stored++;
    if (stored === 0)
      say(`mlflow: files are kept at ${this.#run.info.artifact_uri}, where only its own client puts any`);
    await this.#client.setStatus(this.#id, 'FINISHED');
    say(`mlflow: run ${this.#id}: ${await this.#compare()}, ${stored} files`);
  }

  /** Reads the run back, once: a server may take a request and keep less of it. */
  async #compare(): Promise<string> {
    const { data } = await this.#client.run(this.#id);
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
