// Random stream commands against a real server: every reply must have the same bytes, but for times, and every stream
// the same digest. Meanwhile snapshots begin and end, and what they saw must stay what it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type SeededRandom } from '@valkeep/testing';
import type { Keyspace, KeyspaceSnapshot } from '../keyspace/keyspace.ts';
import { STREAM, typeOfKind } from '../keyspace/value-kind.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { ReferenceServer } from '../testing/reference-server.ts';
import { streamsOf } from '../types/stream/streams.ts';

const reference = new ReferenceServer();
const BATCHES = 50;
const BATCH = 60;
const KEYS = ['s', 't', 'u', 'text', 'none'];
const GROUPS = ['g1', 'g2', 'a-very-long-group-name-1', 'a-very-long-group-name-2', ''];
const CONSUMERS = ['c1', 'c2', 'c3', 'consumer-with-a-long-name-1', 'consumer-with-a-long-name-2'];
const HALVES = ['18446744073709551615', '9223372036854775807', '9223372036854775808', '4294967296', '4294967295'];
const BAD_IDS = ['-', '+', '$', '>', '(5', '0-0', 'x', '5-x', '', '-5', '5-', '1-1-1', '+5', ' 5', '05-01', '5-*'];
const NUMBERS = ['0', '1', '2', '5', '10', '100', '-1', 'x', '9223372036854775807', '9223372036854775808'];
const VALUES = ['1', '-5', '200', 'hello', '123456789012', '9223372036854775807', '99999999999999999999', '', '\0\r\n'];

