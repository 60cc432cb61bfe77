"""Writes one small collection as Parquet by every writer that is installed, with its defaults and with each of its codecs.

Usage: python parquet_writers.py FOLDER. Prints a line a file: writer, what is told it, path; or what was skipped and why. The
same saves come from each: saves.jsonl in FOLDER, with board, pin, savedAt (seconds) and weight.
"""

import datetime
import json
import os
import sys

folder = sys.argv[1]
with open(os.path.join(folder, "saves.jsonl"), encoding="utf-8") as file:
    saves = [json.loads(line) for line in file]
columns = {name: [save[name] for save in saves] for name in saves[0]}
times = [datetime.datetime.fromtimestamp(second, datetime.timezone.utc) for second in columns["savedAt"]]
naive = [time.replace(tzinfo=None) for time in times]
lists = {}
for save in saves:
    lists.setdefault(save["board"], []).append(save["pin"])


def at(writer, told, ending=".parquet"):
    """The path of a file, which is announced when it is written."""
    name = f"{writer}-{told}".replace(" ", "-").replace("=", "-")
    return os.path.join(folder, name + ending)


def wrote(writer, told, path, shape="saves"):
    print(json.dumps({"writer": writer, "told": told, "path": path, "shape": shape}), flush=True)


def skipped(writer, told, error):
    print(json.dumps({"writer": writer, "told": told, "skipped": f"{type(error).__name__}: {error}"[:160]}), flush=True)


def each(writer, variants, write):
    """Writes each variant; a codec that this build of the writer lacks is skipped."""
    for told, options in variants.items():
        path = at(writer, told, options.pop("ending", ".parquet"))
        shape = options.pop("shape", "saves")
        try:
            write(path, **options)
        except Exception as error:  # whatever a writer raises for a codec it lacks
            skipped(writer, told, error)
        else:
            wrote(writer, told, path, shape)


def with_pyarrow():
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = f"pyarrow {pa.__version__}"

    def table(unit="us", zone="UTC", text=None):
        text = text or pa.string()
        return pa.table(
            {
                "board": pa.array(columns["board"], text),
                "pin": pa.array(columns["pin"], text),
                "savedAt": pa.array(times if zone else naive, pa.timestamp(unit, zone)),
                "weight": pa.array(columns["weight"], pa.float64()),
            }
        )

    variants = {"defaults": {}}
    for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
        variants[codec] = {"compression": codec}
    for version in ["1.0", "2.4", "2.6"]:
        variants[f"format {version}"] = {"version": version}
    variants["pages of version 2"] = {"data_page_version": "2.0"}
    variants["no dictionary"] = {"use_dictionary": False}
    variants["INT96"] = {"use_deprecated_int96_timestamps": True}
    variants["groups of 7 rows"] = {"row_group_size": 7}
    each(writer, variants, lambda path, **options: pq.write_table(table(), path, **options))
    shapes = {f"{unit} {zone or 'no zone'}": {"unit": unit, "zone": zone} for unit in ["s", "ms", "us", "ns"] for zone in ["UTC", None]}
    shapes["large_string"] = {"text": pa.large_string()}
    each(writer, shapes, lambda path, **options: pq.write_table(table(**options), path))
    nested = pa.table({"board": list(lists), "pin": pa.array(list(lists.values()), pa.list_(pa.string()))})
    levels = {"list a board": {"shape": "lists"}, "list a board, two levels": {"shape": "lists", "use_compliant_nested_type": False}}
    each(writer, levels, lambda path, **options: pq.write_table(nested, path, **options))


def with_pandas():
    import pandas as pd

    frame = pd.DataFrame({**columns, "savedAt": times})
    writer = f"pandas {pd.__version__}"
    variants = {"defaults": {}, "index kept": {"index": True}}
    for codec in [None, "snappy", "gzip", "brotli", "zstd", "lz4"]:
        variants[codec or "none"] = {"compression": codec}
    each(writer, variants, frame.to_parquet)


def with_polars():
    import polars as pl

    frame = pl.DataFrame({**columns, "savedAt": times})
    writer = f"polars {pl.__version__}"
    variants = {"defaults": {}}
    for codec in ["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4"]:
        variants[codec] = {"compression": codec}
    each(writer, variants, frame.write_parquet)
    nested = frame.group_by("board", maintain_order=True).agg(pl.col("pin"))
    each(writer, {"list a board": {"shape": "lists"}}, nested.write_parquet)


def with_duckdb():
    import duckdb

    writer = f"duckdb {duckdb.__version__}"
    connection = duckdb.connect()
    source = os.path.join(folder, "saves.jsonl")
    connection.execute(
        "CREATE TABLE saves AS SELECT board, pin, to_timestamp(savedAt) AS savedAt, weight "
        f"FROM read_json('{source}', columns={{board: 'VARCHAR', pin: 'VARCHAR', savedAt: 'BIGINT', weight: 'DOUBLE'}})"
    )

    def copy(path, query="saves", settings=""):
        connection.execute(f"COPY {query} TO '{path}' (FORMAT parquet{settings})")

    variants = {"defaults": {}}
    for codec in ["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4", "lz4_raw"]:
        variants[codec] = {"settings": f", CODEC {codec}"}
    variants["version 2"] = {"settings": ", PARQUET_VERSION v2"}
    variants["folders by board"] = {"settings": ", PARTITION_BY (board)", "ending": ""}
    variants["a file a thread"] = {"settings": ", PER_THREAD_OUTPUT", "ending": ""}
    variants["list a board"] = {"query": "(SELECT board, list(pin) AS pin FROM saves GROUP BY board)", "shape": "lists"}
    each(writer, variants, copy)


def with_spark():
    import pyspark
    from pyspark.sql import SparkSession, functions

    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config(
        "spark.sql.session.timeZone", "UTC"
    ).getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    writer = f"spark {pyspark.__version__}"
    rows = [(save["board"], save["pin"], second, float(save["weight"])) for save, second in zip(saves, columns["savedAt"])]
    frame = spark.createDataFrame(rows, "board string, pin string, second long, weight double")
    frame = frame.select("board", "pin", functions.timestamp_seconds("second").alias("savedAt"), "weight").repartition(3)

    def write(path, codec=None, by=(), times=None, frame=frame):
        if times:
            spark.conf.set("spark.sql.parquet.outputTimestampType", times)
        out = frame.write.option("compression", codec) if codec else frame.write
        (out.partitionBy(*by) if by else out).parquet(path)
        spark.conf.unset("spark.sql.parquet.outputTimestampType")

    variants = {"defaults": {"ending": ""}}
    for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4", "lz4raw"]:
        variants[codec] = {"codec": codec, "ending": ""}
    for kind in ["TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"]:
        variants[kind] = {"times": kind, "ending": ""}
    variants["folders by board"] = {"by": ["board"], "ending": ""}
    nested = frame.groupBy("board").agg(functions.collect_list("pin").alias("pin"))
    variants["list a board"] = {"frame": nested, "ending": "", "shape": "lists"}
    each(writer, variants, write)
    spark.stop()


for write in [with_pyarrow, with_pandas, with_polars, with_duckdb, with_spark]:
    try:
        write()
    except ImportError as error:
        skipped(write.__name__.removeprefix("with_"), "all", error)
