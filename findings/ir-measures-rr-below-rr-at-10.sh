#!/bin/sh
# What:     reciprocal rank of one list of two pins by ir_measures: RR, and RR@10, which looks at the first ten alone.
# Versions: ir_measures 0.4.3, pytrec_eval-terrier 0.5.11 (Python 3.11).
# Guess:    the list is shorter than ten, so RR and RR@10 are one number; the pin with the higher score stands first,
#           so it is 1.
# Happens:  the two measures are computed by different programs. RR goes through trec_eval, which keeps scores as
#           32-bit floats: 100000002 and 100000001 become equal, and a tie goes to the id that is last by its letters.
#           RR@10 compares the scores as given. So RR is below RR@10, which no list can do. The rank column of a run
#           file would not help: it is not read.
# Seen:     RR 0.5, RR@10 1.0; with the scores 2 and 1 both are 1.0. A score of 0.90000002 against 0.90000001 ends
#           likewise.
# Matters:  times in seconds, sums of many visits and finely spaced cosines are scores; two figures of one table then
#           contradict each other.
# Pinwalk:  ranks by its own scores and puts the lower row first where they are equal; a figure does not hang on how
#           ids are spelled.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  ir_measures==0.4.3 pytrec_eval-terrier==0.5.11
"$work/venv/bin/python" - <<'PY'
import sys
import ir_measures
from ir_measures import RR

wanted = {"board": {"pin a": 1}}


def both(first, second):
    run = {"board": {"pin a": first, "pin b": second}}
    figures = ir_measures.calc_aggregate([RR, RR @ 10], wanted, run)
    return figures[RR], figures[RR @ 10]


large, near, plain = both(100000002.0, 100000001.0), both(0.90000002, 0.90000001), both(2.0, 1.0)
for name, pair in (("large", large), ("near", near), ("plain", plain)):
    print(f"{name}: RR {pair[0]}, RR@10 {pair[1]}")
as_stated = large == (0.5, 1.0) and near == (0.5, 1.0) and plain == (1.0, 1.0)
print("as stated: RR is below RR@10 for one list" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
