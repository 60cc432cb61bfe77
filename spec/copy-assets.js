// Copies what TypeScript does not emit (kernels, the gradient bundle) beside its modules in dist, and makes the CLI executable.
import { chmodSync, copyFileSync, globSync, mkdirSync } from 'node:fs';
