// Lets Node run the specs' TypeScript: node --import=./spec/tools/typescript-loader.js
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);
