import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommands } from './replica-link.ts';
import { EngineDriver } from './testing/engine-driver.ts';

const STREAM = '*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\nb\r\nc\r\n';

describe('the stream of a primary', () => {
  it('is read the same however it is cut', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const words: string[][] = [];
      const read = (bytes: Buffer): number =>
        readCommands(bytes, 0, (starts, lengths) => {
          words.push(starts.map((start, i) => bytes.toString('latin1', start, start + lengths[i])));
        });
      const first = Buffer.from(STREAM.slice(0, cut));
      const rest = first.subarray(read(first)).toString() + STREAM.slice(cut);
      assert.equal(read(Buffer.from(rest)), rest.length);
      assert.deepEqual(words, [['PING'], ['SET', 'a', 'b\r\nc']]);
    }
  });
});

describe('a replica', () => {
  it('refuses writes, and reads where the link is down and stale data are not served', () => {
    const client = new EngineDriver({ 'replica-serve-stale-data': 'no' }).connect();
    client.send('SET', 'a', '1');
    assert.equal(client.send('REPLICAOF', 'localhost', '0'), '+OK\r\n');
    assert.equal(client.send('SET', 'a', '2'), "-READONLY You can't write against a read only replica.\r\n");
    assert.match(client.send('GET', 'a'), /^-MASTERDOWN/);
    assert.match(
      client.send('INFO', 'replication'),
      /role:slave\r\nmaster_host:localhost\r\nmaster_port:0\r\nmaster_link_status:down/,
    );
    assert.match(client.send('ROLE'), /^\*5\r\n\$5\r\nslave/);
    assert.equal(client.send('REPLICAOF', 'no', 'one'), '+OK\r\n');
    assert.equal(client.send('GET', 'a'), '$1\r\n1\r\n');
  });
});
