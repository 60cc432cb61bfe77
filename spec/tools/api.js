/**
 * What programs may import, read from the sources: every name that a `library.ts` exports, its signature and its first sentence.
 *
 * `node spec/tools/api.js` writes spec/api.md; spec/library.test.ts compares them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '../..');
const page = path.join(root, 'spec/api.md');

/** Entry points by the file that lists their names. */
export const entries = {
  pinwalk: 'serve/library.ts',
  'pinwalk/client': 'serve/client/library.ts',
  'pinwalk/graph': 'graph/library.ts',
  'pinwalk/data': 'data/library.ts',
  'pinwalk/train': 'train/library.ts',
  'pinwalk/kernels': 'train/kernels/library.ts',
};

/** @typedef {{ name: string, signature: string, summary: string }} Exported */

/** Names of one entry point, in the order of the alphabet. @returns {Exported[]} */
export function exportsOf(/** @type {string} */ file) {
  const found = [...exported(file)].map(([name, node]) => describe(name, node));
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** The page as it must stand. */
export function apiPage() {
  const text = readFileSync(page, 'utf8');
  const head = text.slice(0, text.indexOf('\n## '));
  const sections = Object.entries(entries).map(([name, file]) => {
    const lines = exportsOf(file).map(({ signature, summary }) => `- \`${signature}\`  \n  ${summary}`);
    const title = /\/\*\* `[^`]+`: (.*) \*\//.exec(source(file).text)?.[1] ?? '';
    return `## ${name}\n\n${title[0]?.toUpperCase()}${title.slice(1)}\n\n${lines.join('\n')}\n`;
  });
  return `${head.trimEnd()}\n\n${sections.join('\n')}`;
}

/** @type {Map<string, ts.SourceFile>} */
const sources = new Map();

function source(/** @type {string} */ file) {
  const known = sources.get(file);
  if (known) return known;
  const parsed = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  sources.set(file, parsed);
  return parsed;
}

/** Declarations by the names that they are exported under. @returns {Map<string, ts.Declaration>} */
function exported(/** @type {string} */ file) {
  const found = new Map();
  for (const statement of source(file).statements) {
    if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier;
      const other = from && ts.isStringLiteral(from) ? exported(target(file, from.text)) : localNames(file);
      if (!statement.exportClause) for (const [name, node] of other) found.set(name, node);
      else if (ts.isNamedExports(statement.exportClause)) {
        for (const { name, propertyName } of statement.exportClause.elements) {
          const node = other.get((propertyName ?? name).text);
          if (!node) throw new Error(`api: ${file} must export what is there (got ${name.text})`);
          found.set(name.text, node);
        }
      }
    } else if (
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      for (const [name, node] of declared(statement)) found.set(name, node);
    }
  }
  return found;
}

/** What a file imports, for `export type { Name };` without a `from`. @returns {Map<string, ts.Declaration>} */
function localNames(/** @type {string} */ file) {
  const found = new Map();
  for (const statement of source(file).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!statement.moduleSpecifier.text.startsWith('.') || !bindings || !ts.isNamedImports(bindings)) continue;
    const other = exported(target(file, statement.moduleSpecifier.text));
    for (const { name } of bindings.elements) found.set(name.text, other.get(name.text));
  }
  return found;
}

/** @returns {[string, ts.Declaration][]} */
function declared(/** @type {ts.Statement} */ statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => [declaration.name.getText(), declaration]);
  }
  const named = /** @type {ts.DeclarationStatement} */ (statement);
  return named.name ? [[named.name.getText(), named]] : [];
}

function target(/** @type {string} */ file, /** @type {string} */ specifier) {
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** @returns {Exported} */
function describe(/** @type {string} */ name, /** @type {ts.Declaration} */ node) {
  const signature = signatureOf(name, node)
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/,? ([)}])/g, ' $1')
    .replace(/ \)/g, ')');
  return { name, signature, summary: summaryOf(name, node) };
}

function signatureOf(/** @type {string} */ name, /** @type {ts.Declaration} */ node) {
  if (ts.isFunctionDeclaration(node)) {
    const parameters = node.parameters.map((parameter) => parameterText(parameter)).join(', ');
    const generic = node.typeParameters ? `<${node.typeParameters.map((type) => type.getText()).join(', ')}>` : '';
    return `${name}${generic}(${parameters}): ${node.type?.getText() ?? 'void'}`;
  }
  if (ts.isClassDeclaration(node)) return `class ${name}`;
  if (ts.isInterfaceDeclaration(node)) return `interface ${name}`;
  if (ts.isTypeAliasDeclaration(node)) {
    const text = node.type.getText();
    return text.length > 110 || text.includes('`') ? `type ${name}` : `type ${name} = ${text}`;
  }
  return `const ${name}`;
}

/** A parameter by its name, its type, and whether it may be left out. */
function parameterText(
  /** @type {ts.ParameterDeclaration} */ { name, type, initializer, questionToken, dotDotDotToken },
) {
  const plain = ts.isIdentifier(name) ? (dotDotDotToken ? '...' : '') + name.text : 'options';
  const text = type?.getText() ?? 'unknown';
  return `${plain}${initializer || questionToken ? '?' : ''}: ${text.length > 90 ? '{ ... }' : text}`;
}

/** The first sentence of the comment above a declaration. */
function summaryOf(/** @type {string} */ name, /** @type {ts.Declaration} */ node) {
  const owner = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const [comment] = ts.getJSDocCommentsAndTags(owner);
  const text = comment && ts.isJSDoc(comment) ? (ts.getTextOfJSDocComment(comment.comment) ?? '') : '';
  const [sentence = ''] = text.replace(/\s+/g, ' ').split(/(?<=[.:])\s(?=[A-Z`[])/);
  if (sentence === '')
    throw new Error(`api: ${name} in ${owner.getSourceFile().fileName} must have a comment that says what it is`);
  return /[.:]$/.test(sentence) ? sentence.replace(/:$/, '.') : `${sentence}.`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(page, apiPage());
