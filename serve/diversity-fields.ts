/** Options of diversity, as requests have them. */
import { Type } from 'typebox';
import { diversityPool } from '../train/ranking/diversify.js';

const cap = (of: string): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 1, maximum: diversityPool, description: `at most so many pins of ${of}` });

/** Options of every ranked list. */
export const diversityFields = {
  diversity: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: `share of unlikeness in the choice of the next pin, beside its score; such a list has at most ${diversityPool} pins`,
    }),
  ),
  perCommunity: Type.Optional(cap('one community')),
  perBoard: Type.Optional(cap('any one board')),
};

/** Of bodies also by attributes. */
export const attributeCaps = {
  perAttribute: Type.Optional(
    Type.Record(Type.String(), cap('one value of this attribute'), {
      maxProperties: 8,
      description: 'caps by attribute',
    }),
  ),
};
