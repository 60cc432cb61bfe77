#!/bin/sh
# What:     exactSearch of usearch for Node on vectors that are a part of a longer Float32Array (subarray: a view, no
#           copy).
# Versions: usearch 2.25.3 (Node 20).
# Guess:    a view is the numbers it shows, as for the same package's Index: the pin that equals the query is at
#           distance 0.
# Happens:  exactSearch takes the buffer below the view from its start. It answers by numbers that stand before the
#           vectors; the index of the same package, given the same view, has it right, and exactSearch has it right
#           for a copy.
# Seen:     exactSearch of the view: distance -8; of its copy: 0; the index: 0.
# Matters:  vectors of one file or one shared buffer are views by nature, with a header before them; the exact search
#           is what one checks with.
# Pinwalk:  does not use it: all scores are computed by its own kernels.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
echo '{"type": "module", "private": true}' > package.json
npm install --silent --no-audit --no-fund usearch@2.25.3
cat > finding.js <<'JS'
import { exactSearch, Index } from 'usearch';

const stored = new Float32Array([9, 9, 1, 0, 0, 1, 0.6, 0.8]);
const pins = stored.subarray(2); // three pins of two numbers; the 9s are something else
const query = new Float32Array([1, 0]);
const view = exactSearch(pins, query, 2, 1, 'ip').distances[0];
const copy = exactSearch(pins.slice(), query, 2, 1, 'ip').distances[0];
const index = new Index({ metric: 'ip', dimensions: 2, connectivity: 8 });
index.add(new BigUint64Array([0n, 1n, 2n]), pins);
const indexed = index.search(query, 1).distances[0];
console.log(`exactSearch of a view ${view}, of its copy ${copy}, index of the view ${indexed}`);
const asStated = view === -8 && copy === 0 && indexed === 0;
console.log(asStated ? 'as stated: exactSearch reads before the view' : 'changed');
process.exitCode = asStated ? 0 : 1;
JS
node finding.js
