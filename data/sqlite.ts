/**
 * The one place that loads SQLite.
 *
 * From Node 24.19 on better-sqlite3 12 aborts the process when a statement is collected; version 13 does not, but it wants Node 22
 * and crashes on 20. package.json names both, and npm installs the one whose `engines` fit. A clone's lock file holds one version
 * for every Node, 12; there 13 comes beside it, as better-sqlite3-13 (spec/tools/clone-on-node-22), where the Node fits.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type SqliteDatabase from 'better-sqlite3';
import { PinwalkError } from './errors.js';

const FIRST_NODE_OF_13 = 22;

const require = createRequire(import.meta.url);

/** better-sqlite3's class, of the version that fits this Node. */
export const Sqlite = load();

function load(): typeof SqliteDatabase {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= FIRST_NODE_OF_13 && isInstalled('better-sqlite3-13')) {
    return require('better-sqlite3-13') as typeof SqliteDatabase;
  }
  // Only 13 holds binaries. Asked before it is loaded, since it ends the process on Node 20 instead of throwing.
  const folders = require.resolve.paths('better-sqlite3') ?? [];
  const folder = folders.map((parent) => `${parent}/better-sqlite3`).find((path) => existsSync(path));
  if (major < FIRST_NODE_OF_13 && folder !== undefined && existsSync(`${folder}/prebuilds`)) {
    throw new PinwalkError(
      'PACKAGE_MISSING',
      `sqlite: better-sqlite3 must be of the version for Node ${major} (got the one for Node 22); remove node_modules and install again`,
    );
  }
  return require('better-sqlite3') as typeof SqliteDatabase;
}

function isInstalled(name: string): boolean {
  return (require.resolve.paths(name) ?? []).some((folder) => existsSync(`${folder}/${name}`));
}
