/** `pinwalk/client`: a typed client of the HTTP API. */
export { createClient, type ClientOptions, type PinwalkClient, type Schemas } from './client.js';
