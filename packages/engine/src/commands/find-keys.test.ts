// Keys by specs of every kind, and when a command's own function is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../memory/arena.ts';
import { Args } from '../session/args.ts';
import { type CommandSpec, countedKeys, type KeySpec, keyAt, keysFrom } from './command-spec.ts';
import { Command } from './command-table.ts';
import { findKeys, mayHaveKeys } from './find-keys.ts';

const arena = new Arena();

function argsOf(line: string): Args {
  const words = line.split(' ');
  const args = new Args(arena, Buffer.from(words.join(''), 'latin1'));
  let at = 0;
  for (const word of words) {
    args.push(at, word.length);
    at += word.length;
  }
  return args;
}

function find(line: string, keys: readonly KeySpec[], extra: Partial<CommandSpec> = {}): string {
  const spec = {
    name: 'test',
    arity: -1,
    flags: '',
    acl: '',
    since: '1',
    about: '',
    run: () => undefined,
    keys,
    ...extra,
  };
  const found = findKeys(new Command(0, spec, undefined), argsOf(line));
  return found.map(({ position, flags }) => `${position}:${flags}`).join(' ');
}

const STREAMS: KeySpec = { flags: 'RO', begin: { keyword: 'STREAMS', from: 1 }, find: { last: -1, step: 1, limit: 2 } };
const KEYS_FROM_END: KeySpec = {
  flags: 'RW',
  begin: { keyword: 'KEYS', from: -2 },
  find: { last: -1, step: 1, limit: 0 },
};

test('a range counts from its first key or from the end', () => {
  assert.equal(find('get a', [keyAt(1, 'RO')]), '1:RO');
  assert.equal(find('mset a 1 b 2', [keysFrom(1, 'OW', 2)]), '1:OW 3:OW');
  assert.equal(find('blpop a b 0', [keysFrom(1, 'RW', 1, -2)]), '1:RW 2:RW');
});

test('a count tells how many keys follow', () => {
  assert.equal(find('zunion 2 a b weights', [countedKeys(1, 'RO')]), '2:RO 3:RO');
  for (const line of ['zunion x a', 'zunion -1 a', 'zunion 3 a b', 'zunion 0 a', 'zunion']) {
    assert.equal(find(line, [countedKeys(1, 'RO')]), '', line);
  }
});

test('a keyword is looked for from either end, and a limit takes a part of what follows', () => {
  assert.equal(find('xread count 1 streams a b 0 0', [STREAMS]), '4:RO 5:RO');
  assert.equal(find('xread count 1', [STREAMS]), '');
  assert.equal(find('migrate h p  0 5 auth keys keys a b', [KEYS_FROM_END]), '9:RW 10:RW');
});

test('arguments that do not fit one spec give no keys at all', () => {
  assert.equal(find('pfmerge a', [keyAt(1, 'RW'), keysFrom(2, 'RO')]), '');
  assert.equal(find('pfmerge a b', [keyAt(1, 'RW'), keysFrom(2, 'RO')]), '1:RW 2:RO');
});

test('the own function is asked where specs are unknown, incomplete, of variable flags or do not fit', () => {
  const own = { findKeys: () => [{ position: 9, flags: 'RW' }] };
  const unknown: KeySpec = { flags: 'OW', begin: 'unknown', find: 'unknown' };
  assert.equal(find('sort a', [keyAt(1, 'RO'), unknown], own), '9:RW');
  assert.equal(find('sort a', [keyAt(1, 'RO INCOMPLETE')], own), '9:RW');
  assert.equal(find('set a b', [keyAt(1, 'RW VARIABLE_FLAGS')], own), '9:RW');
  assert.equal(find('get', [keyAt(1, 'RO')], own), '9:RW');
  assert.equal(find('get a', [keyAt(1, 'RO')], own), '1:RO');
});

test('a spec of something that is no key does not count', () => {
  const spec = { name: 'test', arity: -1, flags: '', acl: '', since: '1', about: '', run: () => undefined };
  assert.equal(mayHaveKeys(new Command(0, { ...spec, keys: [keyAt(1, 'RO NOT_KEY')] }, undefined)), false);
  assert.equal(mayHaveKeys(new Command(0, { ...spec, keys: [keyAt(1, 'RO')] }, undefined)), true);
  assert.equal(find('test a b', [keyAt(1, 'RO NOT_KEY'), keyAt(2, 'RO')]), '2:RO');
});
