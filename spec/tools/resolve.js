// tap's TypeScript loader does not read "./src/*.js" export patterns, which hyparquet-writer relies on.
import { register } from 'node:module';

const root = new URL('../', import.meta.resolve('hyparquet')).href;
const hook = `export function resolve(specifier, context, next) {
  return specifier.startsWith('hyparquet/')
    ? { url: '${root}' + specifier.slice(10), format: 'module', shortCircuit: true }
    : next(specifier, context);
}`;
register('data:text/javascript,' + encodeURIComponent(hook));
