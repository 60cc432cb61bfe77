"""TensorBoard must show every step of a training, one that was killed and resumed too, and the vectors in its projector.

Usage: python tensorboard.py FOLDER, where FOLDER/logs is what train --tensorboard wrote. Skipped where tensorboard is not installed.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request

folder = sys.argv[1]
program = os.path.join(os.path.dirname(sys.executable), "tensorboard")
if not os.path.exists(program) or not os.path.isdir(os.path.join(folder, "logs")):
    print("tensorboard: skipped, it is not installed beside this Python, or nothing was logged")
    sys.exit(0)


def get(port, route, tries=90, **query):
    url = f"http://127.0.0.1:{port}/data/plugin/{route}?{urllib.parse.urlencode(query)}"
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read()
        except OSError:
            time.sleep(1)  # it is still starting, or has not read this run
    sys.exit(f"tensorboard did not answer {url}")


def losses(run):
    """Loss by step; of steps that a resumed run repeats the later line holds."""
    found = {}
    with open(os.path.join(folder, "runs", run, "metrics.jsonl"), encoding="utf-8") as file:
        for line in map(json.loads, file):
            if "loss" in line:
                found[line["step"]] = struct.unpack("f", struct.pack("f", line["loss"]))[0]
    return found


def check(fast):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--logdir", os.path.join(folder, "logs"), "--host", "127.0.0.1", "--port", str(port), "--load_fast", fast]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for run in sorted(os.listdir(os.path.join(folder, "logs"))):
            expected = losses(run)
            for _ in range(60):
                points = json.loads(get(port, "scalars/scalars", run=run, tag="training/loss"))
                if len(points) == min(len(expected), 1000):
                    break
                time.sleep(1)
            steps = [step for _, step, _ in points]
            assert steps == sorted(set(steps)), f"{run}: steps grow"
            assert set(steps) == set(expected) or len(expected) > 1000, f"{run}: {len(steps)} of {len(expected)} steps"
            assert all(abs(value - expected[step]) < 1e-6 for _, step, value in points), f"{run}: losses"
            tags = json.loads(get(port, "scalars/tags"))[run]
            assert "validation/recall@20" in tags and "test boardIdeas recall@20/pinwalk" in tags, sorted(tags)
            config = json.loads(get(port, "projector/info", run=run))
            names = {embedding["tensorName"]: embedding for embedding in config["embeddings"]}
            rows, columns = names["pins"]["tensorShape"]
            tensor = get(port, "projector/tensor", run=run, name="pins")
            assert len(tensor) == rows * columns * 4
            metadata = get(port, "projector/metadata", run=run, name="pins").decode().rstrip("\n").split("\n")
            assert len(metadata) == rows + 1 and metadata[0].startswith("label\tid\t"), metadata[0]
            print(f"tensorboard, load_fast {fast}: {run}, {len(steps)} steps, {len(tags)} tags, {rows} vectors of {columns}")
    finally:
        server.terminate()
        server.wait()


check("true")
check("false")
