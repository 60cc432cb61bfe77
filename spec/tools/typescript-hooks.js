// Resolves `x.js` to x.ts or x.tsx beside it, and loads what that compiles to.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled-sources.js';

let hyparquet = '';

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
  // tap's own loader, which comes after this until `tap build` has left it out, does not read "./src/*.js" export patterns.
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
