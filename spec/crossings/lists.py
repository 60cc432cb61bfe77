"""Exported lists and the exported split, measured by ranx, ir_measures and torchmetrics, must give the figures of metrics.json.

Usage: python lists.py FOLDER. Agreement is asked to six digits. Skipped for a generation that knows the saves withheld for the test.
"""

import csv
import json
import os
import sys

folder = sys.argv[1]


def rows(name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
    expected = json.load(file)["models"]["pinwalk"]["boardIdeas"]
relevant = {}
for row in rows("split/test.csv"):
    relevant.setdefault(row["board"], set()).add(row["pin"])
external = {row["Id"]: row["ExternalId"] for row in rows("nodes.csv")}
if any(external[row["Target"]] in relevant.get(external[row["Source"]], ()) for row in rows("saves.csv")):
    print("lists: skipped, the generation knows what was withheld; train one with --serve-split train")
    sys.exit(0)
lists = {}
for row in rows("served.csv"):
    own = lists.setdefault(row["query"], {})
    if row["pin"] != "":
        own[row["pin"]] = float(row["score"])
with open(os.path.join(folder, "lists.tsv"), encoding="utf-8", newline="\n") as file:
    for line in file.read().split("\n")[:-1]:
        query, *pins = line.split("\t")
        assert [pin for pin in pins if pin != ""] == list(lists[query])[:20], f"lists and recommendations agree on {query}"
assert set(relevant) <= set(lists), "a query without pins has a line too"
lists = {query: lists[query] for query in relevant}
failed = []


def compare(tool, figures):
    for metric, value in figures.items():
        difference = abs(value - expected[metric]["mean"])
        if difference > 5e-7:
            failed.append(f"{tool} {metric}: {value:.7f}, ours {expected[metric]['mean']:.7f}")
    print(f"{tool}: {', '.join(figures)} of {len(relevant)} boards" + ("" if not failed else f"; DIFFER: {failed}"))


def recall(list_, right):
    best = sorted(list_, key=lambda pin: -list_[pin])[:20]
    return len(set(best) & right) / len(right)


compare("plain Python", {"recall@20": sum(recall(lists[q], r) for q, r in relevant.items()) / len(relevant)})

try:
    from ranx import Qrels, Run, evaluate

    qrels = Qrels({query: {pin: 1 for pin in pins} for query, pins in relevant.items()})
    run = Run({query: own for query, own in lists.items() if own})
    names = {"recall@20": "recall@20", "ndcg@20": "ndcg@20", "hitRate@10": "hit_rate@10", "hitRate@500": "hit_rate@500", "mrr": "mrr"}
    found = evaluate(qrels, run, list(names.values()), make_comparable=True)
    compare("ranx", {ours: float(found[theirs]) for ours, theirs in names.items()})
except ImportError:
    print("ranx: skipped, it is not installed")

try:
    import ir_measures
    from ir_measures import R, RR, Success, nDCG

    qrels = [ir_measures.Qrel(query, pin, 1) for query, pins in relevant.items() for pin in pins]
    run = [ir_measures.ScoredDoc(query, pin, score) for query, own in lists.items() for pin, score in own.items()]
    measures = {"recall@20": R @ 20, "ndcg@20": nDCG @ 20, "hitRate@10": Success @ 10, "hitRate@500": Success @ 500, "mrr": RR}
    found = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    compare("ir_measures", {ours: found[measure] for ours, measure in measures.items()})
except ImportError:
    print("ir_measures: skipped, it is not installed")

try:
    import torch
    from torchmetrics import retrieval

    indexes, scores, targets = [], [], []
    for n, (query, right) in enumerate(relevant.items()):
        places = {**{pin: 0.0 for pin in right if pin not in lists[query]}, **lists[query]}  # those not found count as missed
        for pin, score in places.items():
            indexes.append(n)
            scores.append(score)
            targets.append(pin in right)
    given = {"preds": torch.tensor(scores), "target": torch.tensor(targets), "indexes": torch.tensor(indexes)}
    metrics = {
        "recall@20": retrieval.RetrievalRecall(top_k=20),
        "ndcg@20": retrieval.RetrievalNormalizedDCG(top_k=20),
        "hitRate@10": retrieval.RetrievalHitRate(top_k=10),
        "mrr": retrieval.RetrievalMRR(),
    }
    compare("torchmetrics", {ours: float(metric(**given)) for ours, metric in metrics.items()})
except ImportError:
    print("torchmetrics: skipped, it is not installed")

if failed:
    sys.exit("; ".join(failed))
