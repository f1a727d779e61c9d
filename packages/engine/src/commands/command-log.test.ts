import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const line = (text: string): string => text.replaceAll('\r\n', ' ').trimEnd();

describe('the command logs', () => {
  it('keep the newest entries', () => {
    const client = new EngineDriver({
      'commandlog-execution-slower-than': '0',
      'commandlog-slow-execution-max-len': '2',
    }).connect();
    for (const text of ['1', '2', '3']) client.send('ECHO', text);
    assert.equal(client.send('SLOWLOG', 'LEN'), ':2\r\n');
    assert.match(
      line(client.send('COMMANDLOG', 'GET', '1', 'slow')),
      /^\*1 \*6 :3 :\d+ :\d+ \*2 \$7 SLOWLOG \$3 LEN \$11 127/,
    );
    assert.equal(client.send('SLOWLOG', 'GET', '-2'), '-ERR count should be greater than or equal to -1\r\n');
    assert.equal(client.send('SLOWLOG', 'RESET'), '+OK\r\n');
  });

  it('note large requests with their size and cut arguments', () => {
    const client = new EngineDriver({ 'commandlog-request-larger-than': '1024' }).connect();
    client.send('SET', 'a', 'x'.repeat(960));
    assert.equal(client.send('COMMANDLOG', 'LEN', 'large-request'), ':0\r\n');
    client.send('SET', 'a', 'x'.repeat(1024));
    const entry = line(client.send('COMMANDLOG', 'GET', '-1', 'large-request'));
    assert.match(entry, /^\*1 \*6 :0 :\d+ :1053 \*3 \$3 SET \$1 a \$148 x{128}\.\.\. \(896 more bytes\) /);
  });

  it('note large replies', () => {
    const client = new EngineDriver({ 'commandlog-reply-larger-than': '1000' }).connect();
    client.send('PING');
    client.send('ECHO', 'x'.repeat(1000));
    assert.match(line(client.send('COMMANDLOG', 'GET', '-1', 'large-reply')), /^\*1 \*6 :0 :\d+ :1009 \*2 \$4 ECHO/);
    assert.match(client.send('COMMANDLOG', 'LEN', 'none'), /^-ERR type should be one of the following/);
  });

  it('leave out secrets and too many arguments', () => {
    const client = new EngineDriver({ 'commandlog-execution-slower-than': '0' }).connect();
    client.send('AUTH', 'user', 'secret');
    client.send('DEL', ...Array.from({ length: 40 }, (_unused, i) => String(i)));
    const text = line(client.send('SLOWLOG', 'GET'));
    assert.match(text, /\*3 \$4 AUTH \$10 \(redacted\) \$10 \(redacted\)/);
    assert.match(text, /\$2 29 \$\d+ \.\.\. \(10 more arguments\)/);
  });
});

describe('MONITOR', () => {
  it('shows what others run, secrets left out', () => {
    const driver = new EngineDriver();
    const monitor = driver.connect();
    const client = driver.connect();
    assert.equal(monitor.send('MONITOR'), '+OK\r\n');
    client.send('SET', 'a', 'quo"te\n');
    client.send('AUTH', 'secret');
    assert.match(
      monitor.received(),
      /^\+\d+\.\d{6} \[0 127\.0\.0\.1:1\] "SET" "a" "quo\\"te\\n"\r\n\+\S+ \[0 \S+\] "AUTH" "\(redacted\)"\r\n$/,
    );
    client.send('MULTI');
    client.send('PING');
    client.send('EXEC');
    assert.match(monitor.received(), /"MULTI"\r\n.*"PING"\r\n.*"EXEC"\r\n$/s);
    monitor.send('RESET');
    client.send('PING');
    assert.equal(monitor.received(), '');
  });
});
