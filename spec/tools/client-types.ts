/**
 * The client's types out of the description that the server gives: run it to write them, spec/serve/client/client.test.ts compares.
 */
import { writeFileSync } from 'node:fs';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { Generations } from '../../serve/generations/generations.js';
import { buildServer } from '../../serve/http.js';
import { openSnapshot } from '../../serve/snapshot.js';
import { writeTinyGeneration } from '../serve/world.js';
import { fromRoot } from './paths.js';

/** The file that holds them. */
export const clientTypesFile = fromRoot('serve/client/paths.d.ts');

/** The description of a server with every route. */
export async function description(): Promise<OpenAPI3> {
  const snapshot = openSnapshot(writeTinyGeneration());
  const generations = await Generations.open(() => Promise.resolve({ snapshot, close: () => Promise.resolve() }));
  const app = await buildServer({ snapshot: generations, pageFolder: '/no/page' });
  const document = (await app.inject('/openapi.json')).json<OpenAPI3>();
  await app.close();
  snapshot.close();
  return document;
}

/** The file as it must stand. */
export async function clientTypes(): Promise<string> {
  const types = astToString(await openapiTypes(await description()));
  return `/** Written by spec/tools/client-types.ts out of the server's description. */\n${types}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(clientTypesFile, await clientTypes());
