import t from 'tap';
import { checkConfig } from '../../../train/config.js';
import { drawTrial, searched, searchSpace, type ModelParts } from '../../../train/experiments/search-space.js';

const all = { network: true, rows: true, terms: true };

t.test('every draw is a config that can be trained', (t) => {
  const seen = new Map<string, Set<unknown>>();
  for (let trial = 1; trial <= 200; trial++) {
    const drawn = drawTrial(searchSpace, 1, trial);
    checkConfig(drawn);
    for (const [name, value] of Object.entries(drawn)) seen.set(name, (seen.get(name) ?? new Set()).add(value));
  }
  t.same(
    [...seen.keys()],
    searchSpace.map(({ name }) => name),
  );
  for (const [name, values] of seen) t.ok(values.size > 1, `${name} varies`);
  t.end();
});

t.test('trial 0 is the config itself; a draw depends on seed, trial and option alone', (t) => {
  t.same(drawTrial(searchSpace, 1, 0), {});
  const drawn = drawTrial(searchSpace, 1, 5);
  t.same(drawTrial(searchSpace, 1, 5), drawn);
  t.notSame(drawTrial(searchSpace, 2, 5), drawn);
  t.notSame(drawTrial(searchSpace, 1, 6), drawn);
  const { rowRate, ...others } = drawn;
  t.ok(rowRate);
  t.same(drawTrial(searched(all, ['rowRate']), 1, 5), others);
  t.end();
});

t.test('what the model lacks and what the user named is not searched', (t) => {
  const names = (parts: Partial<ModelParts>, named: string[] = []): string[] =>
    searched({ ...all, ...parts }, named).map(({ name }) => name);
  const lost = (less: readonly string[]): string[] => names(all).filter((name) => !less.includes(name));
  t.same(lost(names({ network: false })), ['networkRate', 'hiddenDimension', 'layers', 'spectralDimension']);
  t.same(lost(names({ rows: false })), ['rowRate', 'poolWeight']);
  t.same(lost(names({ terms: false })), ['termRate', 'saveDropout']);
  t.same(lost(names({}, ['dimension', 'epochs'])), ['dimension']);
  t.end();
});
