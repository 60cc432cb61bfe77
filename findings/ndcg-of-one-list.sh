#!/bin/sh
# What:     NDCG@10 of one list of ten by three packages: three pins withheld, found on places 2 and 5, the third
#           missed.
# Versions: pytrec_eval-terrier 0.5.11, RecTools 0.19.0, lenskit 0.14.4, numpy 2.4.6, pandas 3.1.1 (Python 3.11).
# Guess:    hits on places 2 and 5 over an ideal list of three hits, discounted by 1 / log2(place + 1): .478 in all
#           three, since relevance is 0 or 1 and the familiar quarrels (gains of 2^r - 1, ties) do not arise.
# Happens:  RecTools divides by an ideal list of ten hits, though three exist: no list can reach 1. LensKit of that
#           version discounts by 1 / log2(place), but by 1 on places 1 and 2 alike. Recall and precision of the three
#           agree.
# Seen:     pytrec_eval .4776, RecTools .2240, lenskit .5438.
# Matters:  one list, three figures under one name, more than a factor of two apart; tables that quote each other mix
#           them.
# Pinwalk:  has the first: the ideal is over min(k, withheld pins).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  pytrec_eval-terrier==0.5.11 numpy==2.4.6 scipy==1.17.1 \
  pandas==3.1.1 attrs==26.1.0 typeguard==4.6.1 pydantic==2.14.4
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  --no-deps rectools==0.19.0 lenskit==0.14.4
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

warnings.simplefilter("ignore")
import pandas
import pytrec_eval
from lenskit.metrics import topn
from rectools import Columns
from rectools.metrics import NDCG

pins, withheld = list(range(10)), [1, 4, 99]
wanted = {"board": {str(pin): 1 for pin in withheld}}
run = {"board": {str(pin): float(10 - place) for place, pin in enumerate(pins)}}
trec = pytrec_eval.RelevanceEvaluator(wanted, {"ndcg_cut.10"}).evaluate(run)["board"]["ndcg_cut_10"]
lists = pandas.DataFrame({Columns.User: [1] * 10, Columns.Item: pins, Columns.Rank: range(1, 11)})
tools = NDCG(k=10).calc(lists, pandas.DataFrame({Columns.User: [1] * 3, Columns.Item: withheld}))
ranked = pandas.DataFrame({"item": pins, "rank": range(1, 11)})
kit = topn.ndcg(ranked, pandas.DataFrame({"item": withheld}).set_index("item"), k=10)
figures = [round(float(value), 4) for value in (trec, tools, kit)]
print("pytrec_eval %.4f, RecTools %.4f, lenskit %.4f" % tuple(figures))
as_stated = figures == [0.4776, 0.224, 0.5438]
print("as stated: one list, three figures for NDCG@10" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
