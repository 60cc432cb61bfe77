#!/bin/sh
# What:     a loss logged at steps 1, 2, 3, then 2, 4 (a training resumed from a checkpoint), shown by TensorBoard
#           with either of its loaders.
# Versions: tensorboard 2.21.0 with its data server, tensorboardX 2.6.5, setuptools 80.9.0 (Python 3.11).
# Guess:    all five points, as the event file holds them; if points are taken away, then after a marked restart, and
#           in both loaders alike.
# Happens:  the usual loader (--load_fast true) takes away every earlier point whose step is not below a new one, a
#           point of the same step too, in one file by one writer without any restart. The other (--load_fast false),
#           and the Python class EventAccumulator, keep all.
# Seen:     steps shown, fast: 1 2 4; slow: 1 2 3 2 4. Steps 1 2 2 3, fast: 1 2 3; slow: all. Steps 10 20 30 1, fast:
#           1 alone.
# Matters:  a step that falls back once (epochs and steps mixed in a tag, a resume) empties the chart of everything
#           before.
# Pinwalk:  writes no event files so far; where it does, steps only grow within a tag.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export work
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  tensorboard==2.21.0 tensorboardX==2.6.5 setuptools==80.9.0
"$work/venv/bin/python" - <<'PY'
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import tensorboardX

folder = os.environ["work"]
runs = {"resumed": [1, 2, 3, 2, 4], "equal": [1, 2, 2, 3], "fallen": [10, 20, 30, 1]}
for run, steps in runs.items():
    with tensorboardX.SummaryWriter(os.path.join(folder, "logs", run)) as writer:
        for place, step in enumerate(steps):
            writer.add_scalar("loss", 1 / (1 + place), step)


def points(port, run, tries=90):
    url = f"http://127.0.0.1:{port}/data/plugin/scalars/scalars?run={run}&tag=loss"
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return [step for _, step, _ in json.load(answer)]
        except OSError:
            time.sleep(1)  # it is still starting, or has not read this run
    sys.exit("TensorBoard did not answer")


def shown(fast):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = os.path.join(folder, "venv", "bin", "tensorboard")
    options = ["--logdir", os.path.join(folder, "logs"), "--host", "127.0.0.1", "--port", str(port), "--load_fast", fast]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return {run: points(port, run) for run in runs}
    finally:
        server.terminate()
        server.wait()


fast, slow = shown("true"), shown("false")
print("fast", fast)
print("slow", slow)
as_stated = slow == runs and fast == {"resumed": [1, 2, 4], "equal": [1, 2, 3], "fallen": [1]}
print("as stated: the usual loader drops what the other one shows" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
