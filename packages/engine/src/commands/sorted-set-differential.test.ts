// Random sorted set commands against a real server: every reply must have the same bytes. Meanwhile snapshots begin and
// end, and what they saw must stay what it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type SeededRandom } from '@valkeep/testing';
import { binaryString } from '../encodings/bytes-compare.ts';
import type { Keyspace, KeyspaceSnapshot } from '../keyspace/keyspace.ts';
import { SORTED_SET, typeOfKind } from '../keyspace/value-kind.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { ReferenceServer } from '../testing/reference-server.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';

const reference = new ReferenceServer();
const BATCHES = 60;
const BATCH = 50;

const SCORES = [
  '0',
  '1',
  '-1',
  '2.5',
  '1e100',
  'inf',
  '-inf',
  '3.0',
  '0.1',
  '-0',
  '1234567890123',
  '1e-7',
  '1e20',
  '17',
];
const BAD_NUMBERS = ['nan', 'x', '', '1 ', '0x10', '1e400', '(1', '--1'];
const INTEGERS = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '-2',
  '-3',
  '10',
  '100',
  '-100',
  '9223372036854775807',
  '-9223372036854775808',
];

class Generator {
  readonly #random: SeededRandom;
  readonly #memberCount: number;

  constructor(random: SeededRandom, memberCount: number) {
    this.#random = random;
    this.#memberCount = memberCount;
  }

