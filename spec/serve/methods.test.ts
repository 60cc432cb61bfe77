import t from 'tap';
import { answersOf, serve, wire } from './server.js';

t.test('OPTIONS says what an address can be asked with; other methods are 405 with Allow', async (t) => {
  const { address } = await serve(t);
  const ask = async (method: string, path: string): Promise<ReturnType<typeof answersOf>[number] | undefined> => {
    const sent = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
    return answersOf(await (await wire(t, address, sent)).text)[0];
  };
  const reading = 'allow: GET, HEAD, OPTIONS';
  t.match(await ask('OPTIONS', '/v1/pins/sun/related'), { status: 204, head: reading });
  t.match(await ask('OPTIONS', '/v1/recommend'), { status: 204, head: 'allow: OPTIONS, POST' });
  t.match(await ask('OPTIONS', '*'), { status: 204, head: 'allow: GET, HEAD, OPTIONS, POST' });
  t.match(await ask('OPTIONS', '/nowhere'), { status: 404 });
  for (const method of ['DELETE', 'PUT', 'PATCH', 'POST', 'TRACE', 'PROPFIND']) {
    t.match(
      await ask(method, '/v1/pins/sun/related?x=1'),
      { status: 405, head: reading, body: { status: 405, code: 'REQUEST_INVALID' } },
      method,
    );
  }
  t.match(await ask('GET', '/v1/recommend'), { status: 405, head: 'allow: OPTIONS, POST' });
  t.match(await ask('DELETE', '/v1/pins/a/b/c'), { status: 404 });
  const head = await ask('HEAD', '/v1/pins/sun');
  t.match(head, { status: 200, head: /content-length: \d{3}/ });
});
