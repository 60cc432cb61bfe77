// What TypeScript sources compile to, types unchecked, each once: kept in .tap/compiled under a hash of its text. A loader that compiles
// every import anew does so in each of a hundred and fifty processes, which was a quarter of their time.
// `node spec/tools/compiled-sources.js` compiles all of them beforehand in one process, since loading TypeScript itself takes half a second.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const cache = path.join(root, '.tap/compiled');
const settings = readFileSync(path.join(root, 'tsconfig.json'), 'utf8');
mkdirSync(cache, { recursive: true });

/** @param {string} file */
export async function compiled(file) {
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

if (process.argv[1] === import.meta.filename) {
  for (const room of JSON.parse(settings).include) {
    for (const file of readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })) {
      if (/\.tsx?$/.test(file) && !file.endsWith('.d.ts')) await compiled(path.join(root, room, file));
    }
  }
}
