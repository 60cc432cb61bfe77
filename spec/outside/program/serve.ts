/** The server and its page under /reco of an Express app. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createServer, openRecommender } from 'pinwalk';

const recommender = openRecommender('run/pinwalk.sqlite');
const reco = await createServer(recommender);
await reco.ready();
const app = express();
app.use(express.json());
app.get('/', (_request, response) => void response.send('the shop'));
app.use('/reco', (request, response) => reco.routing(request, response));
const listener = app.listen(0, '127.0.0.1', () => void check());

async function check(): Promise<void> {
  const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const page = await (await fetch(`${address}/reco`)).text();
  const script = /src="\.\/(assets\/[^"]+)"/.exec(page)?.[1];
  const answers = await Promise.all(
    ['/', `/reco/${script}`, '/reco/v1/pins/2/related', '/reco/v1/boards/menu%200/ideas', '/reco/openapi.json'].map(
      async (path) => [path, (await fetch(address + path)).status] as const,
    ),
  );
  const body = JSON.stringify({ pins: [{ id: '2' }] });
  const headers = { 'content-type': 'application/json' };
  const posted = await fetch(`${address}/reco/v1/recommend`, { method: 'POST', headers, body });
  console.log(answers, posted.status);
  listener.close();
  await reco.close();
  recommender.close();
  if ([...answers.map(([, status]) => status), posted.status].some((status) => status !== 200)) process.exitCode = 1;
}
