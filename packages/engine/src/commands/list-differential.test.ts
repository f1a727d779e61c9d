// Random list commands against a real server: every reply must have the same bytes, every list the same encoding, and
// the number of changes must be the same. Meanwhile snapshots begin and end, and what they saw must stay what it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type SeededRandom } from '@valkeep/testing';
import type { Keyspace, KeyspaceSnapshot } from '../keyspace/keyspace.ts';
import { LIST, typeOfKind } from '../keyspace/value-kind.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { ReferenceServer } from '../testing/reference-server.ts';
import { listsOf } from '../types/list/lists.ts';

const reference = new ReferenceServer();
const BATCHES = 60;
const BATCH = 60;
const KEYS = ['a', 'b', 'c', 'text', 'none'];
const BAD_NUMBERS = ['x', '', '1 ', '0x10', '1.5', '9223372036854775808'];
const INTEGERS = ['0', '1', '2', '3', '-1', '-2', '7', '50', '-50', '9223372036854775807', '-9223372036854775808'];
const INTEGER_ELEMENTS = [
  '0',
  '127',
  '128',
  '-1',
  '4095',
  '-32768',
  '8388607',
  '2147483648',
  '9223372036854775807',
  '01',
];

class Generator {
  readonly #random: SeededRandom;
  readonly #elementCount: number;
  readonly #lengthMax: number;

  constructor(random: SeededRandom, elementCount: number, lengthMax: number) {
    this.#random = random;
    this.#elementCount = elementCount;
    this.#lengthMax = lengthMax;
  }

