/**
 * The one place that loads SQLite.
 *
 * From Node 24.19 on better-sqlite3 12 aborts the process when a statement is collected; version 13 does not, but it wants Node 22
 * and crashes on 20. package.json names both, and npm installs the one whose `engines` fit. A clone's lock file holds one version
 * for every Node, 12; there 13 comes beside it, as better-sqlite3-13 (spec/tools/clone-on-node-22), where the Node fits.
 */
import { createRequire } from 'node:module';
import type SqliteDatabase from 'better-sqlite3';
import { isInstalled } from './optional-packages.js';

const FIRST_NODE_OF_13 = 22;

const require = createRequire(import.meta.url);
const nodeMajor = Number(process.versions.node.split('.')[0]);

/** better-sqlite3's class, of the version that fits this Node. */
export const Sqlite = require(
  nodeMajor >= FIRST_NODE_OF_13 && isInstalled('better-sqlite3-13') ? 'better-sqlite3-13' : 'better-sqlite3',
) as typeof SqliteDatabase;
