import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { toPlainReply } from '@valkeep/resp';
import { readProcessUsage } from './process-usage.ts';
import { findReferenceEngines, noReferenceEngines } from './reference-engines.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { waitFor } from './wait-for.ts';

const engines = findReferenceEngines();
const skip = engines === undefined ? noReferenceEngines : false;
const command = [engines?.program('valkey-9.1-server') ?? ''];

describe('startServer, with a real Valkey', { skip }, () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ command, config: { maxmemory: '100mb', unixsocket: 'own.sock' } });
  });
  after(() => server.stop());

  it('gives a server that answers, with the configuration that was asked for', async () => {
    await using connection = await server.connect();
    assert.deepEqual(await connection.call('CONFIG', 'GET', 'maxmemory'), ['maxmemory', '104857600']);
    assert.ok(readProcessUsage(server.pid).residentBytes > 1_000_000);
    assert.match(server.logs(), /Ready to accept connections/);
  });

  it('lets a connection throw at error replies, and hands out the bytes to who asks', async () => {
    await using connection = await server.connect();
    await assert.rejects(connection.call('GET'), { name: 'ReplyError', code: 'ERR' });
    const { bytes } = await connection.request(['ECHO', '\xff\0']);
    assert.equal(bytes.toString('latin1'), '$2\r\n\xff\0\r\n');
  });

  it('keeps push messages apart from replies', async () => {
    await using connection = await server.connect();
    await connection.call('HELLO', 3);
    connection.write('SUBSCRIBE news\r\nPING\r\nPUBLISH news one\r\n');
    const replies = [await connection.readReply(), await connection.readReply()];
    assert.deepEqual(
      replies.map(({ value }) => toPlainReply(value)),
      ['PONG', 1],
    );
    await connection.readPush();
    assert.deepEqual(toPlainReply((await connection.readPush()).value), ['message', 'news', 'one']);
  });

  it('reads raw bytes, and the rest after our direction was closed', async () => {
    await using connection = await server.connect({ raw: true });
    connection.write('PING\r\nECHO x\r\n');
    connection.endWriting();
    assert.equal(String(await connection.readBytes(14)), '+PONG\r\n$1\r\nx\r\n');
    await connection.closed;
  });

  it('fails a read when the server closes the connection', async () => {
    const connection = await server.connect();
    connection.write('*1\r\n:1\r\n');
    assert.match(String(await connection.readReply().then(({ bytes }) => bytes)), /Protocol error/);
    await assert.rejects(connection.readReply(), /closed the connection/);
    assert.ok(connection.isClosed);
  });

  it('kills a server at once and removes its folder when it is stopped', async () => {
    const second = await startServer({ command });
    await second.kill9();
    assert.equal((await second.exited).signal, 'SIGKILL');
    assert.ok(existsSync(second.dir));
    await second.stop();
    assert.equal(existsSync(second.dir), false);
    assert.match(second.logs(), /Ready to accept/);
  });

  it('says what the server said when it does not start', async () => {
    await assert.rejects(startServer({ command, args: ['--no-such-directive', '1'] }), /no-such-directive/);
  });

  it('says which program is missing', async () => {
    await assert.rejects(startServer({ command: ['/no/such/program'] }), /ENOENT/);
  });
});

describe('waitFor', () => {
  it('returns the first answer that is one, and gives up at the limit', async () => {
    let asked = 0;
    assert.equal(await waitFor(() => (++asked > 2 ? asked : undefined), { what: 'three' }), 3);
    await assert.rejects(
      waitFor(() => false, { what: 'nothing', limitMs: 10 }),
      /in vain for: nothing/,
    );
  });
});
