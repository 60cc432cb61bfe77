#!/bin/sh
# What:     one Parquet file a board in folders `board=007`, `board=7`, read as one table by Polars, PyArrow and
#           DuckDB.
# Versions: polars 2.1.0, pyarrow 26.0.1, duckdb 2.0.1 (Python 3.11).
# Guess:    two folders are two boards, in each reader the same two.
# Happens:  Polars and PyArrow make both the number 7: one board with both boards' pins. DuckDB keeps text, and two
#           boards. What a board is called hangs on its neighbors: one more folder `board=1e3` and Polars has 7.0 and
#           1000.0, PyArrow the texts 007, 7 and 1e3; with `board=0x1F` beside 007 PyArrow has 7 and 31, Polars the
#           texts.
# Seen:     polars 7, 7; pyarrow 7, 7; duckdb 007, 7; and the four lines of the two longer lists.
# Matters:  ids that merge give a board another board's pins, in training without any error.
# Pinwalk:  ids are text wherever they come from, leading zeros kept.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1
export work
"$work/venv/bin/python" - <<'PY'
import os
import sys
import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

root = os.environ["work"]


def read(boards):
    files = []
    for board in boards:
        folder = os.path.join(root, f"board={board}")
        os.makedirs(folder, exist_ok=True)
        files.append(os.path.join(folder, "part.parquet"))
        pyarrow.parquet.write_table(pyarrow.table({"pin": [f"pin of {board}"]}), files[-1])
    frame = polars.scan_parquet(files, hive_partitioning=True).collect()
    hive = pyarrow.dataset.partitioning(flavor="hive")
    table = pyarrow.dataset.dataset(files, partitioning=hive, partition_base_dir=root).to_table()
    rows = duckdb.execute("select board from read_parquet(?, hive_partitioning = true)", [files]).fetchall()
    answers = frame["board"].to_list(), table["board"].to_pylist(), [row[0] for row in rows]
    print(boards, "polars %r, pyarrow %r, duckdb %r" % answers)
    return answers


two, power, hexadecimal = read(["007", "7"]), read(["007", "7", "1e3"]), read(["007", "0x1F"])
as_stated = two == ([7, 7], [7, 7], ["007", "7"])
as_stated = as_stated and power == ([7.0, 7.0, 1000.0], ["007", "7", "1e3"], ["007", "7", "1e3"])
as_stated = as_stated and hexadecimal == (["007", "0x1F"], [7, 31], ["007", "0x1F"])
print("as stated: two boards become one in two of three readers" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
