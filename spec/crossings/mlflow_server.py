"""A real MLflow server must keep what train --mlflow logs, and a training must go on when the server goes away.

Usage: python mlflow_server.py FOLDER, where FOLDER/data is a small world. Skipped where mlflow is not installed.
"""

import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

folder = sys.argv[1]
program = os.path.join(os.path.dirname(sys.executable), "mlflow")
if not os.path.exists(program) or not os.path.isdir(os.path.join(folder, "data")):
    print("mlflow: skipped, it is not installed beside this Python, or there is no world to train on")
    sys.exit(0)
cli = os.path.join(os.path.dirname(__file__), "../../dist/serve/cli.js")


def train(run, uri, *more):
    sizes = ["--epochs", "4", "--dimension", "16", "--spectral-rank", "16", "--pictures", "false", "--backend", "wasm"]
    options = ["train", "--data", "data", "--run", run, "--mlflow", uri, *sizes, *more]
    return subprocess.run(["node", cli, *options], cwd=folder, capture_output=True, text=True)


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
uri = f"http://127.0.0.1:{port}"
with tempfile.TemporaryDirectory() as store:
    stores = ["--backend-store-uri", f"sqlite:///{store}/mlflow.db", "--artifacts-destination", f"{store}/artifacts"]
    command = [program, "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", *stores]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{uri}/health", timeout=2)
                break
            except OSError:
                time.sleep(1)
        done = train("tracked", uri)
        assert done.returncode == 0, done.stderr
        said = [line for line in done.stderr.splitlines() if line.startswith("mlflow: ")]
        assert len(said) == 1 and "read back alike" in said[0], said

        import mlflow

        mlflow.set_tracking_uri(uri)
        client = mlflow.MlflowClient()
        (run,) = client.search_runs([client.get_experiment_by_name("pinwalk").experiment_id])
        assert run.info.run_name == "tracked" and run.info.status == "FINISHED"
        with open(os.path.join(folder, "runs", "tracked", "metrics.json"), encoding="utf-8") as file:
            metrics = json.load(file)
        for name, value in metrics["config"].items():
            shown = str(value).lower() if isinstance(value, bool) else value
            assert run.data.params[name] == str(shown) or float(run.data.params[name]) == value, name
        count = 0
        for model, tasks in metrics["models"].items():
            for task, figures in tasks.items():
                for metric, figure in figures.items():
                    if not isinstance(figure, dict) or "mean" not in figure:
                        continue
                    key = f"test.{model}.{task}.{metric.replace('@', '_at_')}"
                    kept = run.data.metrics[key]
                    assert kept == figure["mean"] or figure["mean"] is None and math.isnan(kept), key
                    count += 1
        history = client.get_metric_history(run.info.run_id, "loss")
        assert [point.step for point in history] == [1, 2, 3, 4], history
        files = {file.path for file in client.list_artifacts(run.info.run_id)}
        charts = client.list_artifacts(run.info.run_id, "charts")
        assert files == {"charts", "metrics.json", "report.html"} and len(charts) >= 3, files
        page = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="report.html", dst_path=store)
        with open(page, "rb") as a, open(os.path.join(folder, "runs", "tracked", "report.html"), "rb") as b:
            assert a.read() == b.read()
        print(f"mlflow {mlflow.__version__}: {len(run.data.params)} parameters, {count} figures, {len(charts)} charts, the report")
    finally:
        server.terminate()
        server.wait()
    alone = train("alone", uri)
    assert alone.returncode == 0, alone.stderr
    said = [line for line in alone.stderr.splitlines() if line.startswith("mlflow: ")]
    assert len(said) == 2 and "tried again" in said[0] and "not whole there" in said[1], said
    print(f"mlflow away: the training ends all the same, and says: {said[1]}")
