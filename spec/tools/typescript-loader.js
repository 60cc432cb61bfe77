// Lets Node run the specs' TypeScript: node --import=./spec/tools/typescript-loader.js
import { register } from 'node:module';

// Hooks run in a thread of their own, where packages cannot be resolved.
const hyparquet = new URL('../', import.meta.resolve('hyparquet')).href;
register('./typescript-hooks.js', import.meta.url, { data: { hyparquet } });
