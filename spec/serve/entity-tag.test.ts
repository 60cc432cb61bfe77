import t from 'tap';
import { isKnownTag } from '../../serve/entity-tag.js';

t.test('isKnownTag reads one tag, lists, weak tags and the star', (t) => {
  for (const header of ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a" , "c"', '*', ' * '])
    t.equal(isKnownTag(header, '"a"'), true, header);
  for (const header of [undefined, '', 'a', '"b"', '"ab"', 'W/"b"', '"b, a"'])
    t.equal(isKnownTag(header, '"a"'), false, header ?? 'none');
  t.end();
});
