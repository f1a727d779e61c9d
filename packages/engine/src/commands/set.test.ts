import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { EngineDriver } from '../testing/engine-driver.ts';

const DEBUG = { 'enable-debug-command': 'yes' };

/** The same promises hold for every encoding. */
const ENCODINGS = [
  { encoding: 'intset', settings: {}, members: Array.from({ length: 20 }, (_, i) => String(i)) },
  { encoding: 'listpack', settings: {}, members: Array.from({ length: 20 }, (_, i) => `m${i}`) },
  {
    encoding: 'hashtable',
    settings: { 'set-max-listpack-entries': '0' },
    members: Array.from({ length: 20 }, (_, i) => `m${i}`),
  },
];

/** What a RESP array of bulk strings holds. */
function items(reply: string): string[] {
  return reply.split('\r\n').filter((_, index) => index > 0 && index % 2 === 0);
}

/** The commands that followers hear of. */
function followed(driver: EngineDriver): string[] {
  const commands: string[] = [];
  driver.engine.effects.addSink({
    append: (_id, bytes, start, length) => {
      const text = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
      commands.push(items(text).join(' '));
    },
  });
  return commands;
}

for (const { encoding, settings, members } of ENCODINGS) {
  suite(`sets as ${encoding}`, () => {
    test('give each member with the same chance, whatever is asked for', () => {
      const random = createSeededRandom();
      const driver = new EngineDriver({ ...DEBUG, ...settings });
      const client = driver.connect();
      Object.defineProperty(driver.engine, 'random', { value: () => random.fraction() });
      client.send('SADD', 's', ...members);
      assert.equal(client.send('OBJECT', 'ENCODING', 's'), `$${encoding.length}\r\n${encoding}\r\n`);
      for (const count of ['-1000', '2', '12']) {
        const picks = new Map<string, number>();
        let total = 0;
        while (total < 20_000) {
          for (const member of items(client.send('SRANDMEMBER', 's', count))) {
            picks.set(member, (picks.get(member) ?? 0) + 1);
            total++;
          }
        }
        const mean = total / members.length;
        const chiSquare = members.reduce((sum, member) => sum + ((picks.get(member) ?? 0) - mean) ** 2 / mean, 0);
        // 19 degrees of freedom: above 70 once in ten million runs.
        assert.ok(chiSquare < 70, `chi-square is ${chiSquare} for SRANDMEMBER ${count}`);
      }
    });

    test('give distinct members where the count is positive', () => {
      const client = new EngineDriver({ ...DEBUG, ...settings }).connect();
      client.send('SADD', 's', ...members);
      for (const count of [1, 5, 19, 20, 100]) {
        const picked = items(client.send('SRANDMEMBER', 's', String(count)));
        assert.equal(picked.length, Math.min(count, members.length));
        assert.equal(new Set(picked).size, picked.length);
      }
    });

    test('tell followers what SPOP took, and that the key went with the last member', () => {
      const driver = new EngineDriver({ ...DEBUG, ...settings });
      const commands = followed(driver);
      const client = driver.connect();
      client.send('SADD', 's', ...members);
      commands.length = 0;
      const [single] = [client.send('SPOP', 's').split('\r\n')[1]];
      const some = items(client.send('SPOP', 's', '2'));
      const many = items(client.send('SPOP', 's', '15'));
      const rest = items(client.send('SPOP', 's', '99'));
      assert.deepEqual([single, ...some, ...many, ...rest].sort(), [...members].sort());
      assert.deepEqual(commands, [
        `SREM s ${single}`,
        `SREM s ${some.join(' ')}`,
        `SREM s ${many.join(' ')}`,
        'UNLINK s',
      ]);
      assert.equal(client.send('EXISTS', 's'), ':0\r\n');
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });

    test('are walked through by SSCAN', () => {
      const client = new EngineDriver({ ...DEBUG, ...settings }).connect();
      client.send('SADD', 's', ...members);
      const seen = new Set<string>();
      let cursor = '0';
      do {
        const lines = client.send('SSCAN', 's', cursor, 'COUNT', '5').split('\r\n');
        cursor = lines[2];
        for (const member of items(lines.slice(3).join('\r\n'))) seen.add(member);
      } while (cursor !== '0');
      assert.deepEqual([...seen].sort(), [...members].sort());
    });
  });
}

suite('sets', () => {
  test('of many members go without a leak', () => {
    const client = new EngineDriver(DEBUG).connect();
    for (let i = 0; i < 30_000; i += 500) {
      client.send('SADD', 's', ...Array.from({ length: 500 }, (_, at) => `member:${i + at}`));
    }
    assert.equal(client.send('SCARD', 's'), ':30000\r\n');
    assert.equal(client.send('SUNIONSTORE', 'copy', 's', 'nothing'), ':30000\r\n');
    assert.equal(client.send('SINTERCARD', '2', 's', 'copy'), ':30000\r\n');
    assert.equal(client.send('SDIFF', 's', 'copy'), '*0\r\n');
    assert.equal(client.send('SPOP', 's', '29990').slice(0, 8), '*29990\r\n');
    assert.equal(client.send('SCARD', 's'), ':10\r\n');
    assert.equal(client.send('UNLINK', 's', 'copy'), ':2\r\n');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });

  test('change their encoding as they grow, and as other members come', () => {
    const client = new EngineDriver(DEBUG).connect();
    const encoding = () => client.send('OBJECT', 'ENCODING', 's').split('\r\n')[1];
    client.send('SADD', 's', ...Array.from({ length: 100 }, (_, i) => String(i)));
    assert.equal(encoding(), 'intset');
    client.send('SADD', 's', 'text');
    assert.equal(encoding(), 'listpack');
    client.send('SADD', 's', 'x'.repeat(65));
    assert.equal(encoding(), 'hashtable');
    client.send('SADD', 's', '9223372036854775807', '-9223372036854775808');
    assert.equal(client.send('SCARD', 's'), ':104\r\n');
    assert.equal(client.send('SMISMEMBER', 's', '99', '9223372036854775807', '100'), '*3\r\n:1\r\n:1\r\n:0\r\n');
  });
});
