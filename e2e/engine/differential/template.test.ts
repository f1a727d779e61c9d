import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '@valkeep/testing';
import { allFamilies } from './families/all-families.ts';
import { Template, type Vocabulary } from './template.ts';
import { vocabulary } from './vocabulary.ts';

const words: Vocabulary = { key: () => 'k', value: () => 'v' };

function expandMany(source: string, count = 200): Set<string> {
  const random = new SeededRandom(1);
  const template = new Template(source);
  return new Set(Array.from({ length: count }, () => template.expand(random, words).join(' ')));
}

describe('Template', () => {
  it('draws words, options and alternatives', () => {
    const expected = ['GET k', 'GET k v NX', 'GET k v XX', 'GET k NX', 'GET k XX', 'GET k v'];
    assert.deepEqual(expandMany('GET $key [$value] [NX|XX]'), new Set(expected));
  });

  it('repeats groups, and counts the repetitions where a number is wanted', () => {
    const expanded = expandMany('MSETEX #{$key $value}+');
    assert.deepEqual(expanded, new Set([1, 2, 3, 4].map((n) => `MSETEX ${n}${' k v'.repeat(n)}`)));
    assert.ok(expandMany('X {$key}*').has('X'));
  });

  it('takes signs that stand alone as words', () => {
    assert.deepEqual(
      expandMany('XREAD {$|+|>|*} [=|~]'),
      new Set(['$', '+', '>', '*'].flatMap((sign) => [`XREAD ${sign}`, `XREAD ${sign} =`, `XREAD ${sign} ~`])),
    );
  });

  it('knows every word of every family', () => {
    const random = new SeededRandom(2);
    for (const { templates } of allFamilies) {
      for (const [, template] of templates) {
        for (let draw = 0; draw < 50; draw++) assert.ok(template.expand(random, vocabulary).length > 0);
      }
    }
  });
});
