// Random hash and set commands against a real server: replies must have the same bytes, except for the order of what has
// no order. Meanwhile snapshots begin and end, and what they saw must stay what it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type SeededRandom } from '@valkeep/testing';
import { binaryString } from '../encodings/bytes-compare.ts';
import type { Keyspace, KeyspaceSnapshot } from '../keyspace/keyspace.ts';
import { HASH, SET, typeOfKind } from '../keyspace/value-kind.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { ReferenceServer } from '../testing/reference-server.ts';
import { HashCursor } from '../types/hash/hash-cursor.ts';
import { SetCursor } from '../types/set/set-cursor.ts';

const reference = new ReferenceServer();
const BATCHES = 40;
const BATCH = 60;

const INTEGERS = ['0', '1', '-1', '7', '1000000', '9223372036854775807', '-9223372036854775808', '9007199254740993'];
const FLOATS = ['0.1', '1e5', '-3.25', '1e-7', 'inf', 'nan', '12345678901234567890', '0x10'];
const BAD_NUMBERS = ['x', '', '1 ', '01', '99999999999999999999', '+1'];
/** Replies of these come in an order of the server's choice. */
const UNORDERED = /^(SMEMBERS|SINTER|SUNION|SDIFF|SPOP|HKEYS|HVALS|HGETALL)$/;
/** A deadline that tests do not live to see, and one that is over. */
const DEADLINES = ['33177117420000', '33177117430000', '1000'];

class Generator {
  readonly #random: SeededRandom;
  readonly #memberCount: number;

  constructor(random: SeededRandom, memberCount: number) {
    this.#random = random;
    this.#memberCount = memberCount;
  }

