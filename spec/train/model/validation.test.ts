import t from 'tap';
import { boardIdeas } from '../../../train/evaluation/tasks.js';
import type { PinEmbeddings } from '../../../train/model/inference.js';
import { validationFigure } from '../../../train/model/validation.js';
import { graphOf, smallConfig } from '../small-world.js';

/** 44 pins; board 0 holds pin 0, board 1 pin 1, and each is to be offered pins 2 and 3. */
const graph = graphOf([[0], [1]], 44);
const heldOut = { boards: Uint32Array.of(0, 0, 1, 1), pins: Uint32Array.of(2, 3, 2, 3) };
const config = smallConfig({ temperature: 0.5, querySizePower: 0 });
const task = boardIdeas({ known: graph, heldOut });

/** Unit vectors in the plane at an angle a pin. */
function embeddingsAt(angle: (pin: number) => number, bias: (pin: number) => number): PinEmbeddings {
  const target = Float32Array.from({ length: 88 }, (_, i) =>
    i % 2 === 0 ? Math.cos(angle(i >> 1)) : Math.sin(angle(i >> 1)),
  );
  return { dimension: 2, query: target, target, bias: Float32Array.from({ length: 44 }, (_, pin) => bias(pin)) };
}

t.test('the figure is recall@20 of the embedding, at the temperature of training', async (t) => {
  // Pin 2 stands beside pin 0, pin 3 opposite of it; pin 1 opposite of pin 0. All others are at right angles.
  const angle = (pin: number): number => [0, Math.PI, 0, Math.PI][pin] ?? (pin % 2 ? 1 : -1) * (Math.PI / 2);
  const figure = async (bias: (pin: number) => number): Promise<number | undefined> =>
    (await validationFigure(embeddingsAt(angle, bias), { graph, task, config }))?.mean;
  t.equal(await figure(() => 0), 0.5, 'each board finds the pin beside its own');
  // A bias of 3 lifts pin 3 above all others for board 0 too: -1 / 0.5 + 3 > 0, but with temperature 0.1 it would not.
  t.equal(await figure((pin) => (pin === 3 ? 3 : 0)), 0.75);
  t.equal(await figure((pin) => (pin === 2 || pin === 3 ? 3 : 0)), 1);
});

t.test('without validation queries there is no figure', async (t) => {
  const none = boardIdeas({ known: graph, heldOut: { boards: new Uint32Array(0), pins: new Uint32Array(0) } });
  t.same(
    await validationFigure(
      embeddingsAt(
        (pin) => pin,
        () => 0,
      ),
      { graph, task: none, config },
    ),
    undefined,
  );
});

t.test('fewer than 20 pins may be alike: they may well stand on the same boards', async (t) => {
  const alike = (count: number) => {
    const { target, ...others } = embeddingsAt(
      () => 0,
      () => 0,
    );
    return { ...others, target: target.map((value, i) => (i < 2 * count ? value : 0)) };
  };
  const figure = await validationFigure(alike(19), { graph, task, config });
  t.type(figure?.mean, 'number', 'rows of zeros are no pins');
  await t.rejects(validationFigure(alike(20), { graph, task, config }), { code: 'TRAINING_DIVERGED' });
});

t.test('embeddings that have collapsed are refused', async (t) => {
  await t.rejects(
    validationFigure(
      embeddingsAt(
        (pin) => 0.001 * pin,
        () => 0,
      ),
      { graph, task, config },
    ),
    {
      code: 'TRAINING_DIVERGED',
      message:
        'train: the mean cosine of target vectors must be at most 0.9 (got 1.000); lower the rates or raise the dimension',
    },
  );
});
