#!/bin/sh
# What:     a column of embeddings, one Float32Array a pin, written to Parquet by hyparquet-writer without naming a
#           type; read by Polars.
# Versions: hyparquet-writer 0.17.0 (Node 20), polars 2.1.0 (Python 3.11).
# Guess:    a list column of floats; or an error that asks for a type, as it gives for ids that mix numbers and text.
# Happens:  the column is JSON text, and a Float32Array becomes an object with its places as names:
#           {"0":0.5,"1":0.25}. A plain array becomes [0.5,0.25]. The file is valid; Polars reads both columns as
#           binary. Nothing on the way says so.
# Seen:     Polars: vector {"0":0.5,"1":0.25} as bytes, plain [0.5,0.25] as bytes; the column of ids is text.
# Matters:  it is the first thing one tries to hand vectors from Node to Python, and no vector arrives.
# Pinwalk:  names every column's type when it writes Parquet.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
echo '{"type": "module", "private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts hyparquet-writer@0.17.0
cat > write.js <<'JS'
import { parquetWriteFile } from 'hyparquet-writer';

await parquetWriteFile({
  filename: 'pins.parquet',
  columnData: [
    { name: 'pin', data: ['a', 'b'] },
    { name: 'vector', data: [Float32Array.of(0.5, 0.25), Float32Array.of(2, 3)] },
    { name: 'plain', data: [[0.5, 0.25], [2, 3]] },
  ],
});
JS
node write.js
python3 -m venv --without-pip venv
python3 -m pip --python venv/bin/python install -q --no-compile --disable-pip-version-check --only-binary=:all: \
  polars==2.1.0
venv/bin/python - <<'PY'
import sys
import polars

frame = polars.read_parquet("pins.parquet")
for name in frame.columns:
    print(name, frame.schema[name], frame[name].to_list())
as_stated = frame["vector"].to_list() == [b'{"0":0.5,"1":0.25}', b'{"0":2,"1":3}']
as_stated = as_stated and frame["plain"].to_list() == [b"[0.5,0.25]", b"[2,3]"] and str(frame.schema["pin"]) == "String"
print("as stated: vectors are written as JSON objects and read as binary" if as_stated else "changed")
sys.exit(0 if as_stated else 1)
PY
