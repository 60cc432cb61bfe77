"""The export for pgvector, loaded by its own load.sql, must give the lists that Pinwalk serves.

Usage: python pgvector.py FOLDER. Skipped unless PINWALK_PSQL names a psql of a database with pgvector, as in
PINWALK_PSQL="psql -h /tmp/db -p 5432 -U me -d postgres".
"""

import csv
import os
import shlex
import subprocess
import sys
import time

folder = sys.argv[1]
K = 20
psql = shlex.split(os.environ.get("PINWALK_PSQL", ""))
if not psql:
    print("pgvector: skipped, PINWALK_PSQL names no psql")
    sys.exit(0)


def run(sql):
    """Lines of a query's result, cells between tabs."""
    text = subprocess.run([*psql, "-v", "ON_ERROR_STOP=1", "-qAt", "-F", "\t"], input=sql, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in text.stdout.splitlines()]


def served(name):
    lists = {}
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["query"], []).append((row["pin"], float(row["servedScore"] or "nan")))
    return lists


began = time.time()
subprocess.run([*psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", "load.sql"], cwd=os.path.join(folder, "pgvector"), check=True)
((pins, boards),) = run("select (select count(*) from pinwalk_pins), (select count(*) from pinwalk_boards);")
print(f"pgvector: {pins} pins and {boards} boards loaded and indexed in {time.time() - began:.0f} s")


def lists(table, vector, query_vector, queries, before=""):
    quoted = ",".join("'" + query.replace("'", "''") + "'" for query in queries)
    sql = f"""{before} select q.id, f.id, f.score from {table} q, lateral (
      select p.id, -(p.{vector} <#> q.{query_vector}) score from pinwalk_pins p
      order by p.{vector} <#> q.{query_vector} limit {K + 200}) f where q.id in ({quoted}) order by q.id, f.score desc;"""
    found = {}
    for query, pin, score in run(sql):
        found.setdefault(query, []).append((pin, float(score)))
    return found


def held(queries):
    quoted = ",".join("'" + query.replace("'", "''") + "'" for query in queries)
    with open(os.path.join(folder, "nodes.csv"), newline="", encoding="utf-8") as file:
        external = {row["Id"]: row["ExternalId"] for row in csv.DictReader(file)}
    pins_of = {}
    with open(os.path.join(folder, "saves.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pins_of.setdefault(external[row["Source"]], set()).add(external[row["Target"]])
    return {query: pins_of.get(query, set()) for query in queries}


failed = False
for name, table, vector, query_vector in (
    ("related.csv", "pinwalk_pins", "vector", "vector"),
    ("ideas.csv", "pinwalk_boards", "vector_for_boards", "vector"),
):
    all_lists = {query: own for query, own in served(name).items() if own[0][0] != ""}
    queries = list(all_lists)[:: max(1, len(all_lists) // 100)]
    known = {query: {query} for query in queries} if name == "related.csv" else held(queries)
    exact = lists(table, vector, query_vector, queries, "set enable_indexscan = off;")
    near = lists(table, vector, query_vector, queries, "set hnsw.ef_search = 400; set enable_seqscan = off;")
    right, recall = 0, 0.0
    for query in queries:
        own = [(pin, score) for pin, score in exact[query] if pin not in known[query]][: len(all_lists[query])]
        score_of = dict(exact[query])
        right += all(
            pin == other or abs(score_of.get(pin, -1e9) - score) < 1e-5 * max(1, abs(score))
            for (pin, _), (other, score) in zip(all_lists[query], own)
        )
        ids = {pin for pin, _ in own}
        recall += len(ids & {pin for pin, _ in [p for p in near[query] if p[0] not in known[query]][:K]}) / len(ids) / len(queries)
    print(f"pgvector: {right} of {len(queries)} lists of {name} equal by exact search; HNSW recall@{K} {recall:.4f}")
    failed |= right < len(queries) or recall < 0.99
sys.exit("pgvector: not as served" if failed else 0)
