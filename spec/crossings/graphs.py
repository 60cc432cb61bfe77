"""Exported graphs, read by NetworkX, igraph, graphology and Gephi's toolkit, must have our counts, weights, communities, colors and
modularity.

Usage: python graphs.py FOLDER. A tool that is not installed is skipped, and that is said. The shared truth is the CSV export. Gephi's
toolkit is the jar that PINWALK_GEPHI names, else Maven brings it.
"""

import csv
import os
import shutil
import subprocess
import sys

folder = sys.argv[1]


def rows(name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


nodes = {row["Id"]: row for row in rows("nodes.csv")}
weights = {(row["Source"], row["Target"]): float(row["Weight"]) for row in rows("saves.csv")}
communities = {key: int(row["Community"]) for key, row in nodes.items()}


def at(name):
    return os.path.join(folder, name)


def compare(tool, found_nodes, found_weights, modularity):
    """Nodes by key with their attributes, weights by both ends."""
    assert set(found_nodes) == set(nodes), f"{tool}: keys of nodes"
    for key, attributes in found_nodes.items():
        own = nodes[key]
        assert int(attributes["community"]) == communities[key], f"{tool}: community of {key}"
        assert int(attributes["degree"]) == int(own["Degree"]) and attributes["externalId"] == own["ExternalId"], f"{tool}: {key}"
    both = {**weights, **{(pin, board): weight for (board, pin), weight in weights.items()}}
    assert len(found_weights) == len(weights) and all(both[ends] == weight for ends, weight in found_weights.items()), f"{tool}: weights"
    print(f"{tool}: {len(nodes)} nodes, {len(weights)} edges, weights, communities" + (f", modularity {modularity}" if modularity else ""))


def check_looks(tool, looks):
    """Colors and sizes by key: one color a community, no two alike among the first, areas as degrees."""
    colors = {}
    for key, (color, size) in looks.items():
        colors.setdefault(communities[key], set()).add(tuple(color))
        assert abs(size - 4 * (1 + int(nodes[key]["Degree"])) ** 0.5) < 0.06, f"{tool}: size of {key}"
    assert all(len(own) == 1 for own in colors.values()), f"{tool}: a color a community"
    assert len(set.union(*colors.values())) > min(len(colors), 60) - 1 > 0, f"{tool}: colors of their own"


def compare_printed(tool, command):
    """What ReadWithGephi.java and read-with-graphology.js print."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{tool}: {done.stderr[-500:]}"
    found, weights_found, looks = {}, {}, {}
    for line in done.stdout.split("\n")[:-1]:
        kind, *cells = line.split("\t", 8)
        if kind == "edge":
            weights_found[cells[0], cells[1]] = float(cells[2])
            continue
        key, community, degree, red, green, blue, size, external = cells
        found[key] = {"community": community, "degree": degree, "externalId": external}
        if red != "":
            looks[key] = ((red, green, blue), float(size))
    compare(tool, found, weights_found, None)
    if looks:
        check_looks(tool, looks)


try:
    import networkx

    for name, read in (("graph.graphml", networkx.read_graphml), ("graph.gexf", networkx.read_gexf)):
        try:
            graph = read(at(name))
        except networkx.NetworkXError as error:
            print(f"NetworkX {networkx.__version__}: {name} is not read: {error}")
            continue
        edges = {(a, b): float(own["weight"]) for a, b, own in graph.edges(data=True)}
        compare(f"NetworkX, {name}", dict(graph.nodes(data=True)), edges, graph.graph.get("modularity"))
        looks = {}
        for key, own in graph.nodes(data=True):
            seen = own["viz"]["color"] if "viz" in own else own
            looks[key] = ((seen["r"], seen["g"], seen["b"]), own["viz"]["size"] if "viz" in own else own["size"])
        check_looks(f"NetworkX, {name}", looks)
        if "modularity" in graph.graph:
            parts = {}
            for key, community in communities.items():
                parts.setdefault(community, set()).add(key)
            for key in parts.pop(-1, set()):
                graph.remove_node(key)  # without saves
            found = networkx.algorithms.community.modularity(graph, list(parts.values()))
            assert abs(found - float(graph.graph["modularity"])) < 1e-6, (found, graph.graph["modularity"])
            print(f"NetworkX finds the same modularity, {found:.4f}")
except ImportError:
    print("NetworkX: skipped, it is not installed")

try:
    import igraph

    graph = igraph.Graph.Read_GraphML(at("graph.graphml"))
    found = {node["id"]: node.attributes() for node in graph.vs}
    edges = {(graph.vs[edge.source]["id"], graph.vs[edge.target]["id"]): edge["weight"] for edge in graph.es}
    compare("igraph, graph.graphml", found, edges, graph["modularity"])
    check_looks("igraph, graph.graphml", {node["id"]: ((node["r"], node["g"], node["b"]), node["size"]) for node in graph.vs})
    membership = [int(node["community"]) for node in graph.vs]
    own = graph.modularity([max(membership) + 1 if community < 0 else community for community in membership], weights="weight")
    assert abs(own - graph["modularity"]) < 1e-6, (own, graph["modularity"])
except ImportError:
    print("igraph: skipped, it is not installed")

here = os.path.dirname(os.path.abspath(__file__))
for name in ("graph.gexf", "graph.graphml", "graph.json"):
    compare_printed(f"graphology, {name}", ["node", os.path.join(here, "read-with-graphology.js"), at(name)])

jar = os.environ.get("PINWALK_GEPHI")
if not shutil.which("java") or not (jar or shutil.which("mvn")):
    print("Gephi's toolkit: skipped, there is no Java, or neither Maven nor PINWALK_GEPHI")
else:
    if not jar:
        artifact = "org.gephi:gephi-toolkit:0.10.1:jar:all"
        subprocess.run(["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"], check=True)
        jar = at("gephi-toolkit-0.10.1-all.jar")
    for name in ("graph.gexf", "graph.graphml"):
        compare_printed(f"Gephi's toolkit, {name}", ["java", "-cp", jar, os.path.join(here, "ReadWithGephi.java"), at(name)])
