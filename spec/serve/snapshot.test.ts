import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { listLines } from '../../serve/commands/lists.js';
import { openSnapshot } from '../../serve/snapshot.js';
import { fusionWeights, rankingDefaults } from '../../train/ranking/settings.js';
import { boardPins, pinIds, tinyContents, writeTinyGeneration } from './world.js';

t.test('a pin without saves appears in ideas for a board by its tags', async (t) => {
  const contents = tinyContents();
  const ranking = { ...rankingDefaults, coldWeights: fusionWeights({ content: 1, contentNeighbors: 1 }) }; // its vectors say other things
  const ideasWith = async (tags: string): Promise<string[]> => {
    const tagged = (pin: number): { tags: string } => ({
      tags: pin < 4 ? 'sky|weather' : pin < 6 ? 'sound|music' : '',
    });
    const attributes = pinIds.map((_, pin) => (pin === 7 ? { tags } : tagged(pin)));
    const snapshot = openSnapshot(
      writeTinyGeneration({
        ...contents,
        meta: { ...contents.meta, ranking },
        pins: { ...contents.pins, attributes },
      }),
    );
    t.teardown(() => snapshot.close());
    const { pins } = await snapshot.recommender.recommendForBoard('wet', 10);
    t.notOk(pins.some((pin) => boardPins[1]?.includes(pin)));
    return Array.from(pins, (pin) => pinIds[pin] ?? '');
  };
  const [asWeather, asMusic] = [await ideasWith('Sky|Weather'), await ideasWith('sound|music')];
  t.notOk(asMusic.includes('blank'), 'nothing else is known of it');
  t.ok(asWeather.indexOf('blank') < asWeather.indexOf('guitar'), 'before saved pins that do not fit');
  t.notOk(asWeather.includes('cold'), 'another pin without saves has nothing in common with the board');
});

t.test('lists of cold pins hold pins without saves alone', (t) => {
  const generation = openGeneration(writeTinyGeneration());
  t.teardown(() => generation.close());
  const counts = { lists: 0, entries: 0, nothingKnown: 0 };
  const lines = [...listLines(generation, { task: 'coldPins', k: 10, strategy: 'fused', counts })];
  t.same(counts, { lists: 6, entries: 5, nothingKnown: 1 });
  t.equal(lines.pop(), 'empty\t\n', 'nothing is known of the last board, and no pin without saves is popular');
  for (const line of lines) t.match(line, /^\w+\tcold\n$/, 'blank has nothing at all and is in no list');
  t.end();
});
