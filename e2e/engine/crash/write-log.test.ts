import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeKey, type WrittenKey, writeForms } from './write-log.ts';

function written(name: string, sent: number, safe: number): WrittenKey {
  const form = writeForms.find((candidate) => candidate.name === name);
  assert.ok(form);
  return { key: name, form, sent, safe };
}

describe('judgeKey', () => {
  it('accepts anything between what was acknowledged and what was sent', () => {
    for (const count of [3, 4, 5])
      assert.equal(judgeKey(written('list', 5, 3), [0, 1, 2, 3, 4].slice(0, count).join()), undefined);
  });

  it('finds losses, gaps, inventions and halves of transactions', () => {
    assert.match(judgeKey(written('list', 5, 3), '0,1') ?? '', /lost 1 acknowledged/);
    assert.match(judgeKey(written('counter', 5, 3), 'null') ?? '', /lost 3 acknowledged/);
    assert.match(judgeKey(written('list', 5, 3), '0,1,3') ?? '', /nobody wrote/);
    assert.match(judgeKey(written('counter', 5, 3), '6') ?? '', /only 5 were sent/);
    assert.match(judgeKey(written('transaction', 5, 3), '4/3') ?? '', /nobody wrote/);
  });

  it('expects the same data again later', () => {
    const key = written('counter', 9, 3);
    assert.equal(judgeKey(key, '5'), undefined);
    assert.match(judgeKey(key, '6') ?? '', /only 5 were sent/);
  });
});
