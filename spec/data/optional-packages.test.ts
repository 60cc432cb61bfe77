import t from 'tap';
import { isInstalled } from '../../data/optional-packages.js';

t.test('isInstalled sees packages that are there, with a scope or without, and no others', (t) => {
  t.ok(isInstalled('fastify'));
  t.ok(isInstalled('@fastify/static'));
  t.notOk(isInstalled('@fastify'), 'a scope is no package');
  t.notOk(isInstalled('fastify-of-nobody'));
  t.end();
});
