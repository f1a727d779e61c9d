import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const driver = new EngineDriver();
after(() => driver.engine.stop());
const client = driver.connect();

function evaluate(body: string, ...rest: readonly string[]): string {
  return client.send('EVAL', body, ...(rest.length === 0 ? ['0'] : rest));
}

test('a script calls commands with its keys and arguments', () => {
  assert.equal(evaluate("return redis.call('set', KEYS[1], ARGV[1])", '1', 'key', 'value'), '+OK\r\n');
  assert.equal(evaluate("return server.call('get', KEYS[1])", '1', 'key'), '$5\r\nvalue\r\n');
  assert.equal(evaluate("return redis.call('get', 'nothing')"), '$-1\r\n');
});

test('Lua values become replies by the rules of Valkey', () => {
  assert.equal(
    evaluate("return {1, 3.99, 'text', true, false, {ok='fine'}, {err='My Err'}, nil, 4}"),
    '*7\r\n:1\r\n:3\r\n$4\r\ntext\r\n:1\r\n$-1\r\n+fine\r\n-My Err\r\n',
  );
  assert.equal(evaluate('return {double=3.5}'), '$3\r\n3.5\r\n');
  assert.equal(evaluate('return {map={a=1}}'), '*2\r\n$1\r\na\r\n:1\r\n');
});

test('an error of a command ends call and is the value of pcall', () => {
  assert.equal(
    evaluate("return redis.call('nothing')"),
    '-ERR Unknown command called from script script: on @user_script:1.\r\n',
  );
  assert.equal(evaluate("return redis.pcall('get')"), '-ERR Wrong number of args calling command from script\r\n');
  assert.equal(
    evaluate("local e = redis.pcall('incr', 'key') return e.err"),
    '$43\r\nERR value is not an integer or out of range\r\n',
  );
});

test('a script is found by its digest until the cache is flushed', () => {
  const body = "return 'by digest'";
  const digest = client.send('SCRIPT', 'LOAD', body).split('\r\n')[1];
  assert.equal(client.send('EVALSHA', digest.toUpperCase(), '0'), '$9\r\nby digest\r\n');
  assert.equal(client.send('SCRIPT', 'EXISTS', digest, 'x'), '*2\r\n:1\r\n:0\r\n');
  assert.equal(client.send('SCRIPT', 'SHOW', digest), `$${body.length}\r\n${body}\r\n`);
  client.send('SCRIPT', 'FLUSH');
  assert.equal(client.send('EVALSHA', digest, '0'), '-NOSCRIPT No matching script.\r\n');
});

test('the 501st script of EVAL lets the oldest go, one that was loaded stays', () => {
  client.send('SCRIPT', 'FLUSH');
  const loaded = client.send('SCRIPT', 'LOAD', 'return "loaded"').split('\r\n')[1];
  for (let i = 0; i <= 500; i++) evaluate(`return ${i}`);
  const { scripts } = driver.engine.scripting;
  assert.equal(scripts.count, 501);
  assert.equal(driver.engine.statistics.evictedScripts, 1);
  assert.equal(client.send('SCRIPT', 'EXISTS', loaded), '*1\r\n:1\r\n');
});

test('a script with flags is refused before it starts', () => {
  assert.equal(
    client.send('EVAL_RO', '#!lua\nreturn 1', '0'),
    '-ERR Can not execute a script with write flag using *_ro command.\r\n',
  );
  assert.equal(
    evaluate("#!lua flags=no-writes\nreturn redis.call('set', 'a', 1)"),
    '-ERR Write commands are not allowed from read-only scripts. script: on @user_script:2.\r\n',
  );
});

test('a script that selects another database leaves the caller where it is', () => {
  evaluate("redis.call('select', 3) redis.call('set', 'there', 1)");
  assert.equal(client.send('GET', 'there'), '$-1\r\n');
});

test('the commands of a script are propagated as one unit, those of REPL_NONE not at all', () => {
  const { effects } = driver.engine;
  let stream = '';
  const sink = {
    append(_databaseId: number, bytes: Uint8Array, start: number, length: number): void {
      stream += Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
    },
  };
  effects.addSink(sink);
  evaluate(
    "redis.call('set', 'a', 1) redis.set_repl(redis.REPL_NONE) redis.call('set', 'b', 1) " +
      "redis.set_repl(redis.REPL_ALL) redis.call('del', 'a')",
  );
  effects.removeSink(sink);
  const words = stream.split('\r\n').filter((line) => /^[A-Za-z]/.test(line));
  assert.deepEqual(words, ['MULTI', 'set', 'a', 'del', 'a', 'EXEC']);
});

test('the time does not move while a script runs', () => {
  const body =
    "local first = redis.call('time') for i = 1, 100000 do end local last = redis.call('time') " +
    'return first[1] == last[1] and first[2] == last[2]';
  assert.equal(evaluate(body), ':1\r\n');
});

test('a script without room fails before it writes, one that has written goes on', () => {
  client.send('CONFIG', 'SET', 'maxmemory', '1');
  assert.match(
    evaluate("return redis.call('set', 'x', 1)"),
    /^-OOM command not allowed when used memory > 'maxmemory'/,
  );
  assert.match(evaluate('#!lua\nreturn 1'), /^-OOM command not allowed when used memory > 'maxmemory'/);
  assert.equal(evaluate("redis.call('del', 'x') redis.call('set', 'x', 1) return 1"), ':1\r\n');
  assert.equal(evaluate("#!lua flags=allow-oom\nreturn redis.call('set', 'x', 1)"), '+OK\r\n');
  client.send('CONFIG', 'SET', 'maxmemory', '0');
});

test('unbounded memory and recursion are errors of the script', () => {
  assert.match(evaluate("local s = 'x' while true do s = s .. s end"), /^-ERR .*(not enough memory|too long|overflow)/);
  assert.match(evaluate('local t = {} for i = 1, 1e9 do t[i] = {i} end'), /^-ERR .*not enough memory/);
  assert.match(evaluate('local function f() return 1 + f() end return f()'), /^-ERR .*stack overflow/);
  assert.match(evaluate('local a = {} a[1] = a return a'), /-ERR reached lua stack limit/);
});
