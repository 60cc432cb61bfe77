#!/bin/sh
# What:     precision_at_k of implicit for two boards, K = 10: one with a single pin withheld (found), one with twenty
#           (five found).
# Versions: implicit 0.7.3, scipy 1.17.1, numpy 2.4.6 (Python 3.11).
# Guess:    the mean over boards of hits / 10: (1/10 + 5/10) / 2 = .30.
# Happens:  hits of all boards over the sum of min(K, withheld pins) of all boards: (1 + 5) / (1 + 10) = .545. Boards
#           with one withheld pin hardly count, and a board whose one pin is found scores 1/1. It is neither the
#           precision nor the recall of other tools; the same function's NDCG is a mean over boards.
# Seen:     precision 0.545.
# Matters:  put beside another tool's precision@10 it makes a model look up to ten times as good.
# Pinwalk:  precision@k is the mean of hits / k, recall@k the mean of hits / withheld pins, each under its own name.
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
from implicit.evaluation import ranking_metrics_at_k


class FixedLists:
    """Answers both boards with pins 0 to 9, as a trained model of implicit would."""

    def recommend(self, boards, saves, N, **options):
        return np.tile(np.arange(N, dtype="i4"), (len(boards), 1)), np.tile(-np.arange(N, dtype="f4"), (len(boards), 1))


pins = 40
withheld = [[0], [0, 1, 2, 3, 4] + list(range(20, 35))]
rows = np.repeat([0, 1], [len(pins_) for pins_ in withheld])
test = csr_matrix((np.ones(len(rows), "f4"), (rows, np.concatenate(withheld))), shape=(2, pins))
known = csr_matrix((np.ones(2, "f4"), ([0, 1], [39, 38])), shape=(2, pins))
figures = ranking_metrics_at_k(FixedLists(), known, test, K=10, show_progress=False, num_threads=1)
print({name: round(float(value), 4) for name, value in figures.items()})
as_stated = abs(figures["precision"] - 6 / 11) < 1e-9
print("as stated: precision is pooled hits over pooled min(K, withheld)" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
