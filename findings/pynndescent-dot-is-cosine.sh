#!/bin/sh
# What:     metric="dot" of PyNNDescent over vectors of different lengths.
# Versions: pynndescent 0.7.0, numba 0.68.1, numpy 2.4.6 (Python 3.11).
# Guess:    "dot" ranks by the inner product, as the metric of that name does in other indexes ("ip", "dot",
#           METRIC_INNER_PRODUCT).
# Happens:  "dot" makes every vector one of length 1 and ranks by the cosine; what ranks by the inner product is
#           "inner_product". The distances look like those of a dot product (1 - cosine), and nothing is said.
# Seen:     recall@10 of "dot": .34 of the inner product's ten, 1.00 of the cosine's; of "inner_product" the other way
#           round.
# Matters:  pins' vectors carry popularity in their lengths; the neighbors differ in two thirds of the places.
# Pinwalk:  names each score by its formula: cosine where it is one, inner product where lengths count.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  pynndescent==0.7.0 numba==0.68.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import numpy as np
from pynndescent import NNDescent

rng = np.random.default_rng(0)
pins = (rng.normal(size=(500, 8)) * rng.uniform(0.2, 3, (500, 1))).astype("f4")
queries = rng.normal(size=(50, 8)).astype("f4")
unit = pins / np.linalg.norm(pins, axis=1, keepdims=True)
by_product = np.argsort(-(queries @ pins.T), axis=1)[:, :10]
by_cosine = np.argsort(-(queries @ unit.T), axis=1)[:, :10]


def recalls(metric):
    found, _ = NNDescent(pins.copy(), metric=metric, random_state=1, n_jobs=1).query(queries, k=10, epsilon=0.5)
    return [np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, true)]) for true in (by_product, by_cosine)]


dot, product = recalls("dot"), recalls("inner_product")
print(f"dot: {dot[0]:.2f} of the inner product's ten, {dot[1]:.2f} of the cosine's")
print(f"inner_product: {product[0]:.2f} of the inner product's ten, {product[1]:.2f} of the cosine's")
as_stated = dot[0] < 0.5 and dot[1] > 0.95 and product[0] > 0.95 and product[1] < 0.5
print('as stated: "dot" is the cosine' if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
