/** A program outside of this repository compiles and runs against the packed package; `npm run outside` installs it as well. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { fromRoot, root } from '../tools/paths.js';

const isBuilt = existsSync(path.join(root, 'dist/serve/library.d.ts'));
const options = isBuilt ? {} : { skip: 'the package is not built; npm run build' };

t.test('a strict program compiles and runs against the packed package', options, async (t) => {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [fromRoot('spec/outside/outside.js'), '--link'], {
    env,
  });
  for (const [line] of stdout.matchAll(/^.* is left out: .*$/gm)) t.comment(line);
  t.match(stdout, /compiled and ran train, ask, walk/);
});
