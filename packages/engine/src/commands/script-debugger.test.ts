import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

const driver = new EngineDriver();
after(() => driver.engine.stop());

/** What the debugger shows in answer to words: its lines, then the reply of the script at the end of the session. */
function ask(client: DrivenClient, ...words: readonly string[]): string[] {
  return client
    .send(...words)
    .split('\r\n')
    .slice(1, -1);
}

function startSession(body: string, ...rest: readonly string[]): DrivenClient {
  const client = driver.connect();
  assert.equal(client.send('SCRIPT', 'DEBUG', 'SYNC'), '+OK\r\n');
  client.send('EVAL', body, ...(rest.length === 0 ? ['0'] : rest));
  return client;
}

test('a script stops before each line, in functions too, and shows its variables', () => {
  const body = 'local a = 1\nlocal function f(n)\n  return n + a\nend\nreturn f(5)';
  const client = startSession(body);
  assert.deepEqual(ask(client, 'step'), ['+* Stopped at 2, stop reason = step over', '+-> 2   local function f(n)']);
  assert.deepEqual(ask(client, 'break', '3'), ['+-> 2   local function f(n)', '+  #3     return n + a', '+   4   end']);
  assert.deepEqual(ask(client, 'c'), ['+* Stopped at 3, stop reason = break point', '+->#3     return n + a']);
  assert.deepEqual(ask(client, 'print', 'n'), ['+<value> 5']);
  assert.deepEqual(ask(client, 'continue'), ['+<endsession>', ':6']);
  assert.equal(client.isClosed, true);
});

test('a loop stops in each round', () => {
  const client = startSession('for i = 1, 2 do\n  local x = i\nend');
  ask(client, 'step');
  assert.deepEqual(ask(client, 'print'), ['+<value> i = 1']);
  ask(client, 'step');
  assert.deepEqual(ask(client, 'print', 'i'), ['+<value> 2']);
});

test('commands of the script are shown while it steps, and others are served between the steps', () => {
  const client = startSession(
    "redis.call('set', KEYS[1], ARGV[1])\nreturn redis.call('get', KEYS[1])",
    '1',
    'key',
    'v',
  );
  const lines = ask(client, 'step');
  assert.deepEqual(lines.slice(0, 2), ['+<command> set key v', '+<reply> "+OK"']);
  const other = driver.connect();
  assert.equal(other.send('EVAL', "return redis.call('set', KEYS[1], 'w')", '1', 'key'), '+OK\r\n');
  assert.deepEqual(ask(client, 'redis', 'get', 'key'), ['+<command> get key', '+<reply> "w"']);
  assert.deepEqual(ask(client, 'continue'), ['+<endsession>', '$1', 'w']);
});

test('a script can be ended, and its errors end the session', () => {
  const aborted = startSession('local a = 1\nreturn a');
  assert.deepEqual(ask(aborted, 'abort').at(-1), '-ERR script aborted for user request script: on @user_script:1.');
  const failing = startSession('local a = 1\nerror("no")');
  assert.deepEqual(ask(failing, 'c'), ['+<endsession>', '-ERR user_script:2: no script: on @user_script:2.']);
});

test('debugging without keeping changes is refused, EVALSHA cannot be debugged', () => {
  const client = driver.connect();
  assert.match(client.send('SCRIPT', 'DEBUG', 'YES'), /^-ERR Debugging without keeping changes is not available/);
  client.send('SCRIPT', 'DEBUG', 'SYNC');
  assert.match(client.send('EVALSHA', 'a'.repeat(40), '0'), /^-ERR Please use EVAL instead of EVALSHA/);
});
