// Resolves `x.js` to x.ts or x.tsx beside it and compiles it, types unchecked, once: what a source compiles to is kept in .tap/compiled
// under a hash of its text. tap's own loader compiles every import anew in each of a hundred processes, which was a quarter of their time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(import.meta.dirname, '../..');
const cache = path.join(root, '.tap/compiled');
const settings = readFileSync(path.join(root, 'tsconfig.json'), 'utf8');
let hyparquet = '';
mkdirSync(cache, { recursive: true });

const isPackage = (/** @type {string} */ url) => url.includes('/node_modules/');

export function initialize(/** @type {{ hyparquet: string }} */ given) {
  ({ hyparquet } = given);
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  const { parentURL } = context;
  // A pool of threads, which lies in a package, imports the files of its threads by their whole address.
  const isOurs = specifier.startsWith('file:') || (specifier.startsWith('.') && parentURL && !isPackage(parentURL));
  if (isOurs && specifier.endsWith('.js')) {
    for (const ending of ['.ts', '.tsx']) {
      const url = new URL(specifier.replace(/\.js$/, ending), parentURL);
      if (!isPackage(url.href) && existsSync(url)) return { url: url.href, format: 'module', shortCircuit: true };
    }
  }
  // tap's loader, which comes after this, does not read "./src/*.js" export patterns, which hyparquet-writer relies on.
  if (specifier.startsWith('hyparquet/')) {
    return { url: hyparquet + specifier.slice('hyparquet/'.length), format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!/\.tsx?$/.test(url) || isPackage(url)) return next(url, context);
  return { format: 'module', source: await compiled(fileURLToPath(url)), shortCircuit: true };
}

/** @param {string} file */
async function compiled(file) {
  const text = readFileSync(file, 'utf8');
  const hash = createHash('sha256').update(settings).update(file).update(text).digest('hex').slice(0, 32);
  const kept = path.join(cache, `${hash}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const { default: ts } = await import('typescript');
  const given = ts.parseConfigFileTextToJson('tsconfig.json', settings).config;
  const { options } = ts.convertCompilerOptionsFromJson(given.compilerOptions, root);
  const module = ts.ModuleKind.ES2022;
  const compilerOptions = { ...options, module, noEmit: false, inlineSourceMap: true, inlineSources: true };
  const { outputText } = ts.transpileModule(text, { fileName: file, compilerOptions });
  // Renamed when whole, since other processes look for it.
  const aside = `${kept}.${process.pid}`;
  writeFileSync(aside, outputText);
  renameSync(aside, kept);
  return outputText;
}
