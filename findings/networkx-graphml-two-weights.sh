#!/bin/sh
# What:     a pin-board graph with one weight of 1 and one of 0.5, written by NetworkX as GraphML and read by igraph.
# Versions: networkx 3.6.1, igraph 1.0.0 (Python 3.11).
# Guess:    a weight is one attribute, double as soon as one value is; every GraphML reader takes the file.
# Happens:  NetworkX declares a key per Python type: "weight" as long and again "weight" as double. That is valid
#           GraphML, and NetworkX reads it back. igraph refuses the whole file because of the name that stands twice.
#           If all weights are floats, it reads.
# Seen:     two <key ... attr.name="weight">; igraph: "Duplicate attribute name found: 'weight'".
# Matters:  counts that are whole for most saves and fractions for some are the rule; the error comes only with the
#           first fraction.
# Pinwalk:  declares one key per attribute, of type double for weights.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  networkx==3.6.1 igraph==1.0.0 numpy==2.4.6
export work
"$work/venv/bin/python" - <<'PY'
import os
import sys
import igraph
import networkx

folder = os.environ["work"]


def crossing(weights):
    graph = networkx.Graph()
    for pin, weight in enumerate(weights):
        graph.add_edge(f"pin {pin}", "board", weight=weight)
    path = os.path.join(folder, "graph.graphml")
    networkx.write_graphml(graph, path)
    with open(path, encoding="utf-8") as file:
        keys = file.read().count('attr.name="weight"')
    again = networkx.read_graphml(path).number_of_edges()
    try:
        return keys, again, igraph.Graph.Read_GraphML(path).ecount()
    except igraph.InternalError as error:
        return keys, again, str(error)


mixed, floats = crossing([1, 0.5]), crossing([1.0, 0.5])
print(f"mixed: {mixed[0]} keys, networkx {mixed[1]} edges, igraph: {mixed[2]}")
print(f"floats: {floats[0]} key, networkx {floats[1]} edges, igraph: {floats[2]} edges")
as_stated = mixed[:2] == (2, 2) and "Duplicate attribute name" in str(mixed[2]) and floats == (1, 2, 2)
print("as stated: one attribute becomes two keys, and igraph refuses the file" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
