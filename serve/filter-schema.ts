/** What a filter is, as the description of the API has it; `parseFilter` reads it and says where one is wrong. */

const value = { type: ['string', 'number', 'boolean'] };
const end = { type: ['string', 'number'] };
const filter = { $ref: '#/components/schemas/Filter' };
const strict = (properties: object, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const filterSchema = {
  title: 'Filter',
  description: 'a condition on one attribute, or several put together: at most 64, 8 deep',
  anyOf: [
    strict({ attribute: { type: 'string' }, in: { type: 'array', items: value, maxItems: 1000 } }, ['attribute', 'in']),
    strict({ attribute: { type: 'string' }, from: end, to: end }, ['attribute']),
    strict({ and: { type: 'array', items: filter, minItems: 1 } }, ['and']),
    strict({ or: { type: 'array', items: filter, minItems: 1 } }, ['or']),
    strict({ not: filter }, ['not']),
  ],
};
