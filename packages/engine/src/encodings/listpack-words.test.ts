import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integerHigh, integerLow, joinBigWords, parseIntegerWords } from './integer-words.ts';
import { listpackBigInteger, listpackEnd, listpackFirst, listpackLast } from './listpack.ts';
import { isListpackIntact } from './listpack-check.ts';
import { createListpack } from './listpack-edit.ts';
import {
  listpackHigh,
  listpackInsertWordsAt,
  listpackLow,
  listpackReplaceWordsAt,
  listpackWordsSize,
} from './listpack-words.ts';
import { makeRandom } from './testing/seeded-random.ts';

test('any 64-bit integer is kept exactly and read back as the same words', () => {
  const random = makeRandom();
  const bytes = new Uint8Array(80);
  for (let round = 0; round < 3000; round++) {
    createListpack(bytes, 1);
    for (const isFirst of [true, false]) {
      const value = BigInt.asIntN(64, random.bits64()) >> BigInt(random.below(64));
      parseIntegerWords(Buffer.from(String(value)), 0, String(value).length);
      const [high, low] = [integerHigh, integerLow];
      const before = listpackEnd(bytes, 1);
      if (isFirst) listpackInsertWordsAt(bytes, 1, before, high, low);
      else listpackReplaceWordsAt(bytes, 1, listpackFirst(bytes, 1), high, low);
      const at = listpackLast(bytes, 1);
      assert.equal(listpackEnd(bytes, 1) - at, listpackWordsSize(high, low), `${value} seed ${random.seed}`);
      assert.equal(listpackBigInteger(bytes, at), value);
      assert.equal(joinBigWords(listpackHigh(bytes, at), listpackLow(bytes, at)), value);
      assert.equal(isListpackIntact(bytes, 1, listpackEnd(bytes, 1)), true);
    }
  }
});
