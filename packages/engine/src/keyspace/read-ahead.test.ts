import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { EngineDriver } from '../testing/engine-driver.ts';

function frame(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

test('a pipeline gives the replies that its commands give one by one', () => {
  const random = createSeededRandom();
  const piped = new EngineDriver().connect();
  const single = new EngineDriver().connect();
  const key = (): string => `key:${'x'.repeat(random.integer(0, 40))}${random.integer(0, 30)}`;
  for (let round = 0; round < 300; round++) {
    const commands = Array.from({ length: random.integer(1, 40) }, () => {
      const choices = [
        ['SET', key(), 'v'.repeat(random.integer(0, 300))],
        ['GET', key()],
        ['MSET', key(), 'a', key(), 'b'],
        ['RENAME', key(), key()],
        ['PING'],
        ['ECHO', key()],
        ['INCR', key()],
        ['SET', key()],
        ['SELECT', String(random.integer(0, 2))],
        ['DEL', key(), key()],
        ['EXISTS', key(), key(), key()],
        ['MULTI'],
        ['EXEC'],
      ];
      return choices[random.integer(0, choices.length - 1)] ?? ['PING'];
    });
    const expected = commands.map((words) => single.send(...words)).join('');
    assert.equal(piped.sendRaw(commands.map(frame).join('')), expected);
  }
});