  command(): string[] {
    const random = this.#random;
    const command = random.pickWeighted<() => string[]>([
      [24, () => [this.#either('RPUSH', 'LPUSH'), this.#key(), ...random.times(1, 9, () => this.#element())]],
      [3, () => [this.#either('RPUSHX', 'LPUSHX'), this.#key(), this.#element()]],
      [8, () => [this.#either('RPOP', 'LPOP'), this.#key()]],
      [5, () => [this.#either('RPOP', 'LPOP'), this.#key(), this.#integer()]],
      [12, () => ['LINSERT', this.#key(), this.#either('BEFORE', 'after'), this.#element(), this.#element()]],
      [12, () => ['LSET', this.#key(), this.#index(), this.#element()]],
      [8, () => ['LREM', this.#key(), this.#integer(), this.#element()]],
      [3, () => ['LTRIM', this.#key(), this.#integer(), this.#integer()]],
      [6, () => ['LRANGE', this.#key(), this.#integer(), this.#integer()]],
      [3, () => ['LRANGE', this.#key(), '0', '-1']],
      [4, () => ['LINDEX', this.#key(), this.#integer()]],
      [2, () => ['LLEN', this.#key()]],
      [8, () => this.#position()],
      [6, () => ['RPOPLPUSH', this.#key(), this.#key()]],
      [6, () => ['LMOVE', this.#key(), this.#key(), ...this.#ends()]],
      [3, () => ['LMPOP', '2', this.#key(), this.#key(), this.#either('LEFT', 'RIGHT'), 'COUNT', this.#integer()]],
      [2, () => ['LMPOP', this.#integer(), this.#key(), this.#key(), this.#either('LEFT', 'COUNT')]],
      [2, () => ['COPY', this.#key(), this.#key(), 'REPLACE']],
      [1, () => ['RENAME', this.#key(), this.#key()]],
      [1, () => ['DEL', this.#key()]],
    ]);
    return command();
  }

  #position(): string[] {
    const options = this.#random.times(0, 3, () => [this.#random.pick(['RANK', 'COUNT', 'maxlen']), this.#integer()]);
    return ['LPOS', this.#key(), this.#element(), ...options.flat()];
  }

  #ends(): string[] {
    return [this.#either('LEFT', 'right'), this.#random.chance(0.05) ? 'x' : this.#either('LEFT', 'RIGHT')];
  }

  #key(): string {
    return this.#random.chance(0.9) ? this.#random.pick(KEYS.slice(0, 3)) : this.#random.pick(KEYS);
  }

  #element(): string {
    const random = this.#random;
    if (random.chance(0.2)) return random.pick(INTEGER_ELEMENTS);
    if (random.chance(0.05)) return 'x'.repeat(random.integer(0, this.#lengthMax));
    return `e${random.integer(0, this.#elementCount)}`;
  }

  #integer(): string {
    if (this.#random.chance(0.02)) return this.#random.pick(BAD_NUMBERS);
    return this.#random.chance(0.6) ? String(this.#random.integer(-9, 30)) : this.#random.pick(INTEGERS);
  }

  /** Valkey's LSET cuts indexes to 32 bits, which we do not. */
  #index(): string {
    const integer = this.#integer();
    return integer.length > 18 ? '-5' : integer;
  }

  #either(one: string, other: string): string {
    return this.#random.chance(0.5) ? one : other;
  }
}

/** All lists that a snapshot sees, as text. */
function contentOf(keyspace: Keyspace, snapshot: KeyspaceSnapshot): string {
  const { dict, entries } = keyspace;
  const cursor = listsOf(keyspace).createCursor();
  const lines: string[] = [];
  dict.forEach(snapshot.roots[0].root, (entry) => {
    const kind = entries.kind(entry);
    if (typeOfKind(kind) !== LIST) return;
    cursor.open(kind, entries.value(entry));
    const forwards: string[] = [];
    for (let isThere = cursor.seek(0); isThere; isThere = cursor.next()) forwards.push(cursor.text());
    const backwards: string[] = [];
    for (let isThere = cursor.seek(-1); isThere; isThere = cursor.previous()) backwards.push(cursor.text());
    assert.deepEqual(backwards.reverse(), forwards);
    assert.equal(forwards.length, cursor.count);
    lines.push(forwards.join(' '));
  });
  return lines.sort().join('\n');
}

for (const [name, fill, threshold, elementCount, lengthMax] of [
  ['small lists', '-2', '0', 10, 300],
  ['lists with nodes of 4 KiB', '-1', '0', 40, 9000],
  ['lists with nodes of 3 elements', '3', '0', 20, 100],
  ['lists with nodes of 12 elements', '12', '0', 40, 9000],
  ['lists with plain nodes', '5', '40b', 20, 100],
  ['lists of plain nodes', '-2', '1b', 20, 10000],
] as const) {
  for (const protocol of ['2', '3']) {
    test(`${name} answer a real server's bytes in RESP${protocol}`, { skip: reference.skip }, async () => {
      const random = createSeededRandom();
      const driver = new EngineDriver({ 'list-max-listpack-size': fill, 'enable-debug-command': 'yes' });
      const client = driver.connect();
      const { keyspace } = driver.engine;
      keyspace.arena.poison = true;
      const setup = [
        ['FLUSHALL'],
        ['CONFIG', 'SET', 'list-max-listpack-size', fill],
        ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', threshold],
        ['HELLO', protocol],
        ['SET', 'text', 'x'],
      ];
      await reference.connection.pipeline(setup);
      for (const command of setup) client.send(...command);
      const generator = new Generator(random, elementCount, lengthMax);
      for (let batch = 0; batch < BATCHES; batch++) {
        const commands = Array.from({ length: BATCH }, () => generator.command()).flatMap((command) => [
          command,
          ['OBJECT', 'ENCODING', command[1]],
        ]);
        const snapshot = random.chance(0.5) ? keyspace.beginSnapshot() : undefined;
        const seen = snapshot === undefined ? '' : contentOf(keyspace, snapshot);
        const replies = await reference.connection.pipeline(commands);
        for (const [i, command] of commands.entries()) {
          const { bytes } = replies[i];
          const made = `${JSON.stringify(commands.slice(Math.max(0, i - 4), i + 1)).slice(0, 2000)}`;
          assert.equal(client.send(...command), Buffer.from(bytes).toString('latin1'), made);
        }
        if (snapshot === undefined) continue;
        assert.equal(contentOf(keyspace, snapshot), seen, 'a snapshot changed');
        keyspace.endSnapshot(snapshot);
      }
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });
  }
}