class Generator {
  readonly #random: SeededRandom;
  /** The milliseconds of new entries; ids are chosen around it. */
  #top = 1;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  command(): string[] {
    const random = this.#random;
    const make = random.pickWeighted<() => string[]>([
      [30, () => this.#add()],
      [5, () => ['XRANGE', this.#key(), this.#bound(), this.#bound(), ...this.#count()]],
      [5, () => ['XREVRANGE', this.#key(), this.#bound(), this.#bound(), ...this.#count()]],
      [5, () => ['XDEL', this.#key(), ...this.#ids()]],
      [2, () => ['XTRIM', this.#key(), ...this.#trimming()]],
      [2, () => ['XLEN', this.#key()]],
      [5, () => ['XREAD', ...this.#count(), 'STREAMS', this.#key(), this.#key(), this.#id(), random.pick(['$', '+'])]],
      [15, () => this.#readGroup()],
      [6, () => ['XGROUP', ...this.#group()]],
      [5, () => ['XACK', this.#key(), this.#groupName(), ...this.#ids()]],
      [5, () => ['XPENDING', this.#key(), this.#groupName(), ...this.#maybe(0.6, () => this.#pendingRange())]],
      [9, () => this.#claim()],
      [5, () => this.#autoClaim()],
      [5, () => ['XINFO', ...this.#info()]],
      [2, () => this.#setId()],
      [2, () => ['COPY', this.#key(), random.pick(['t', 'u']), 'REPLACE']],
      [1, () => ['DEL', this.#key()]],
    ]);
    return make();
  }

  #add(): string[] {
    const random = this.#random;
    if (random.chance(0.5)) this.#top++;
    const id = random.pickWeighted([
      [6, `${this.#top}-*`],
      [4, `${this.#top}-${random.integer(0, 4)}`],
      [1, this.#id()],
    ]);
    const fields = random.times(1, 3, () => [random.pick(['f', 'g', '12']), this.#value()]).flat();
    if (random.chance(0.02)) fields.pop();
    const trimming = this.#maybe(0.1, () => this.#trimming());
    return ['XADD', this.#key(), ...this.#maybe(0.05, () => ['NOMKSTREAM']), ...trimming, id, ...fields];
  }

  #trimming(): string[] {
    const random = this.#random;
    const mark = random.pick([[], ['~'], ['=']]);
    const limit = this.#maybe(0.25, () => ['LIMIT', random.pick(NUMBERS)]);
    if (random.chance(0.5)) return ['MINID', ...mark, this.#id(), ...limit];
    return ['MAXLEN', ...mark, random.chance(0.8) ? String(random.integer(0, 40)) : random.pick(NUMBERS), ...limit];
  }

  #readGroup(): string[] {
    const random = this.#random;
    const id = random.chance(0.7) ? '>' : this.#id();
    const noAck = this.#maybe(0.15, () => ['NOACK']);
    const names = [this.#groupName(), random.pick(CONSUMERS)];
    return ['XREADGROUP', 'GROUP', ...names, ...this.#count(), ...noAck, 'STREAMS', this.#key(), id];
  }

  #group(): string[] {
    const random = this.#random;
    const place = [this.#key(), this.#groupName()];
    const consumer = random.pick(CONSUMERS);
    const read = this.#maybe(0.3, () => ['ENTRIESREAD', random.pick(NUMBERS)]);
    return random.pickWeighted([
      [8, ['CREATE', ...place, random.pick(['0', '$', this.#id()]), ...this.#maybe(0.5, () => ['MKSTREAM']), ...read]],
      [4, ['SETID', ...place, random.pick(['0', '$', '-', '+', this.#id()]), ...read]],
      [2, ['CREATECONSUMER', ...place, consumer]],
      [1, ['DELCONSUMER', ...place, consumer]],
      [1, ['DESTROY', ...place]],
      [1, ['NOTHING', ...place]],
      [1, ['DELCONSUMER', ...place]],
    ]);
  }

  #pendingRange(): string[] {
    const random = this.#random;
    const idle = this.#maybe(0.3, () => ['IDLE', random.pick(['0', '1000000', 'x'])]);
    const consumer = this.#maybe(0.5, () => [random.pick(CONSUMERS)]);
    return [...idle, this.#bound(), this.#bound(), random.pick(NUMBERS), ...consumer];
  }

  #claim(): string[] {
    const random = this.#random;
    const options = [
      ...this.#maybe(0.3, () => ['IDLE', random.pick(['2000000', '0', '-5'])]),
      ...this.#maybe(0.2, () => ['RETRYCOUNT', random.pick(NUMBERS)]),
      ...this.#maybe(0.3, () => ['FORCE']),
      ...this.#maybe(0.3, () => ['JUSTID']),
      ...this.#maybe(0.2, () => ['LASTID', this.#id()]),
      ...this.#maybe(0.03, () => ['NOTHING']),
    ];
    const idle = random.pick(['0', '0', '1000000', '-1', 'x']);
    return ['XCLAIM', this.#key(), this.#groupName(), random.pick(CONSUMERS), idle, ...this.#ids(), ...options];
  }

  #autoClaim(): string[] {
    const random = this.#random;
    const names = [this.#groupName(), random.pick(CONSUMERS)];
    const idle = random.pick(['0', '0', '1000000', 'x']);
    const options = [...this.#count(), ...this.#maybe(0.3, () => ['JUSTID'])];
    return ['XAUTOCLAIM', this.#key(), ...names, idle, this.#bound(), ...options];
  }

  #info(): string[] {
    return this.#random.pick([
      ['STREAM', this.#key()],
      ['STREAM', this.#key(), 'FULL', ...this.#count()],
      ['GROUPS', this.#key()],
      ['CONSUMERS', this.#key(), this.#groupName()],
    ]);
  }

  #setId(): string[] {
    const added = this.#maybe(0.5, () => ['ENTRIESADDED', this.#random.pick(NUMBERS)]);
    return ['XSETID', this.#key(), this.#id(), ...added, ...this.#maybe(0.3, () => ['MAXDELETEDID', this.#id()])];
  }

  #maybe(chance: number, make: () => string[]): string[] {
    return this.#random.chance(chance) ? make() : [];
  }

  #count(): string[] {
    return this.#maybe(0.4, () => ['COUNT', this.#random.pick(NUMBERS)]);
  }

  #key(): string {
    return this.#random.chance(0.95) ? this.#random.pick(KEYS.slice(0, 3)) : this.#random.pick(KEYS);
  }

  #groupName(): string {
    return this.#random.chance(0.6) ? 'g1' : this.#random.pick(GROUPS);
  }

  #value(): string {
    return this.#random.chance(0.3) ? 'x'.repeat(this.#random.integer(0, 90)) : this.#random.pick(VALUES);
  }

  #ids(): string[] {
    return this.#random.times(1, 4, () => this.#id());
  }

  #id(): string {
    const random = this.#random;
    return random.pickWeighted<() => string>([
      [60, () => `${random.integer(1, this.#top + 1)}-${random.integer(0, 3)}`],
      [20, () => `${Math.max(1, this.#top - random.integer(0, 5))}-${random.integer(0, 2)}`],
      [10, () => String(random.integer(1, this.#top + 1))],
      [2, () => `${random.pick(HALVES)}-${random.pick(HALVES)}`],
      [2, () => `${random.integer(1, this.#top)}-${random.pick(HALVES)}`],
      [3, () => random.pick(BAD_IDS)],
    ])();
  }

  #bound(): string {
    if (this.#random.chance(0.3)) return this.#random.pick(['-', '+']);
    return this.#random.chance(0.2) ? `(${this.#id()}` : this.#id();
  }
}

/** A reply without what depends on the time. */
function timeless(command: readonly string[], reply: string): string {
  if (command[0] === 'XINFO') {
    return reply.replace(/(idle|inactive)\r\n:\d+/g, '$1\r\n:idle').replace(/:\d{13}\r\n/g, ':time\r\n');
  }
  if (command[0] !== 'XPENDING') return reply;
  return reply.replace(/(\$\d+\r\n(?:c\d|consumer-[^\r]*)\r\n):\d+\r\n/g, '$1:idle\r\n');
}

/** All streams that a snapshot sees, as text. */
function contentOf(keyspace: Keyspace, snapshot: KeyspaceSnapshot): string {
  const { dict, entries } = keyspace;
  const { facts } = streamsOf(keyspace);
  const lines: string[] = [];
  const line = (...parts: readonly unknown[]): number => lines.push(parts.join(' '));
  dict.forEach(snapshot.roots[0].root, (entry) => {
    if (typeOfKind(entries.kind(entry)) !== STREAM) return;
    const root = entries.value(entry);
    const counters = facts.counters(root);
    line(counters.length, counters.entriesAdded, counters.lastId, counters.firstId, counters.maxDeletedId);
    facts.forEachNode(root, (master, bytes, start, length) => {
      line(master, Buffer.from(bytes.subarray(start, start + length)).toString('latin1'));
    });
    facts.forEachGroup(root, (group, { name, lastId, entriesRead }) => {
      line(name, lastId, entriesRead);
      facts.forEachPending(group, line);
      facts.forEachConsumer(group, (consumer, { name: consumerName, seenMs, activeMs }) => {
        line(consumerName, seenMs, activeMs);
        facts.forEachPendingId(consumer, line);
      });
    });
  });
  return lines.join('\n');
}

for (const [name, nodeEntries, nodeBytes] of [
  ['streams', '100', '4096'],
  ['streams with nodes of 2 entries', '2', '0'],
  ['streams with nodes of 5 entries', '5', '4096'],
  ['streams with nodes of 60 bytes', '0', '60'],
] as const) {
  for (const protocol of ['2', '3']) {
    test(`${name} answer a real server's bytes in RESP${protocol}`, { skip: reference.skip }, async () => {
      const random = createSeededRandom();
      const settings = { 'stream-node-max-entries': nodeEntries, 'stream-node-max-bytes': nodeBytes };
      const driver = new EngineDriver({ ...settings, 'enable-debug-command': 'yes' });
      const client = driver.connect();
      const { keyspace } = driver.engine;
      keyspace.arena.poison = true;
      await reference.connection.pipeline([
        ['FLUSHALL'],
        ...Object.entries(settings).map((pair) => ['CONFIG', 'SET', ...pair]),
      ]);
      const setup = [
        ['HELLO', protocol],
        ['SET', 'text', 'x'],
      ];
      await reference.connection.pipeline(setup);
      for (const command of setup) client.send(...command);
      const generator = new Generator(random);
      for (let batch = 0; batch < BATCHES; batch++) {
        const commands = [
          ...Array.from({ length: BATCH }, () => generator.command()),
          ['DEBUG', 'DIGEST-VALUE', ...KEYS],
        ];
        const snapshot = random.chance(0.5) ? keyspace.beginSnapshot() : undefined;
        const seen = snapshot === undefined ? '' : contentOf(keyspace, snapshot);
        const replies = await reference.connection.pipeline(commands);
        for (const [i, command] of commands.entries()) {
          const expected = timeless(command, Buffer.from(replies[i].bytes).toString('latin1'));
          assert.equal(timeless(command, client.send(...command)), expected, JSON.stringify(command));
        }
        if (snapshot === undefined) continue;
        assert.equal(contentOf(keyspace, snapshot), seen, 'a snapshot changed');
        keyspace.endSnapshot(snapshot);
      }
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });
  }
}
