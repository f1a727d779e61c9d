import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RespFrame, RespParser } from '@valkeep/resp';
import { areEqual, areTransactionsEqual, findRule } from './reply-rules.ts';

function frame(text: string): RespFrame {
  const [parsed] = new RespParser({ captureBytes: true }).feed(
    Buffer.from(`${text.replaceAll(' ', '\r\n')}\r\n`, 'latin1'),
  );
  assert.ok(parsed);
  return parsed;
}

function equal(command: string, left: string, right: string): boolean {
  return areEqual(findRule(command.split(' ')), frame(left), frame(right));
}

describe('reply rules', () => {
  it('compares bytes unless a rule says otherwise', () => {
    assert.ok(equal('GET a', '$1 a', '$1 a'));
    assert.ok(!equal('GET a', '$1 a', '$1 b'));
    assert.ok(!equal('LRANGE a 0 -1', '*2 :1 :2', '*2 :2 :1'));
    assert.ok(!equal('GET a', '$-1', '_'));
  });

  it('lets sets come in any order, and keeps fields with their values', () => {
    assert.ok(equal('SMEMBERS a', '*2 :1 :2', '*2 :2 :1'));
    assert.ok(!equal('SMEMBERS a', '*2 :1 :2', '~2 :2 :1'));
    assert.ok(equal('HGETALL a', '%2 +a +1 +b +2', '%2 +b +2 +a +1'));
    assert.ok(!equal('HGETALL a', '*4 +a +1 +b +2', '*4 +a +2 +b +1'));
  });

  it('forgives what clocks do, and nothing more', () => {
    assert.ok(equal('PTTL a', ':5000', ':4990'));
    assert.ok(!equal('PTTL a', ':-1', ':5000'));
    assert.ok(!equal('PTTL a', ':-1', ':-2'));
    assert.ok(!equal('PTTL a', ':50000', ':10'));
  });

  it('compares the shape only of what is drawn by lot', () => {
    assert.ok(equal('SRANDMEMBER a 2', '*2 $1 a $1 b', '*2 $1 c $1 d'));
    assert.ok(!equal('SRANDMEMBER a 2', '*2 $1 a $1 b', '*1 $1 c'));
    assert.ok(!equal('SRANDMEMBER a x', '-ERR1', '-ERR2'));
  });

  it('looks into scripts and transactions', () => {
    assert.equal(findRule(['EVAL', 'return redis.call(unpack(ARGV))', '0', 'smembers', 'a']), 'unordered');
    const [left, right] = [frame('*2 +OK *2 :1 :2'), frame('*2 +OK *2 :2 :1')];
    assert.ok(areTransactionsEqual(['exact', 'unordered'], left, right));
    assert.ok(!areTransactionsEqual(['exact', 'exact'], left, right));
  });
});
