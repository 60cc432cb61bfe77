"""Vectors as exported, read by the tools they are for, must give the lists that Pinwalk serves.

Usage: python vectors.py FOLDER, where FOLDER holds exports as crossings.js writes them. A tool whose package is not installed is
skipped, and that is said.
"""

import csv
import json
import os
import sys
import time

import numpy as np

folder = sys.argv[1]
K = 20


def at(*names):
    return os.path.join(folder, *names)


def served(name):
    """Served lists with their scores, by query."""
    lists = {}
    with open(at(name), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            own = lists.setdefault(row["query"], [])
            if row["pin"] != "":
                own.append((row["pin"], float(row["servedScore"])))
    return lists


def ids_of(name):
    with open(at(name), encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")[:-1]


pins = np.load(at("npy", "pins.npy"))
pins_for_boards = np.load(at("npy", "pins-for-boards.npy"))
boards = np.load(at("npy", "boards.npy"))
pin_ids, board_ids = ids_of("npy/pins.txt"), ids_of("npy/boards.txt")
row_of = {pin: n for n, pin in enumerate(pin_ids)}
related, ideas = served("related.csv"), served("ideas.csv")
known = {}
with open(at("saves.csv"), newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        known.setdefault(row["Source"], []).append(row["Target"])
with open(at("nodes.csv"), newline="", encoding="utf-8") as file:
    external = {row["Id"]: row["ExternalId"] for row in csv.DictReader(file)}
known = {external[board]: {external[pin] for pin in held} for board, held in known.items()}


def best(scores, left_out):
    """Rows best first, equal scores the lower row first, as Pinwalk breaks ties."""
    scores = scores.copy()
    scores[left_out] = -np.inf
    few = np.argpartition(-scores, min(K + 10, len(scores) - 1))[: K + 10]
    return few[np.lexsort((few, -scores[few]))][: K]


def same(ours, theirs, score_of):
    """The same pins in the same order, but for scores that agree to six digits of the largest."""
    if len(ours) > len(theirs):
        return False
    for (pin, _), other in zip(ours, theirs):
        if pin != pin_ids[other] and abs(score_of(row_of[pin]) - score_of(other)) > 1e-6 * max(1, abs(score_of(other))):
            return False
    return True


def check_flat(what, score_pins, score_boards, pin_rows=None, board_rows=None):
    """Every list, or every list of some rows, by plain inner products."""
    pin_rows = range(len(pin_ids)) if pin_rows is None else pin_rows
    board_rows = range(len(board_ids)) if board_rows is None else board_rows
    right = [0, 0]
    for row in pin_rows:
        scores = score_pins(row)
        right[0] += same(related[pin_ids[row]], best(scores, [row]), lambda n: scores[n])
    for row in board_rows:
        scores = score_boards(row)
        own = [row_of[pin] for pin in known.get(board_ids[row], ()) if pin in row_of]
        right[1] += same(ideas[board_ids[row]], best(scores, own), lambda n: scores[n])
    asked = (len(pin_rows), len(board_rows))
    print(f"{what}: {right[0]} of {asked[0]} lists of pins equal, {right[1]} of {asked[1]} of boards")
    if right != list(asked):
        failures.append(what)


failures = []
some_pins = range(0, len(pin_ids), max(1, len(pin_ids) // 300))
some_boards = range(0, len(board_ids), max(1, len(board_ids) // 300))
assert pins.dtype == np.float32 and pins_for_boards[:, -1].min() == 0 and len(set(boards[:, -1])) == 1
assert np.allclose(np.linalg.norm(pins, axis=1), 1, atol=1e-5), "every row is a pin with an embedding"
check_flat("NumPy", lambda n: pins @ pins[n], lambda n: pins_for_boards @ boards[n])


def tool(name):
    """The module, or None with a word."""
    try:
        return __import__(name)
    except ImportError:
        print(f"{name}: skipped, it is not installed")
        return None


if tool("safetensors"):
    from safetensors import safe_open

    with safe_open(at("vectors.safetensors"), "np") as tensors:
        for name, expected in (("pins", pins), ("pins_for_boards", pins_for_boards), ("boards", boards)):
            assert np.array_equal(tensors.get_tensor(name), expected), name
        metadata = tensors.metadata()
    assert json.loads(metadata["pin_ids"]) == pin_ids and json.loads(metadata["board_ids"]) == board_ids
    assert len(json.loads(metadata["pin_titles"])) == len(json.loads(metadata["pin_attributes"])) == len(pin_ids)
    print("safetensors: the same numbers, ids, titles and attributes")

if tool("pyarrow"):
    import pyarrow.parquet as parquet

    table = parquet.read_table(at("parquet", "pins.parquet"))
    assert [str(field.type) for field in table.schema][:5] == ["string", "string", "int32", "int32", "string"], table.schema
    assert table["id"].to_pylist() == pin_ids
    for name, expected in (("vector", pins), ("vectorForBoards", pins_for_boards)):
        values = table[name].combine_chunks().flatten().to_numpy()
        assert np.array_equal(values.reshape(expected.shape), expected), name
    print("pyarrow: the same numbers and ids")

if tool("polars"):
    import polars

    frame = polars.read_parquet(at("parquet", "boards.parquet"))
    assert frame["vector"].dtype == polars.List(polars.Float32) and frame["id"].to_list() == board_ids
    assert np.array_equal(np.stack(frame["vector"].to_numpy()), boards)
    print("polars: the same numbers and ids")

if tool("duckdb"):
    import duckdb

    duckdb.sql(f"create table pins as select row_number() over () - 1 as n, * from '{at('parquet', 'pins.parquet')}'")
    duckdb.sql(f"create table boards as select * from '{at('parquet', 'boards.parquet')}'")
    duckdb.sql(f"create table lists as select * from read_csv('{at('related.csv')}', header=true, all_varchar=true)")
    product = "list_dot_product"
    few = [pin_ids[n] for n in list(some_pins)[:50]]
    query = f"""select p.n from pins p, (select vector from pins where id = ?) q
                where p.id <> ? order by {product}(p.vector, q.vector) desc, p.n limit {K}"""
    right = 0
    for pin in few:
        rows = [n for (n,) in duckdb.execute(query, [pin, pin]).fetchall()]
        scores = pins @ pins[row_of[pin]]
        right += same(related[pin], rows, lambda n: scores[n])
    print(f"DuckDB: {right} of {len(few)} lists of pins equal")
    if right < len(few):
        failures.append("DuckDB")

if tool("onnxruntime"):
    import onnxruntime

    model = onnxruntime.InferenceSession(at("onnx", "related-pins.onnx"))
    assert json.loads(model.get_modelmeta().custom_metadata_map["pin_ids"]) == pin_ids == ids_of("onnx/pins.txt")
    rows = np.array(list(some_pins), np.int64)
    found, scores = model.run(["pins", "scores"], {"pin": rows, "k": np.array([K], np.int64)})
    right = 0
    for n, row in enumerate(rows):
        exact = pins @ pins[row]
        right += same(related[pin_ids[row]], found[n], lambda m: exact[m])
    model = onnxruntime.InferenceSession(at("onnx", "board-ideas.onnx"))
    asked = right_boards = 0
    for row in some_boards:
        own = [row_of[pin] for pin in known[board_ids[row]] if pin in row_of]
        (ranked,) = model.run(["pins"], {"board": np.array(own, np.int64), "k": np.array([K], np.int64)})
        exact = pins_for_boards @ boards[row]
        asked += 1
        right_boards += same(ideas[board_ids[row]], ranked[0], lambda m: exact[m])
    print(f"onnxruntime: {right} of {len(rows)} lists of pins equal, {right_boards} of {asked} of boards")
    if (right, right_boards) != (len(rows), asked):
        failures.append("onnxruntime")


def recall(found, exact):
    return np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, exact)])


exact_pins = np.stack([best(pins @ pins[n], [n]) for n in some_pins])
exact_boards = np.stack([best(pins_for_boards @ boards[n], []) for n in some_boards])


def check_recall(what, pins_found, boards_found):
    figures = recall(pins_found, exact_pins), recall(boards_found, exact_boards)
    print(f"{what}: recall@{K} {figures[0]:.4f} of related pins, {figures[1]:.4f} of boards' ideas")
    if min(figures) < 0.99:
        failures.append(what)


def without_own(found):
    return [[n for n in list_ if n != own][:K] for own, list_ in zip(some_pins, found)]


if tool("faiss"):
    import faiss

    flat, flat_boards = faiss.IndexFlatIP(pins.shape[1]), faiss.IndexFlatIP(pins_for_boards.shape[1])
    flat.add(pins)
    flat_boards.add(pins_for_boards)
    _, found = flat.search(pins, K + 1)
    right = sum(
        same(related[pin_ids[n]], [m for m in found[n] if m != n][:K], lambda m, s=pins @ pins[n]: s[m])
        for n in range(len(pin_ids))
    )
    print(f"faiss flat: {right} of {len(pin_ids)} lists of pins equal")
    if right < len(pin_ids):
        failures.append("faiss flat")
    began = time.time()
    graph, graph_boards = (faiss.IndexHNSWFlat(array.shape[1], 32, faiss.METRIC_INNER_PRODUCT) for array in (pins, pins_for_boards))
    for index, array in ((graph, pins), (graph_boards, pins_for_boards)):
        index.hnsw.efConstruction, index.hnsw.efSearch = 200, 400
        index.add(array)
    _, found = graph.search(pins[list(some_pins)], K + 1)
    _, found_boards = graph_boards.search(boards[list(some_boards)], K)
    check_recall(f"faiss HNSW ({time.time() - began:.0f} s)", without_own(found), found_boards)

if tool("hnswlib"):
    import hnswlib

    began = time.time()
    founds = []
    for array, queries, count in ((pins, pins[list(some_pins)], K + 1), (pins_for_boards, boards[list(some_boards)], K)):
        index = hnswlib.Index("ip", array.shape[1])
        index.init_index(len(array), M=32, ef_construction=200, random_seed=1)
        index.add_items(array)
        index.set_ef(400)
        founds.append(index.knn_query(queries, count)[0])
    check_recall(f"hnswlib ({time.time() - began:.0f} s)", without_own(founds[0]), founds[1])

if failures:
    sys.exit(f"not as served: {', '.join(failures)}")
