import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listpackByteLength, listpackEnd, listpackFirst, listpackLast } from './listpack.ts';
import { createListpack, listpackInsertAt } from './listpack-edit.ts';
import { listpackInsertScoreAt, listpackReplaceScoreAt, listpackScore, listpackScoreSize } from './listpack-score.ts';
import { type Reply, startRealValkey } from './testing/real-valkey.ts';

const SCORES = [
  0,
  1,
  -1,
  127,
  128,
  -5000,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 62,
  -(2 ** 62),
  2 ** 63,
  1e20,
  0.1,
  -3.25,
  1.5e-7,
  5e-324,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

test('scores come back as they were put in, at the size that was foretold', () => {
  for (const score of SCORES) {
    for (const other of SCORES) {
      const bytes = new Uint8Array(80);
      createListpack(bytes, 3);
      assert.equal(listpackInsertScoreAt(bytes, 3, listpackEnd(bytes, 3), score), listpackScoreSize(score));
      assert.equal(listpackScore(bytes, listpackFirst(bytes, 3)), score);
      const growth = listpackReplaceScoreAt(bytes, 3, listpackFirst(bytes, 3), other);
      assert.equal(growth, listpackScoreSize(other) - listpackScoreSize(score));
      assert.equal(listpackScore(bytes, listpackLast(bytes, 3)), other);
    }
  }
});

test('minus zero loses its sign, and text that is no number is not a score', () => {
  const bytes = new Uint8Array(80);
  createListpack(bytes, 0);
  listpackInsertScoreAt(bytes, 0, listpackEnd(bytes, 0), -0);
  assert.ok(Object.is(listpackScore(bytes, listpackFirst(bytes, 0)), 0));
  listpackInsertAt(bytes, 0, listpackEnd(bytes, 0), Buffer.from('nan'), 0, 3);
  assert.ok(Number.isNaN(listpackScore(bytes, listpackLast(bytes, 0))));
});

test('a sorted set dumped by a real server is byte for byte the one made here', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await server.call('CONFIG', 'SET', 'rdbcompression', 'no');
  for (const score of SCORES) {
    const text = Number.isFinite(score) ? score.toExponential(20) : score > 0 ? 'inf' : '-inf';
    const replies: Reply[] = await server.pipeline([
      ['DEL', 'z'],
      ['ZADD', 'z', text, 'm'],
      ['DUMP', 'z'],
    ]);
    const bytes = Buffer.alloc(80);
    createListpack(bytes, 0);
    listpackInsertAt(bytes, 0, listpackEnd(bytes, 0), Buffer.from('m'), 0, 1);
    listpackInsertScoreAt(bytes, 0, listpackEnd(bytes, 0), score);
    const dump = Buffer.from(String(replies[2]), 'latin1');
    assert.deepEqual(dump.subarray(2, dump.length - 10), bytes.subarray(0, listpackByteLength(bytes, 0)), text);
  }
});
