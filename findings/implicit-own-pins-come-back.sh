#!/bin/sh
# What:     recommend() of implicit, with what the board already has filtered away (the default), where little else is
#           left.
# Versions: implicit 0.7.3, scipy 1.17.1, numpy 2.4.6 (Python 3.11).
# Guess:    filtered pins are not in the answer; if fewer are left than were asked for, the list is shorter. A
#           neighbor model with K=1 recommends the one neighbor of each pin.
# Happens:  1. ALS fills the list with the board's own pins, last and at a score of -3.4e38. 2. A neighbor model gives
#           them at a score of 0, which looks like any other. 3. K counts the pin itself, so K=1 knows no neighbor:
#           its whole answer is the board's own pins.
# Seen:     own pins in the answer: ALS asked for all 3 of 3, CosineRecommender(K=1) asked for five 3 of 3 and nothing
#           else.
# Matters:  "never recommend what is there" is broken by a flag that says it holds, and an evaluation counts these
#           places as misses.
# Pinwalk:  leaves out what is known and never pads: a list may be short.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  implicit==0.7.3 scipy==1.17.1 numpy==2.4.6
export OPENBLAS_NUM_THREADS=1
"$work/venv/bin/python" - <<'PY'
import sys
import warnings
import numpy as np
from scipy.sparse import csr_matrix

warnings.simplefilter("ignore")
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender

boards = [[0, 1, 2], [0, 1, 3], [1, 2, 4], [3, 4, 5], [0, 5, 6], [2, 6, 7]]
rows = np.repeat(np.arange(len(boards)), 3)
saves = csr_matrix((np.ones(18, "f4"), (rows, np.concatenate(boards))), shape=(6, 8))
own = set(boards[0])

als = AlternatingLeastSquares(factors=2, iterations=3, random_state=1, num_threads=1)
als.fit(saves, show_progress=False)
als_ids, als_scores = als.recommend(0, saves[0], N=8)
neighbors = CosineRecommender(K=1, num_threads=1)
neighbors.fit(saves, show_progress=False)
near_ids, near_scores = neighbors.recommend(0, saves[0], N=5)
print("ALS:", als_ids.tolist(), [float(f"{s:.2g}") for s in als_scores])
print("K=1:", near_ids.tolist(), near_scores.tolist())
as_stated = set(als_ids[-3:].tolist()) == own and max(als_scores[-3:]) < -3e38
as_stated = as_stated and set(near_ids.tolist()) == own and not near_scores.any()
print("as stated: pins that were filtered away come back" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