  command(): string[] {
    const command = this.#random.pickWeighted<() => string[]>([
      [30, () => this.#add()],
      [8, () => ['ZINCRBY', this.#key(), this.#score(), this.#member()]],
      [6, () => ['ZREM', this.#key(), ...this.#random.times(1, 4, () => this.#member())]],
      [4, () => [this.#random.pick(['ZSCORE', 'ZRANK', 'ZREVRANK']), this.#key(), this.#member()]],
      [4, () => ['ZMSCORE', this.#key(), this.#member(), this.#member()]],
      [2, () => ['ZRANK', this.#key(), this.#member(), this.#random.pick(['WITHSCORE', 'x'])]],
      [2, () => ['ZCARD', this.#key()]],
      [20, () => this.#range()],
      [6, () => this.#count()],
      [6, () => this.#pop()],
      [12, () => this.#combine()],
      [2, () => ['ZRANGE', this.#key(), '0', '-1', 'WITHSCORES']],
      [1, () => ['DEL', this.#key()]],
      [2, () => ['SADD', 'set', this.#member(), this.#member()]],
      [2, () => ['SADD', 'numbers', String(this.#random.integer(0, this.#memberCount))]],
    ]);
    return command();
  }

  /** So many members that there are ranges to cut. */
  fill(): string[][] {
    const pairs = (score: () => string) => Array.from({ length: this.#memberCount }, () => [score(), this.#member()]);
    return [
      ['ZADD', 'z1', ...pairs(() => String(this.#random.fraction())).flat()],
      ['ZADD', 'z2', ...pairs(() => String(this.#random.integer(-20, 20))).flat()],
      ['ZADD', 'lex', ...pairs(() => '0').flat()],
    ];
  }

  #add(): string[] {
    const flags = this.#random.chance(0.4)
      ? this.#random.times(1, 2, () => this.#random.pick(['NX', 'XX', 'GT', 'LT', 'CH', 'INCR']))
      : [];
    if (this.#random.chance(0.2)) {
      return ['ZADD', 'lex', ...this.#random.times(1, 5, () => ['0', this.#member()]).flat()];
    }
    const pairs = this.#random.times(1, 5, () => [this.#score(), this.#member()]);
    return ['ZADD', this.#key(), ...flags, ...pairs.flat()];
  }

  #range(): string[] {
    const random = this.#random;
    const by = random.pick(['rank', 'score', 'member']);
    const ends = by === 'rank' ? [this.#integer(), this.#integer()] : this.#ends(by);
    // Ranges of members are defined where all scores are equal, offsets below 0 are not.
    const source = by === 'member' ? 'lex' : this.#key();
    const limit = random.chance(0.4) ? ['LIMIT', random.pick(['0', '1', '3', '100', 'x']), this.#integer()] : [];
    const scores = random.chance(0.4) ? ['WITHSCORES'] : [];
    if (random.chance(0.5)) {
      const names = { rank: 'RANGE', score: 'RANGEBYSCORE', member: 'RANGEBYLEX' };
      const name = names[by === 'rank' || by === 'score' ? by : 'member'];
      return [`Z${random.pick(['', 'REV'])}${name}`, source, ...ends, ...scores, ...limit];
    }
    const words = [...(by === 'score' ? ['BYSCORE'] : by === 'member' ? ['BYLEX'] : []), ...random.pick([[], ['REV']])];
    if (random.chance(0.3)) return ['ZRANGESTORE', this.#key(), source, ...ends, ...words, ...limit];
    return ['ZRANGE', source, ...ends, ...words, ...scores, ...limit];
  }

  #ends(by: string): string[] {
    const random = this.#random;
    if (by === 'score') return [1, 2].map(() => random.pick(['', '(']) + this.#score());
    return [1, 2].map(() => random.pick(['-', '+', `[${this.#member()}`, `(${this.#member()}`, this.#member()]));
  }

  #count(): string[] {
    const by = this.#random.pick(['score', 'member', 'rank']);
    if (by === 'rank') return ['ZREMRANGEBYRANK', this.#key(), this.#integer(), this.#integer()];
    if (by === 'score') return [this.#random.pick(['ZCOUNT', 'ZREMRANGEBYSCORE']), this.#key(), ...this.#ends(by)];
    return [this.#random.pick(['ZLEXCOUNT', 'ZREMRANGEBYLEX']), 'lex', ...this.#ends(by)];
  }

  #pop(): string[] {
    const random = this.#random;
    const count = random.chance(0.5) ? [this.#integer()] : [];
    if (random.chance(0.6)) return [random.pick(['ZPOPMIN', 'ZPOPMAX']), this.#key(), ...count];
    const keys = random.times(1, 3, () => this.#key());
    const words = count.length > 0 ? ['COUNT', ...count] : [];
    return [
      'ZMPOP',
      random.chance(0.1) ? '0' : String(keys.length),
      ...keys,
      random.pick(['MIN', 'MAX', 'x']),
      ...words,
    ];
  }

  #combine(): string[] {
    const random = this.#random;
    const keys = random.times(1, 3, () => (random.chance(0.2) ? random.pick(['set', 'numbers']) : this.#key()));
    const name = random.pick(['ZUNION', 'ZINTER', 'ZDIFF', 'ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE', 'ZINTERCARD']);
    const options: string[] = [];
    if (random.chance(0.3)) options.push('WEIGHTS', ...keys.map(() => this.#score()));
    if (random.chance(0.3)) options.push('AGGREGATE', random.pick(['SUM', 'min', 'MAX', 'x']));
    if (random.chance(0.4)) options.push('WITHSCORES');
    if (random.chance(0.1)) options.push('LIMIT', this.#integer());
    const count = random.chance(0.05) ? this.#integer() : String(keys.length);
    return [name, ...(name.endsWith('STORE') ? [this.#key()] : []), count, ...keys, ...options];
  }

  #key(): string {
    return this.#random.pickWeighted([
      [10, 'z1'],
      [10, 'z2'],
      [5, 'z3'],
      [1, 'text'],
      [1, 'nothing'],
    ] as const);
  }

  #member(): string {
    const random = this.#random;
    const number = random.integer(0, this.#memberCount);
    if (random.chance(0.3)) return String(number);
    if (random.chance(0.1)) return `a long prefix ${'x'.repeat(number % 70)}`;
    return `member:${number}`;
  }

  #score(): string {
    const random = this.#random;
    if (random.chance(0.02)) return random.pick(BAD_NUMBERS);
    if (random.chance(0.3)) return String(random.integer(-20, 20) / 4);
    if (random.chance(0.2)) return String(random.fraction());
    return random.pick(SCORES);
  }

  #integer(): string {
    return this.#random.chance(0.03) ? this.#random.pick(BAD_NUMBERS) : this.#random.pick(INTEGERS);
  }
}

/** All that a snapshot sees, as text. */
function contentOf(keyspace: Keyspace, snapshot: KeyspaceSnapshot): string {
  const { dict, entries } = keyspace;
  const lines: string[] = [];
  dict.forEach(snapshot.roots[0].root, (entry) => {
    const line = [binaryString(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry))];
    const kind = entries.kind(entry);
    if (typeOfKind(kind) === SORTED_SET) line.push(...membersOf(keyspace, kind, entries.value(entry)));
    lines.push(line.join(' '));
  });
  return lines.sort().join('\n');
}

function membersOf(keyspace: Keyspace, kind: number, value: number): string[] {
  const sets = sortedSetsOf(keyspace);
  const cursor = sets.createCursor();
  cursor.open(kind, value);
  const members: string[] = [];
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    assert.ok(sets.findIn(kind, value, cursor.bytes, cursor.start, cursor.length), 'a member is in the order only');
    members.push(`${binaryString(cursor.bytes, cursor.start, cursor.length)} ${cursor.score}`);
  }
  return members;
}

for (const [name, entriesMax, memberCount] of [
  ['packed', '128', 12],
  ['big', '0', 40],
  ['growing', '8', 20],
  ['large', '0', 4000],
] as const) {
  for (const protocol of ['2', '3']) {
    test(`${name} sorted sets answer a real server's bytes in RESP${protocol}`, { skip: reference.skip }, async () => {
      const random = createSeededRandom();
      const driver = new EngineDriver({ 'zset-max-listpack-entries': entriesMax, 'enable-debug-command': 'yes' });
      const client = driver.connect();
      const { keyspace } = driver.engine;
      keyspace.arena.poison = true;
      await reference.connection.pipeline([
        ['FLUSHALL'],
        ['CONFIG', 'SET', 'zset-max-listpack-entries', entriesMax],
        ['HELLO', protocol],
      ]);
      client.send('HELLO', protocol);
      const generator = new Generator(random, memberCount);
      for (const command of generator.fill()) {
        const [reply] = await reference.connection.pipeline([command]);
        assert.equal(client.send(...command), Buffer.from(reply.bytes).toString('latin1'));
      }
      for (let batch = 0; batch < BATCHES; batch++) {
        const commands = [['SET', 'text', 'x'], ...Array.from({ length: BATCH }, () => generator.command())];
        const snapshot = random.chance(0.5) ? keyspace.beginSnapshot() : undefined;
        const seen = snapshot === undefined ? '' : contentOf(keyspace, snapshot);
        const replies = await reference.connection.pipeline(commands);
        for (const [i, command] of commands.entries()) {
          const { bytes } = replies[i];
          assert.equal(client.send(...command), Buffer.from(bytes).toString('latin1'), JSON.stringify(command));
        }
        if (snapshot === undefined) continue;
        assert.equal(contentOf(keyspace, snapshot), seen, 'a snapshot changed');
        keyspace.endSnapshot(snapshot);
      }
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });
  }
}