  command(): string[] {
    const random = this.#random;
    const command = random.pickWeighted<() => string[]>([
      [20, () => this.#changeHash()],
      [12, () => this.#readHash()],
      [10, () => this.#deadlines()],
      [20, () => this.#changeSet()],
      [10, () => this.#readSet()],
      [12, () => this.#combine()],
      [3, () => ['OBJECT', 'ENCODING', random.pick([this.#hash(), this.#set()])]],
      [1, () => ['DEL', random.pick([this.#hash(), this.#set()])]],
      [1, () => ['COPY', random.pick([this.#hash(), this.#set()]), random.pick(['h3', 's3']), 'REPLACE']],
    ]);
    return command();
  }

  #changeHash(): string[] {
    const random = this.#random;
    const key = this.#hash();
    const pairs = () => random.times(1, 5, () => [this.#member(), this.#value()]).flat();
    return random.pickWeighted<() => string[]>([
      [10, () => ['HSET', key, ...pairs()]],
      [2, () => ['HMSET', key, ...pairs()]],
      [1, () => ['HSET', key, ...pairs(), 'odd']],
      [3, () => ['HSETNX', key, this.#member(), this.#value()]],
      [6, () => ['HDEL', key, ...random.times(1, 4, () => this.#member())]],
      [2, () => this.#fields('HGETDEL', key)],
      [4, () => ['HINCRBY', key, this.#member(), random.pick([...INTEGERS, ...BAD_NUMBERS])]],
      [4, () => ['HINCRBYFLOAT', key, this.#member(), random.pick([...INTEGERS, ...FLOATS, ...BAD_NUMBERS])]],
    ])();
  }

  #readHash(): string[] {
    const random = this.#random;
    const key = this.#hash();
    return random.pickWeighted<() => string[]>([
      [5, () => ['HGET', key, this.#member()]],
      [3, () => ['HMGET', key, this.#member(), this.#member()]],
      [2, () => [random.pick(['HGETALL', 'HKEYS', 'HVALS', 'HLEN']), key]],
      [2, () => [random.pick(['HSTRLEN', 'HEXISTS']), key, this.#member()]],
      [1, () => ['HRANDFIELD', key, random.pick(['x', '0', '9223372036854775807', '-9223372036854775808']), 'WITH']],
    ])();
  }

  #deadlines(): string[] {
    const random = this.#random;
    const key = this.#hash();
    const deadline = random.pick(DEADLINES);
    const condition = random.pick([[], ['NX'], ['XX'], ['GT'], ['LT'], ['NX', 'GT'], ['y']]);
    const pairs = random.times(1, 3, () => [this.#member(), this.#value()]);
    const options = random.pick([[], ['FNX'], ['FXX'], ['NX'], ['XX'], ['KEEPTTL'], ['PXAT', deadline], ['EX', '-1']]);
    return random.pickWeighted<() => string[]>([
      [4, () => this.#fields('HPEXPIREAT', key, deadline, ...condition)],
      [2, () => this.#fields('HPERSIST', key)],
      [3, () => this.#fields('HPEXPIRETIME', key)],
      [2, () => this.#fields('HGETEX', key, ...random.pick([[], ['PERSIST'], ['PXAT', deadline], ['PX']]))],
      [4, () => ['HSETEX', key, ...options, 'FIELDS', String(pairs.length), ...pairs.flat()]],
    ])();
  }

  #fields(...head: readonly string[]): string[] {
    const fields = this.#random.times(1, 3, () => this.#member());
    const count = this.#random.chance(0.05) ? 'x' : String(fields.length);
    return [...head, 'FIELDS', count, ...fields];
  }

  #changeSet(): string[] {
    const random = this.#random;
    const key = this.#set();
    return random.pickWeighted<() => string[]>([
      [8, () => ['SADD', key, ...random.times(1, 5, () => this.#member())]],
      [3, () => ['SADD', 'numbers', ...random.times(1, 3, () => String(random.integer(-9, this.#memberCount)))]],
      [6, () => ['SREM', key, ...random.times(1, 4, () => this.#member())]],
      [4, () => ['SMOVE', key, this.#set(), this.#member()]],
      [1, () => ['SPOP', key, random.pick(['x', '-1', '0', '1000000', '1 1'])]],
    ])();
  }

  #readSet(): string[] {
    const random = this.#random;
    const key = this.#set();
    return random.pickWeighted<() => string[]>([
      [4, () => ['SISMEMBER', key, this.#member()]],
      [3, () => ['SMISMEMBER', key, this.#member(), this.#member()]],
      [3, () => [random.pick(['SCARD', 'SMEMBERS']), key]],
      [1, () => ['SRANDMEMBER', key, random.pick(['x', '0', '-9223372036854775808'])]],
    ])();
  }

  #combine(): string[] {
    const random = this.#random;
    const keys = random.times(1, 3, () => this.#set());
    return random.pickWeighted<() => string[]>([
      [4, () => [random.pick(['SINTER', 'SUNION', 'SDIFF']), ...keys]],
      [4, () => [random.pick(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE']), this.#set(), ...keys]],
      [1, () => ['SINTERCARD', String(keys.length), ...keys]],
      [1, () => ['SINTERCARD', random.pick(['x', '0', '9']), ...keys, 'LIMIT', random.pick(['x', '0', '2', '-1'])]],
    ])();
  }

  #hash(): string {
    return this.#random.pickWeighted([
      [10, 'h1'],
      [10, 'h2'],
      [4, 'h3'],
      [1, 's1'],
      [1, 'nothing'],
    ] as const);
  }

  #set(): string {
    return this.#random.pickWeighted([
      [10, 's1'],
      [10, 's2'],
      [4, 's3'],
      [4, 'numbers'],
      [1, 'h1'],
      [1, 'nothing'],
    ] as const);
  }

  #member(): string {
    const random = this.#random;
    const number = random.integer(0, this.#memberCount);
    if (random.chance(0.4)) return String(number);
    if (random.chance(0.05)) return random.pick(INTEGERS);
    if (random.chance(0.05)) return `a long prefix ${'x'.repeat(number % 70)}`;
    return `member:${number}`;
  }

  #value(): string {
    const random = this.#random;
    if (random.chance(0.5)) return random.pick([...INTEGERS, ...FLOATS]);
    return random.chance(0.1) ? 'v'.repeat(random.integer(0, 100)) : `value ${random.integer(0, 1000)}`;
  }
}

/** All that a snapshot sees, as text. */
function contentOf(keyspace: Keyspace, snapshot: KeyspaceSnapshot): string {
  const { arena, dict, entries } = keyspace;
  const lines: string[] = [];
  dict.forEach(snapshot.roots[0].root, (entry) => {
    const kind = entries.kind(entry);
    const value = entries.value(entry);
    const items: string[] = [];
    if (typeOfKind(kind) === HASH) {
      const cursor = new HashCursor(arena, dict).open(kind, value);
      while (cursor.next()) {
        const field = binaryString(cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength);
        items.push(`${field}=${binaryString(cursor.valueBytes, cursor.valueStart, cursor.valueLength)}`);
      }
    } else if (typeOfKind(kind) === SET) {
      const cursor = new SetCursor(arena, dict).open(kind, value);
      while (cursor.next()) items.push(binaryString(cursor.bytes, cursor.start, cursor.length));
    }
    lines.push(`${binaryString(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry))}: ${items}`);
  });
  return lines.sort().join('\n');
}

/** A reply, sorted line by line where its order means nothing. */
function comparable(command: readonly string[], reply: string): string {
  return UNORDERED.test(command[0]) ? reply.split('\r\n').sort().join('\n') : reply;
}

for (const [name, limits, memberCount] of [
  ['small', {}, 12],
  ['big', { 'hash-max-listpack-entries': '0', 'set-max-listpack-entries': '0', 'set-max-intset-entries': '0' }, 40],
  ['growing', { 'hash-max-listpack-entries': '8', 'set-max-listpack-entries': '8', 'set-max-intset-entries': '6' }, 20],
  ['large', { 'hash-max-listpack-value': '10', 'set-max-listpack-value': '10' }, 2000],
] as const) {
  for (const protocol of ['2', '3']) {
    test(`${name} hashes and sets answer as a real server does in RESP${protocol}`, {
      skip: reference.skip,
    }, async () => {
      const random = createSeededRandom();
      const driver = new EngineDriver({ ...limits, 'enable-debug-command': 'yes' });
      const client = driver.connect();
      const { keyspace } = driver.engine;
      keyspace.arena.poison = true;
      const settings = Object.entries({
        'hash-max-listpack-entries': '512',
        'hash-max-listpack-value': '64',
        'set-max-intset-entries': '512',
        'set-max-listpack-entries': '128',
        'set-max-listpack-value': '64',
        ...limits,
      });
      await reference.connection.pipeline([['FLUSHALL'], ['CONFIG', 'SET', ...settings.flat()], ['HELLO', protocol]]);
      client.send('HELLO', protocol);
      const generator = new Generator(random, memberCount);
      for (let batch = 0; batch < BATCHES; batch++) {
        const commands = Array.from({ length: BATCH }, () => generator.command());
        const snapshot = random.chance(0.5) ? keyspace.beginSnapshot() : undefined;
        const seen = snapshot === undefined ? '' : contentOf(keyspace, snapshot);
        const replies = await reference.connection.pipeline(commands);
        for (const [i, command] of commands.entries()) {
          const expected = Buffer.from(replies[i].bytes).toString('latin1');
          const actual = client.send(...command);
          assert.equal(comparable(command, actual), comparable(command, expected), JSON.stringify(command));
        }
        if (snapshot === undefined) continue;
        assert.equal(contentOf(keyspace, snapshot), seen, 'a snapshot changed');
        keyspace.endSnapshot(snapshot);
      }
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });
  }
}
