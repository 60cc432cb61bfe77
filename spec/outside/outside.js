/**
 * Installs the packed package in an empty folder and compiles and runs a program against it, as a stranger would: `npm run outside`.
 *
 * With --link the package's own dependencies are taken from here instead of being installed, in seconds and without a registry; what
 * of the program needs a package that is not here is left out, and said.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const isLinked = process.argv.includes('--link');
const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-outside-'));
const modules = path.join(folder, 'node_modules');

/** Output goes where ours does; what fails ends this program with its exit code. */
function run(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  console.log(`$ ${[path.basename(command), ...args].join(' ')}`);
  execFileSync(command, args, { cwd: folder, stdio: 'inherit' });
}

function pack() {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  console.log(`${packed.filename}: ${packed.entryCount} files, ${(packed.unpackedSize / 2 ** 20).toFixed(1)} MiB`);
  return path.join(folder, packed.filename);
}

/** Links what is installed here, and unpacks the package among it. */
function link(/** @type {string} */ tarball) {
  mkdirSync(path.join(modules, 'pinwalk'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', path.join(modules, 'pinwalk'), '--strip-components=1']);
  const own = path.join(root, 'node_modules');
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  mkdirSync(path.join(modules, '@types'));
  const types = readdirSync(path.join(own, '@types')).map((name) => `@types/${name}`);
  const others = readdirSync(own).filter((name) => !name.startsWith('.') && name !== '@types');
  // Types that only we have must not help the program to compile; those of what it mounts the server in are its own.
  const isAllowed = (/** @type {string} */ name) => name === '@types/express' || !(name in devDependencies);
  for (const name of [...types.filter(isAllowed), ...others]) {
    symlinkSync(path.join(own, name), path.join(modules, name));
  }
}

/** What the program itself is made with. */
const tools = ['typescript@5.9.3', 'express@5', '@types/express@5', '@types/node@20'];

try {
  if (!existsSync(path.join(root, 'dist/serve/library.d.ts')))
    throw new Error('outside: the package must be built: npm run build');
  cpSync(path.join(import.meta.dirname, 'program'), folder, { recursive: true });
  const tarball = pack();
  if (isLinked) link(tarball);
  else run('npm', 'install', '--no-audit', '--no-fund', tarball, ...tools);
  const programs = ['train', 'ask', 'walk', 'kernels', 'serve'].filter((name) => {
    const missing = importsOf(name).find((package_) => !existsSync(path.join(modules, package_)));
    if (missing === undefined) return true;
    console.log(`${name}.ts is left out: ${missing} is not installed`);
    rmSync(path.join(folder, `${name}.ts`));
    return false;
  });
  run(process.execPath, path.join(modules, 'typescript/bin/tsc'));
  for (const name of programs) run(process.execPath, `built/${name}.js`);
  console.log(`Node ${process.version}: compiled and ran ${programs.join(', ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Packages that a program imports, by name. */
function importsOf(/** @type {string} */ name) {
  const text = readFileSync(path.join(folder, `${name}.ts`), 'utf8');
  const names = [...text.matchAll(/(?:from|import) '([^'.][^']*)'/g)].map(([, specifier]) => specifier ?? '');
  const plain = names.map((specifier) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/'),
  );
  return plain.filter((package_) => !package_.startsWith('node:'));
}
