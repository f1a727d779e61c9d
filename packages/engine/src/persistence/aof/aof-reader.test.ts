import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AofReader } from './aof-reader.ts';

const directory = mkdtempSync(join(tmpdir(), 'valkeep-aof-'));
after(() => rmSync(directory, { recursive: true }));

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** Everything that a file with this text gives, as `[words | outcome, offset of what follows]`. */
function readAll(text: string): (readonly [what: string, offset: number])[] {
  const path = join(directory, 'file.aof');
  writeFileSync(path, text, 'latin1');
  const reader = new AofReader(path);
  const found: (readonly [string, number])[] = [];
  for (;;) {
    const outcome = reader.next();
    if (outcome !== 'command') {
      found.push([outcome, reader.offset]);
      reader.close();
      return found;
    }
    const words = reader.starts.map((start, i) =>
      Buffer.from(reader.bytes.subarray(start, start + reader.lengths[i])).toString('latin1'),
    );
    found.push([words.join(' '), reader.offset]);
  }
}

test('commands are read one by one, annotations and any bytes included', () => {
  const text = `#TS:1700000000\r\n${command('SET', 'a', '\r\n\0')}${command('DEL', '')}`;
  assert.deepEqual(
    readAll(text).map(([what]) => what),
    ['SET a \r\n\0', 'DEL ', 'end'],
  );
});

test('a file cut off anywhere says so and tells where the last whole command ended', () => {
  const first = command('SET', 'a', 'value');
  const text = first + command('INCRBY', 'n', '12345');
  for (let length = first.length + 1; length < text.length; length++) {
    assert.deepEqual(readAll(text.slice(0, length)), [
      ['SET a value', 0],
      ['short', first.length],
    ]);
  }
  assert.equal(readAll(text).at(-1)?.[0], 'end');
});

test('what is no command is bad, at its offset', () => {
  const first = command('SET', 'a', '1');
  for (const damage of [
    'hello',
    '*0\r\n',
    '*x\r\n',
    '*1\r\n:5\r\n',
    '*1\r\n$3\r\nabcde',
    '*1\n$1\r\na\r\n',
    '*-1\r\n',
  ]) {
    assert.deepEqual(readAll(first + damage).at(-1), ['bad', first.length], damage);
  }
});

test('an argument larger than the buffer is read whole, a length that the file cannot hold is a cut-off file', () => {
  const large = 'x'.repeat(3_000_000);
  assert.deepEqual(
    readAll(command('SET', 'a', large) + command('GET', 'a')).map(([what]) => what.length),
    [large.length + 6, 5, 3],
  );
  assert.deepEqual(readAll('*2\r\n$3\r\nGET\r\n$4000000000\r\nabc'), [['short', 0]]);
});
