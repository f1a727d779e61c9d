import { test } from 'node:test';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

test('lists, sets and sorted sets are sorted by number or by bytes', () => {
  converse(new EngineDriver().connect(), [
    ['RPUSH l 10 9 -1 2.5', ':4'],
    ['SORT l', '*4>$2>-1>$3>2.5>$1>9>$2>10'],
    ['SORT l DESC LIMIT 0 2', '*2>$2>10>$1>9'],
    ['SORT l ALPHA', '*4>$2>-1>$2>10>$3>2.5>$1>9'],
    ['SORT l BY nosort', '*4>$2>10>$1>9>$2>-1>$3>2.5'],
    ['SADD s 3 1 2', ':3'],
    ['SORT_RO s', '*3>$1>1>$1>2>$1>3'],
    ['ZADD z 1 c 2 b 3 a', ':3'],
    ['SORT z ALPHA', '*3>$1>a>$1>b>$1>c'],
    ['SORT z BY nosort DESC LIMIT 0 1', '*1>$1>a'],
    ['SORT none', '*0'],
  ]);
});

test('elements are ordered by other keys and replaced by them', () => {
  converse(new EngineDriver().connect(), [
    ['RPUSH l 1 2 3', ':3'],
    ['MSET w1 30 w2 20 w3 10 name1 one name2 two', '+OK'],
    ['SORT l BY w*', '*3>$1>3>$1>2>$1>1'],
    ['SORT l BY w* GET # GET name*', '*6>$1>3>$-1>$1>2>$3>two>$1>1>$3>one'],
    ['HSET h2 f zwei', ':1'],
    ['SORT l GET h*->f', '*3>$-1>$4>zwei>$-1'],
    ['SORT l BY name* ALPHA', '*3>$1>3>$1>1>$1>2'],
    ['SORT l GET none', '*3>$-1>$-1>$-1'],
  ]);
});

test('results are stored as a list, and an empty one deletes the key', () => {
  converse(new EngineDriver().connect(), [
    ['RPUSH l 3 1 2', ':3'],
    ['SET target x', '+OK'],
    ['SORT l STORE target', ':3'],
    ['LRANGE target 0 -1', '*3>$1>1>$1>2>$1>3'],
    ['SORT none STORE target', ':0'],
    ['EXISTS target', ':0'],
    ['SORT_RO l STORE target', '-ERR syntax error'],
  ]);
});

test('what cannot be sorted is refused', () => {
  converse(new EngineDriver().connect(), [
    ['SET string x', '+OK'],
    ['SORT string', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['RPUSH l a b', ':2'],
    ['SORT l', "-ERR One or more scores can't be converted into double"],
    ['SORT l LIMIT 0', '-ERR syntax error'],
    ['SORT l LIMIT x 1', '-ERR value is not an integer or out of range'],
  ]);
});
