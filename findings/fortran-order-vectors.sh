#!/bin/sh
# What:     item vectors out of a singular value decomposition (numpy: u, s, vt; the pins' table is vt.T), given to
#           safetensors and voyager.
# Versions: safetensors 0.8.0, voyager 2.2.3, faiss-cpu 1.15.1, numpy 2.4.6 (Python 3.11).
# Guess:    a transposed table is a valid array; libraries copy it into rows (as faiss does), or refuse it by name.
# Happens:  vt.T is a view in Fortran order. safetensors writes the bytes as they lie and the shape as it is said:
#           what is read back has the right shape and the numbers of other pins. voyager takes the rows in the same
#           way, and its nearest pin of a pin's own vector is another pin. Neither raises or warns; faiss has it
#           right.
# Seen:     safetensors: equal after a round trip False for vt.T, True for its copy; voyager finds itself: .00 and
#           1.00; faiss 1.00 both.
# Matters:  the pins' half of every truncated SVD, ALS in numpy and PCA comes out as such a view.
# Pinwalk:  refuses an .npy file in Fortran order and says how to convert it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  safetensors==0.8.0 voyager==2.2.3 faiss-cpu==1.15.1 \
  numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import faiss
import numpy as np
import voyager
from safetensors.numpy import load, save

saves = (np.random.default_rng(1).random((60, 400)) < 0.1).astype("f4")
u, s, vt = np.linalg.svd(saves, full_matrices=False)
view = vt[:16].T  # [pins, 16], no copy: columns lie together
copy = np.ascontiguousarray(view)
assert np.array_equal(view, copy)


def itself(found):
    return float(np.mean(found[:, 0] == np.arange(len(copy))))


def safetensors_equal(table):
    return bool(np.array_equal(load(save({"pins": table}))["pins"], copy))


def voyager_itself(table):
    index = voyager.Index(voyager.Space.Euclidean, num_dimensions=16)
    index.add_items(table, num_threads=1)
    return itself(index.query(copy, k=1, num_threads=1)[0])


def faiss_itself(table):
    index = faiss.IndexFlatL2(16)
    index.add(table)
    return itself(index.search(copy, 1)[1])


rows = [[f(t) for t in (view, copy)] for f in (safetensors_equal, voyager_itself, faiss_itself)]
for name, row in zip(("safetensors equal", "voyager itself", "faiss itself"), rows):
    print(f"{name}: view {row[0]}, copy {row[1]}")
as_stated = rows[0] == [False, True] and rows[1][0] < 0.1 and rows[1][1] > 0.95 and min(rows[2]) > 0.95
print("as stated: a table in Fortran order is written and indexed as other numbers" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
