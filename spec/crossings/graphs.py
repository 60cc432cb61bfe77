"""Exported graphs, read by NetworkX and igraph, must have our counts, weights, communities, colors and modularity.

Usage: python graphs.py FOLDER. A tool whose package is not installed is skipped, and that is said. The shared truth is the CSV export.
"""

import csv
import os
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
        if name == "graph.gexf":
            looks = {}
            for key, own in graph.nodes(data=True):
                color = own["viz"]["color"]
                looks.setdefault(communities[key], set()).add((color["r"], color["g"], color["b"]))
                assert abs(own["viz"]["size"] - round(4 * (1 + int(nodes[key]["Degree"])) ** 0.5, 1)) < 0.11, key
            assert all(len(colors) == 1 for colors in looks.values()), "a color a community"
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
    membership = [int(node["community"]) for node in graph.vs]
    own = graph.modularity([max(membership) + 1 if community < 0 else community for community in membership], weights="weight")
    assert abs(own - graph["modularity"]) < 1e-6, (own, graph["modularity"])
except ImportError:
    print("igraph: skipped, it is not installed")
