/** Former names of what is stored or asked for. */
import t from 'tap';
import { currentName, formerNames, underCurrentNames } from '../../data/former-names.js';
import { checkConfig, configSchema } from '../../train/config.js';
import { rankingDefaults, scoreNames, storedSettings, strategies } from '../../train/ranking/settings.js';

t.test('a former name is read as the current one, any other name as it is', (t) => {
  t.equal(currentName('strategies', 'structure'), 'spectral');
  t.equal(currentName('strategies', 'walk'), 'walk');
  t.equal(currentName('scores', 'toString'), 'toString');
  t.end();
});

t.test('values under former names come under the current ones, which win where both are there', (t) => {
  t.same(underCurrentNames('scores', { walk: 1, text: 2 }), { walk: 1, pinTitle: 2 });
  t.same(underCurrentNames('scores', { text: 2, pinTitle: 3 }), { pinTitle: 3 });
  t.same(underCurrentNames('scores', { pinTitle: 3, text: 2 }), { pinTitle: 3 });
  t.end();
});

t.test('every current name is one that is in use, and no former name is', (t) => {
  const inUse: Record<keyof typeof formerNames, readonly string[]> = {
    options: Object.keys(configSchema.properties),
    scores: scoreNames,
    strategies,
    exportFormats: ['gexf', 'graphml', 'json', 'csv', 'lists'],
    models: strategies,
  };
  for (const [kind, names] of Object.entries(formerNames)) {
    for (const [former, current] of Object.entries(names)) {
      t.ok(inUse[kind as keyof typeof formerNames].includes(current), `${kind} ${current}`);
      t.notOk(inUse[kind as keyof typeof formerNames].includes(former), `${kind} ${former}`);
    }
  }
  t.end();
});

t.test('configs and settings of before are read', (t) => {
  t.match(checkConfig({ sizePower: 0.5, coldShare: 0.1 }), { querySizePower: 0.5, saveDropout: 0.1 });
  const stored = { ...rankingDefaults, sizePower: 0.5, boardWeights: { walk: 2, title: 1, structure: 3 } };
  Reflect.deleteProperty(stored, 'querySizePower');
  const settings = storedSettings(stored as unknown as Parameters<typeof storedSettings>[0]);
  t.equal(settings.querySizePower, 0.5);
  t.match(settings.boardWeights, { walk: 2, boardTitle: 1, spectral: 3, pinTitle: 0 });
  t.notOk('sizePower' in settings);
  t.end();
});
