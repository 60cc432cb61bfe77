"""Baselines of others for baselines.ts: implicit's ALS and item neighbors, and EASE (Steck 2019) by one inversion in NumPy.

peer_baselines.py FOLDER BOARDS PINS EASE_REGULARIZATION NAME...: reads train, known, asked and queries (.u32) of the folder, chooses
settings by recall@20 on `asked`, learns from `known` and writes NAME.lists, 100 places for each board of `queries`. EASE takes the
regularization that it is given: an inversion of all pins for each that could be tried takes too long.
"""
import json
import os
import sys
import warnings

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
warnings.simplefilter("ignore")  # implicit turns its own matrices into another format and tells of it each time
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender

folder, boards, pins, regularization = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
LENGTH = 100


def read(name):
    return np.fromfile(f"{folder}/{name}.u32", dtype=np.uint32)


def saves(name):
    rows, columns = read(name).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(boards, pins))


train, known, withheld, queries = saves("train"), saves("known"), saves("asked"), read("queries")
asked = np.unique(withheld.nonzero()[0])


def lists(model, matrix, users, length):
    ids, scores = model.recommend(users, matrix[users], N=length, filter_already_liked_items=True)
    return np.where(np.isfinite(scores) & (scores > -1e30), ids, -1).astype(np.int32)


def recall(make):
    model = make()
    model.fit(train, show_progress=False)
    found = lists(model, train, asked, 20)
    return np.mean([np.isin(row, withheld[u].indices).sum() / withheld[u].nnz for row, u in zip(found, asked)])


def best(name, make, trials):
    figures = [(recall(lambda: make(**trial)), -n) for n, trial in enumerate(trials)]
    trial = trials[-max(figures)[1]]
    print(f"{name} (Python): {json.dumps(trial)}", flush=True)
    return trial


def ease(users):
    gram = (known.T @ known).toarray().astype(np.float32)
    diagonal = np.arange(pins)
    gram[diagonal, diagonal] += regularization
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[diagonal, diagonal] = 0
    for start in range(0, len(users), 512):
        scores = known[users[start : start + 512]] @ weights
        scores[known[users[start : start + 512]].nonzero()] = -np.inf
        yield np.argsort(-scores, axis=1, kind="stable")[:, :LENGTH].astype(np.int32)


def als(**settings):
    return AlternatingLeastSquares(iterations=15, random_state=1, num_threads=1, **settings)


def neighbors(kind):
    return lambda **settings: kind(num_threads=1, **settings)


COUNTS = [20, 50, 100, 200, 400]
SHAPES = [{"K1": k, "B": b} for k in (0.3, 1.2, 5, 100) for b in (0.25, 0.75)]
for name in sys.argv[5:]:
    if name == "ease":
        result = np.concatenate(list(ease(queries)))
    else:
        if name == "als":
            make = als
            trials = [{"factors": f, "regularization": 0.01, "alpha": 10.0} for f in (64, 128, 256)]
            chosen = best(name, make, trials)
            others = [{**chosen, "alpha": a, "regularization": r} for a, r in ((10, 0.1), (10, 1), (3, 0.1), (30, 0.1), (50, 1))]
            chosen = best(name, make, [chosen, *others])
        else:
            kind = {"cosineNeighbors": CosineRecommender, "tfIdfNeighbors": TFIDFRecommender, "bm25Neighbors": BM25Recommender}[name]
            make = neighbors(kind)
            shapes = SHAPES if name == "bm25Neighbors" else [{}]
            chosen = best(name, make, [{"K": count, **shape} for shape in shapes for count in COUNTS])
        model = make(**chosen)
        model.fit(known, show_progress=False)
        result = lists(model, known, queries, LENGTH)
    result.tofile(f"{folder}/{name}.lists")
