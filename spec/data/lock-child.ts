/** Takes a folder in a process of its own, says so, and stands still until it is killed: `lock-child.ts <folder>`. */
import { writeSync } from 'node:fs';
import { lockFolder } from '../../data/folder-lock.js';

lockFolder(process.argv[2] ?? '');
writeSync(1, `${process.pid}\n`);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
