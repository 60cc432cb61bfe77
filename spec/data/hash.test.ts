import t from 'tap';
import { newHash, shortHash } from '../../data/hash.js';

t.test('the hash is SHA-256, in hexadecimal or cut in the letters of URLs', (t) => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-4, of "abc"
  t.equal(newHash().update('abc').digest('hex'), abc);
  t.equal(shortHash('abc', 16), Buffer.from(abc, 'hex').toString('base64url').slice(0, 16));
  t.end();
});
