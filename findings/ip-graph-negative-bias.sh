#!/bin/sh
# What:     HNSW by inner product over vectors with a bias column (log popularity), in faiss; usearch with the same
#           parameters beside it.
# Versions: faiss-cpu 1.15.1, usearch 2.26.6, numpy 2.4.6 (Python 3.11).
# Guess:    the graph finds at least 9 of the true ten, however the bias is written: a constant added to every score
#           changes no order.
# Happens:  with the bias as log(share), that is with negative numbers, the graph finds almost none; with the same
#           bias shifted so that its least is 0 it finds all. The order of all scores is the same both times; only the
#           graph's idea of "near" differs: pins with a large negative bias are long vectors, near to each other by
#           inner product and to no query.
# Seen:     recall@10 faiss .048 (negative) and 1.000 (shifted); usearch built by one thread 1.000 both times (by
#           several, .42 was seen).
# Matters:  a bias per pin is how most recommenders carry popularity, and logarithms of shares are negative.
# Pinwalk:  keeps the bias out of the vectors and adds it to the exact scores of all pins.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  faiss-cpu==1.15.1 usearch==2.26.6 numpy==2.4.6
OMP_NUM_THREADS=1 "$work/venv/bin/python" - <<'PY'
import sys
import faiss
import numpy as np
from usearch.index import Index

rng = np.random.default_rng(1)
pins, columns = 5000, 32
vectors = rng.normal(size=(pins, columns)).astype("f4")
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
queries = np.c_[vectors[rng.choice(pins, 200)], np.ones(200)].astype("f4")
bias = -np.log(1 + np.arange(pins))


def recall(found, true):
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, true)]))


def measure(bias):
    table = np.c_[vectors, bias].astype("f4")
    true = np.argsort(-(queries @ table.T), axis=1)[:, :10]
    graph = faiss.IndexHNSWFlat(columns + 1, 16, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction, graph.hnsw.efSearch = 200, 100
    graph.add(table)
    index = Index(ndim=columns + 1, metric="ip", dtype="f32", connectivity=16, expansion_add=200, expansion_search=100)
    index.add(np.arange(pins), table, threads=1)
    return (
        recall(graph.search(queries, 10)[1], true),
        recall(index.search(queries, 10, threads=1).keys, true),
        recall(index.search(queries, 10, exact=True, threads=1).keys, true),
    )


negative, shifted = measure(bias), measure(bias - bias.min())
for name, row in (("negative", negative), ("shifted", shifted)):
    print(f"{name}: faiss {row[0]:.3f}, usearch {row[1]:.3f}, exact {row[2]:.3f}")
as_stated = negative[0] < 0.2 and min(shifted) > 0.99 and min(negative[1:]) > 0.9
print("as stated: a negative bias hides the best pins from faiss's graph, a shifted one does not" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
