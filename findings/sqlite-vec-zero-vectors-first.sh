#!/bin/sh
# What:     the nearest five by cosine in sqlite-vec, where some pins have no signal yet and are stored as zeros.
# Versions: sqlite-vec 0.1.9, apsw 3.54.1.0 (SQLite for Python), numpy 2.4.6 (Python 3.11).
# Guess:    a cosine with a zero vector has no value, so such pins come last, or are left out, or count as distance 1.
# Happens:  their distance is NULL, NULL sorts before every number, and the search keeps them as the nearest: as many
#           zero vectors as there are take the first places, and five of them hide every other pin, the query's own
#           among them.
# Seen:     with seven zeros of ten the first five are rows 1 to 5, all at NULL; with two of ten they take the first
#           two places.
# Matters:  new pins and boards have no vector; a table with k of them answers every question with these k.
# Pinwalk:  a score that says nothing about a pin drops out, and no zero vector is searched.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  sqlite-vec==0.1.9 apsw==3.54.1.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import apsw
import numpy as np
import sqlite_vec


def nearest(zeros):
    database = apsw.Connection(":memory:")
    database.enable_load_extension(True)
    database.load_extension(sqlite_vec.loadable_path())
    database.execute("create virtual table pins using vec0(vector float[4] distance_metric=cosine)")
    for row in range(1, 11):
        vector = np.array([0, 0, 0, 0] if row <= zeros else [row, 1, 0, 0], "f4")
        database.execute("insert into pins(rowid, vector) values (?, ?)", (row, vector.tobytes()))
    query = np.array([10, 1, 0, 0], "f4").tobytes()
    found = database.execute("select rowid, distance from pins where vector match ? and k = 5 order by distance", (query,))
    return list(found)


none, two, seven = nearest(0), nearest(2), nearest(7)
for name, rows in (("no zeros", none), ("two", two), ("seven", seven)):
    print(name, [(row, None if distance is None else round(distance, 4)) for row, distance in rows])
as_stated = none[0][0] == 10 and two[:2] == [(1, None), (2, None)] and two[2][0] == 10
as_stated = as_stated and seven == [(row, None) for row in range(1, 6)]
print("as stated: zero vectors are nearest to everything" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
