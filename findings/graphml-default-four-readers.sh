#!/bin/sh
# What:     a GraphML file whose keys declare a <default>, as the format allows: community 7, weight 2.5, seen true.
#           Four readers.
# Versions: networkx 3.6.1, igraph 1.0.0, networkit 11.3 (Python 3.11); graphology 0.26.0, graphology-graphml 0.5.2
#           (Node 20).
# Guess:    nodes and edges without a value have the default, in each reader; at the worst a reader passes over
#           defaults.
# Happens:  four readers, four graphs. igraph has 7 and 2.5. NetworkX puts node defaults aside: the node has no
#           community, the edge no weight. NetworKit calls the edge's weight 0. graphology has the default as text,
#           "7" and "2.5", beside numbers where a value is given, and its community package then takes a weight that
#           is text for 1. And `1` for a boolean (valid in XML) is false in it.
# Seen:     weight of the edge without one: igraph 2.5, networkx none, networkit 0.0, graphology "2.5".
# Matters:  a writer that saves space by defaults gives graphs whose communities differ by the tool that opens them.
# Pinwalk:  writes every value where it belongs and no <default>.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 -m venv --without-pip "$work/venv"
python3 -m pip --python "$work/venv/bin/python" install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  networkx==3.6.1 igraph==1.0.0 networkit==11.3 \
  numpy==2.4.6
cd "$work"
echo '{"type": "module", "private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts graphology@0.26.0 graphology-types@0.24.8 graphology-graphml@0.5.2
cat > defaults.graphml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="c" for="node" attr.name="community" attr.type="int"><default>7</default></key>
  <key id="s" for="node" attr.name="seen" attr.type="boolean"><default>true</default></key>
  <key id="w" for="edge" attr.name="weight" attr.type="double"><default>2.5</default></key>
  <graph edgedefault="undirected">
    <node id="a"/>
    <node id="b"><data key="c">3</data><data key="s">1</data></node>
    <node id="c"><data key="c">3</data></node>
    <edge source="a" target="b"/>
    <edge source="b" target="c"><data key="w">9</data></edge>
  </graph>
</graphml>
XML
"$work/venv/bin/python" - > seen.txt <<'PY'
import igraph
import networkit
import networkx

graph = networkx.read_graphml("defaults.graphml")
edge = graph.edges["a", "b"]
print("networkx community", graph.nodes["a"].get("community"), "weight", edge.get("weight"))
graph = igraph.Graph.Read_GraphML("defaults.graphml")
print("igraph community", graph.vs[0]["community"], "weight", graph.es[0]["weight"])
graph = networkit.graphio.GraphMLReader().read("defaults.graphml")
print("networkit weight", graph.weight(0, 1))
PY
cat > finding.js <<'JS'
import Graph from 'graphology';
import graphml from 'graphology-graphml';
import { readFileSync } from 'node:fs';

const graph = graphml.parse(Graph, readFileSync('defaults.graphml', 'utf8'));
const weight = graph.getEdgeAttribute(graph.edge('a', 'b'), 'weight');
const { community } = graph.getNodeAttributes('a');
console.log('graphology community', JSON.stringify(community), 'weight', JSON.stringify(weight));
console.log('graphology seen', graph.getNodeAttribute('b', 'seen'));
JS
node finding.js >> seen.txt
cat seen.txt
cat > stated.txt <<'TXT'
networkx community None weight None
igraph community 7.0 weight 2.5
networkit weight 0.0
graphology community "7" weight "2.5"
graphology seen false
TXT
grep -v '^identified' seen.txt | cmp -s - stated.txt || { echo changed; exit 1; }
echo 'as stated: four readers, four graphs'
