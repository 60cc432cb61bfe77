/**
 * The part of MLflow's REST interface that a training needs, version 2.0 of it as servers from 2.0 to 3.17 have it.
 *
 * Differs from its own client: numbers that are none go as text, as JSON has no NaN; steps and times are whole, since a fraction is
 * answered with 200 and the rest of the request is dropped; batches are cut to what a server takes.
 */

/** The most metrics, and parameters, of one request. */
const MOST_METRICS = 1000;
const MOST_PARAMETERS = 100;

/** A number of a run at a step. */
export interface Metric {
  readonly key: string;
  readonly value: number;
  /** ms since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** What a server says of a run. */
export interface RemoteRun {
  readonly info: { readonly run_id: string; readonly artifact_uri: string };
  readonly data: {
    readonly metrics?: readonly { readonly key: string; readonly value: number | string; readonly step?: number }[];
    readonly params?: readonly { readonly key: string; readonly value: string }[];
  };
}

/** A failure that a server or the way to it answered with. */
export class MlflowError extends Error {
  /** Of HTTP; 0 where nothing answered. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'MlflowError';
    this.status = status;
  }
}

/** One server. Every call ends within its time limit. */
export class MlflowClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limitMs: number;

  /** @param uri  http or https; a user and password in it are sent as MLflow's client sends its own */
  constructor(uri: string, { limitMs = 30_000 } = {}) {
    const { protocol, host, pathname, username, password } = new URL(uri);
    this.#base = `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
    const user = [username, password].map(decodeURIComponent).join(':');
    this.#headers = username === '' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    this.#limitMs = limitMs;
  }

  /** The id of an experiment, made where there is none. */
  async experiment(name: string): Promise<string> {
    try {
      const query = `experiment_name=${encodeURIComponent(name)}`;
      const { experiment } = (await this.#json('GET', `experiments/get-by-name?${query}`)) as Experiment;
      return experiment.experiment_id;
    } catch (error) {
      if (!(error instanceof MlflowError) || error.status !== 404) throw error;
      return ((await this.#json('POST', 'experiments/create', { name })) as Experiment['experiment']).experiment_id;
    }
  }

  async createRun(experimentId: string, name: string): Promise<RemoteRun> {
    const request = { experiment_id: experimentId, run_name: name, start_time: Date.now() };
    return ((await this.#json('POST', 'runs/create', request)) as { run: RemoteRun }).run;
  }

  async run(id: string): Promise<RemoteRun> {
    return ((await this.#json('GET', `runs/get?run_id=${encodeURIComponent(id)}`)) as { run: RemoteRun }).run;
  }

  async setStatus(id: string, status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void> {
    await this.#json('POST', 'runs/update', {
      run_id: id,
      status,
      ...(status !== 'RUNNING' && { end_time: Date.now() }),
    });
  }

  async logParameters(id: string, params: readonly { readonly key: string; readonly value: string }[]): Promise<void> {
    for (let at = 0; at < params.length; at += MOST_PARAMETERS)
      await this.#json('POST', 'runs/log-batch', { run_id: id, params: params.slice(at, at + MOST_PARAMETERS) });
  }

  async logMetrics(id: string, metrics: readonly Metric[]): Promise<void> {
    const sent = metrics.map(({ key, value, timestamp, step }) => ({
      key,
      value: Number.isFinite(value) ? value : String(value),
      timestamp: Math.round(timestamp),
      step: Math.round(step),
    }));
    for (let at = 0; at < sent.length; at += MOST_METRICS)
      await this.#json('POST', 'runs/log-batch', { run_id: id, metrics: sent.slice(at, at + MOST_METRICS) });
  }

  /**
   * Stores a file of a run.
   *
   * @returns false where the server keeps files at a place that only its own client reaches
   */
  async upload({ info }: RemoteRun, name: string, content: Uint8Array): Promise<boolean> {
    const [, place] = /^mlflow-artifacts:\/*(.*)$/.exec(info.artifact_uri) ?? [];
    if (place === undefined) return false;
    const file = [place, ...name.split('/').map(encodeURIComponent)].join('/');
    await this.#send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${file}`, {
      body: new Uint8Array(content),
      headers: { 'content-type': 'application/octet-stream' },
    });
    return true;
  }

  async #json(method: string, route: string, request?: object): Promise<unknown> {
    const content = request && {
      body: JSON.stringify(request),
      headers: { 'content-type': 'application/json' },
    };
    return JSON.parse(await this.#send(method, `/api/2.0/mlflow/${route}`, content)) as unknown;
  }

  async #send(
    method: string,
    route: string,
    { body, headers }: { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
  ): Promise<string> {
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(this.#limitMs);
      const all = { ...this.#headers, ...headers };
      response = await fetch(`${this.#base}${route}`, {
        method,
        headers: all,
        signal,
        ...(body !== undefined && { body }),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
      throw new MlflowError(0, cause || (error instanceof Error ? error.message : String(error)));
    }
    if (response.ok) return text;
    throw new MlflowError(
      response.status,
      `${method} ${route.split('?')[0]} gave ${response.status}: ${text.slice(0, 200)}`,
    );
  }
}

interface Experiment {
  readonly experiment: { readonly experiment_id: string };
}
