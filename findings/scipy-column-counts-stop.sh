#!/bin/sh
# What:     saves per pin as column sums of a SciPy CSR matrix of ones in float32, the type that recommenders keep
#           their saves in.
# Versions: scipy 1.17.1, numpy 2.4.6 (Python 3.11).
# Guess:    20,000,000 saves of one pin are counted as 20,000,000, or rounded in the last digit: numpy sums float32 in
#           pairs, and the mean agrees.
# Happens:  sum(axis=0) adds one after the other in float32 and stops at 2^24 = 16,777,216, since 16,777,216 + 1 is
#           not a float32. The sum of the whole matrix, the sum over rows of its transpose, and mean(axis=0) of the
#           same matrix all have it right.
# Seen:     sum(axis=0) 16777216, sum() 20000000, transposed sum(axis=1) 20000000, mean(axis=0) 1.0.
# Matters:  popularity counts and TF-IDF or BM25 weights are column sums; the most popular pins of a large site tie at
#           16,777,216.
# Pinwalk:  counts saves in whole numbers.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import numpy as np
from scipy.sparse import csr_array

boards = 20_000_000
saves = csr_array((np.ones(boards, "f4"), np.zeros(boards, "i4"), np.arange(boards + 1, dtype="i4")), shape=(boards, 1))
column = float(saves.sum(axis=0)[0])
whole = float(saves.sum())
mean = float(saves.mean(axis=0)[0])
transposed = float(saves.T.tocsr().sum(axis=1)[0])
print(f"sum(axis=0) {column:.0f}, sum() {whole:.0f}, transposed sum(axis=1) {transposed:.0f}, mean(axis=0) {mean}")
as_stated = column == 2**24 and whole == boards and transposed == boards and mean == 1
print("as stated: a column of ones is counted to 2^24 and no further" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
