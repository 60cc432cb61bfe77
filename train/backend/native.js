// `npm run native`: builds TensorFlow's backend (@tensorflow/tfjs-node) where its own install script finds no download:
// from the TensorFlow wheel of the Python package index, or from a libtensorflow that is already there.
//
//   npm run native                                  fetches the wheel by pip (280 MB) and builds
//   npm run native -- --wheel FILE.whl              takes a wheel that was fetched before
//   npm run native -- --library DIR                 takes DIR/lib/libtensorflow*.so.2 and DIR/include (as libtensorflow archives have them)
//
// Linux; needs python3 (but for --library), make and a C++ compiler. 1 GB in node_modules; `npm ci` removes it again.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.join(import.meta.dirname, '../..');
const addon = path.join(root, 'node_modules/@tensorflow/tfjs-node');
const ADDON = '@tensorflow/tfjs-node@4.22.0';
const WHEEL = 'tensorflow-cpu==2.21.0';
/** What of a wheel is needed: the two libraries, and the headers of the C interface with those they include. */
const WHEEL_PARTS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];

const { values } = parseArgs({ options: { wheel: { type: 'string' }, library: { type: 'string' } } });
const scratch = mkdtempSync(path.join(tmpdir(), 'pinwalk-native-'));
try {
  // Without its install script, which would give up and take the package with it.
  if (!existsSync(addon)) run('npm', ['install', '--no-save', '--ignore-scripts', ADDON]);
  const { libraries, headers } = values.library ? fromLibrary(values.library) : fromWheel(values.wheel ?? fetchWheel());
  place(libraries, headers);
  // "local" tells the install script that the library is there and the addon is to be compiled.
  writeFileSync(path.join(addon, 'scripts/custom-binary.json'), '{"tf-lib":"local"}');
  run('npm', ['rebuild', '@tensorflow/tfjs-node'], { npm_config_nodedir: nodeHeaders() });
  run(process.execPath, ['--eval', check()]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Downloads the wheel for this machine. */
function fetchWheel() {
  run('python3', ['-m', 'pip', 'download', '--no-deps', WHEEL, '--dest', scratch]);
  const file = readdirSync(scratch).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error(`native: pip must have fetched a wheel (got none for ${WHEEL})`);
  return path.join(scratch, file);
}

/** Takes the needed parts out of a wheel, which is a zip file; Python is there, a zip program may not be. */
function fromWheel(wheel) {
  const program = [
    'import sys, zipfile',
    'archive = zipfile.ZipFile(sys.argv[1])',
    'parts = tuple(sys.argv[3:])',
    'archive.extractall(sys.argv[2], [name for name in archive.namelist() if name.startswith(parts)])',
  ].join('\n');
  run('python3', ['-c', program, wheel, scratch, ...WHEEL_PARTS]);
  const folder = path.join(scratch, 'tensorflow');
  return {
    libraries: [
      { from: path.join(folder, 'libtensorflow_cc.so.2'), name: 'libtensorflow.so' },
      { from: path.join(folder, 'libtensorflow_framework.so.2'), name: 'libtensorflow_framework.so' },
    ],
    headers: path.join(folder, 'include'),
  };
}

/** A libtensorflow archive, unpacked. */
function fromLibrary(folder) {
  const libraries = ['libtensorflow', 'libtensorflow_framework'].map((name) => ({
    from: path.join(path.resolve(folder), 'lib', `${name}.so.2`),
    name: `${name}.so`,
  }));
  return { libraries, headers: path.join(path.resolve(folder), 'include') };
}

/** Puts libraries (under the names they know themselves by, and the names the linker asks for) and headers into the addon. */
function place(libraries, headers) {
  const missing = [headers, ...libraries.map(({ from }) => from)].find((file) => !existsSync(file));
  if (missing)
    throw new Error(`native: TensorFlow must hold ${missing} (it does not); give another --wheel or --library`);
  const target = path.join(addon, 'deps');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(path.join(target, 'lib'), { recursive: true });
  for (const { from, name } of libraries) {
    cpSync(from, path.join(target, 'lib', path.basename(from)), { dereference: true });
    symlinkSync(path.basename(from), path.join(target, 'lib', name));
  }
  // The install script looks for this one name before it downloads.
  symlinkSync('libtensorflow.so', path.join(target, 'lib/libtensorflow.so.2.9.1'));
  cpSync(headers, path.join(target, 'include'), { recursive: true });
}

/** Where this Node keeps its headers, so that none are downloaded; undefined leaves it to npm. */
function nodeHeaders() {
  if (process.env.npm_config_nodedir) return process.env.npm_config_nodedir;
  const prefix = path.dirname(path.dirname(process.execPath));
  return existsSync(path.join(prefix, 'include/node/node_api.h')) ? prefix : undefined;
}

/** A program that loads the backend and multiplies. */
function check() {
  return [
    "const util = require('node:util');",
    'util.isNullOrUndefined ??= (value) => value == null;',
    'util.isArray ??= Array.isArray;',
    "const tf = require('@tensorflow/tfjs-node');",
    'const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];',
    'console.log(`TensorFlow backend: ${tf.getBackend()}, 1*3 + 2*4 = ${product}`);',
    "process.exit(tf.getBackend() === 'tensorflow' && product === 11 ? 0 : 1);",
  ].join('\n');
}

function run(command, args, more = {}) {
  const added = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...added },
  });
  if (error || status !== 0) {
    const what = error ? error.message : `exit code ${status}`;
    throw new Error(`native: ${command} ${args.slice(0, 3).join(' ')} must succeed (got ${what}); see the lines above`);
  }
}
