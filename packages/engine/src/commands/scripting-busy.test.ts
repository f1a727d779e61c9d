// A long script lets others be served: the transport of these tests serves them when the engine polls it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

const driver = new EngineDriver({ 'busy-reply-threshold': '1' });
after(() => driver.engine.stop());
const client = driver.connect();
const other = driver.connect();
let onPoll: () => void = () => undefined;
Object.assign(driver.engine.transport, { canPoll: true, pollOnce: () => onPoll() });

beforeEach(() => {
  onPoll = () => undefined;
});

/** What `other` is told while a script runs; the script is killed at the end. */
function whileRunning(body: string, meanwhile: (other: DrivenClient) => void): string {
  let isDone = false;
  onPoll = () => {
    if (isDone) return;
    isDone = true;
    meanwhile(other);
  };
  return client.send('EVAL', body, '0');
}

const ENDLESS = 'while true do end';

test('others are told that a script keeps the server busy until somebody kills it', () => {
  const replies: string[] = [];
  const reply = whileRunning(ENDLESS, () => {
    replies.push(other.send('GET', 'key'), other.send('FUNCTION', 'KILL'), other.send('SCRIPT', 'KILL'));
  });
  const busy = '-BUSY Valkey is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n';
  assert.deepEqual(replies, [busy, busy, '+OK\r\n']);
  assert.equal(reply, '-ERR Script killed by user with SCRIPT KILL.\r\n');
  assert.equal(client.send('GET', 'key'), '$-1\r\n');
});

test('pcall does not keep a script alive that was killed', () => {
  const reply = whileRunning('while true do pcall(function() while true do end end) end', () => {
    other.send('SCRIPT', 'KILL');
  });
  assert.match(reply, /killed by user/);
});

test('a script that has written cannot be killed', () => {
  const body = "redis.call('set', 'written', 1) for i = 1, 3000000 do end return 'done'";
  let refusal = '';
  const reply = whileRunning(body, () => {
    refusal = other.send('SCRIPT', 'KILL');
  });
  assert.match(refusal, /^-UNKILLABLE Sorry the script already executed write commands/);
  assert.equal(reply, '$4\r\ndone\r\n');
});

test('what others do meanwhile leaves the arguments and replies of the script alone', () => {
  const body = "local a = ARGV[1] for i = 1, 3000000 do end return {a, redis.call('echo', KEYS[1])}";
  onPoll = () => void other.send('CLIENT', 'ID', 'x'.repeat(5000), 'y'.repeat(5000));
  assert.equal(client.send('EVAL', body, '1', 'key', 'value'), '*2\r\n$5\r\nvalue\r\n$3\r\nkey\r\n');
});

test('there is nothing to kill while no script runs', () => {
  assert.equal(client.send('SCRIPT', 'KILL'), '-NOTBUSY No scripts in execution right now.\r\n');
});
