// What a user may do, selector by selector.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AclRequest, checkCommand, denialObject, denialText, mayReadAllKeys } from './acl-check.ts';
import { AclUsers } from './acl-users.ts';
import { argumentsOf, sampleCommands } from './testing/sample-commands.ts';

const commands = sampleCommands();
const OK = 'OK';

function requestOf(line: string, databaseId = 0): AclRequest {
  const words = line.split(' ').map((word) => (word === '""' ? '' : word));
  const command = commands.find(`${words[0]}|${words[1]}`) ?? commands.find(words[0]);
  assert(command !== undefined, line);
  return { command, args: argumentsOf(...words), databaseId, databaseCount: 16 };
}

function makeUser(rules: string) {
  const users = new AclUsers({ commands, pubsubDefault: () => 'resetchannels', warn: () => undefined });
  const result = users.set('u', rules.split(' '));
  assert('change' in result, rules);
  return result.change.user;
}

function dryRun(rules: string, line: string, databaseId = 0): string {
  const user = makeUser(rules);
  const request = requestOf(line, databaseId);
  const denial = checkCommand(user, request);
  return denial === undefined ? OK : denialText(denial, user, request, true);
}

const cannotRun = (name: string): string => `User u has no permissions to run the '${name}' command`;
const cannotAccess = (what: string): string => `User u has no permissions to access ${what}`;

const CASES: readonly (readonly [string, string, string])[] = [
  ['~*', 'get a', cannotRun('get')],
  ['~*', 'auth a', OK],
  ['+@all', 'get a', cannotAccess("the 'a' key")],
  ['+@all ~*', 'get a', OK],
  ['+@all -get ~*', 'get a', cannotRun('get')],
  ['+@read ~a*', 'get ab', OK],
  ['+@read ~a*', 'get ba', cannotAccess("the 'ba' key")],
  ['+@all ~a', 'get ab', cannotAccess("the 'ab' key")],
  ['+@all ~a?', 'get ab', OK],
  ['+@all ~*', 'get ""', OK],
  ['+@all %RW~*', 'get ""', cannotAccess("the '' key")],
  ['+@all %RW~', 'get ""', OK],
  ['+@all %R~r %W~w', 'set r x', cannotAccess("the 'r' key")],
  ['+@all %R~r %W~w', 'append w x', OK],
  ['+@all %R~r %W~w', 'append r x', cannotAccess("the 'r' key")],
  ['+@all %R~r %W~w', 'exists r w', OK],
  ['+@all ~a ~b', 'del a b c d', cannotAccess("the 'c' key")],
  ['(+get ~a) (+set ~b)', 'get b', cannotAccess("the 'b' key")],
  ['(+get ~a) (+set ~b)', 'set b x', OK],
  ['(+get ~a) (+set ~b)', 'del b', cannotRun('del')],
  ['+@all (%R~a) (%W~a)', 'set a b', cannotAccess("the 'a' key")],
  ['+config', 'config get x', OK],
  ['+config -config|get', 'config get x', cannotRun('config|get')],
  ['+config|set', 'config get x', cannotRun('config|get')],
  ['+@all -config +config|set', 'config set x', OK],
  ['+select|0', 'select 0', OK],
  ['+select|0', 'select 1', cannotRun('select')],
  ['+debug|OBJECT', 'debug object x', OK],
  ['+debug|object -@all', 'debug object x', cannotRun('debug')],
  ['+@all &a*', 'publish abc x', OK],
  ['+@all &a*', 'publish bc x', cannotAccess("the 'bc' channel")],
  ['+@all &a*', 'subscribe a b', cannotAccess("the 'b' channel")],
  ['+@all &a*', 'psubscribe a* a', cannotAccess("the 'a' channel")],
  ['+@all &a*', 'unsubscribe b', OK],
  ['+@all db=0 ~*', 'get a', OK],
  ['+@all db=1 ~*', 'get a', cannotAccess('database get')],
  ['+@all db=1 ~*', 'dbsize', cannotAccess('database dbsize')],
  ['+@all db=1 ~*', 'ping', OK],
  ['+@all db=0 ~*', 'select 1', cannotAccess('database 1')],
  ['+@all db=1 ~*', 'select 1', OK],
  ['+@all db=1 ~*', 'select abc', OK],
  ['+@all db=0,1 ~*', 'swapdb 0 2', cannotAccess('database 2')],
  ['+@all db=0 ~*', 'move k 1', cannotAccess('database 1')],
  ['+@all db=1 ~*', 'move k 1', cannotAccess('database move')],
  ['+@all db=0,1 ~*', 'copy a b DB 2 db 1', cannotAccess('database 2')],
  ['+@all db=0 ~*', 'flushall', cannotAccess('database flushall')],
  ['+@all db=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 ~*', 'flushall', OK],
  ['(db=0 +@all -@read ~*) (db=2 +@all -@write ~*)', 'select 4', cannotRun('select')],
];

for (const [rules, line, expected] of CASES) {
  test(`with "${rules}", ${line}: ${expected}`, () => {
    assert.equal(dryRun(rules, line), expected);
  });
}

test('replies to clients do not name the object', () => {
  const user = makeUser('+@all ~a');
  const request = requestOf('get b');
  const denial = checkCommand(user, request);
  assert(denial !== undefined);
  assert.equal(denialText(denial, user, request), 'No permissions to access a key');
  assert.equal(denialObject(denial, request), 'b');
});

test('reading all keys takes a selector that allows both the command and every key', () => {
  const may = (rules: string): boolean => mayReadAllKeys(makeUser(rules), requestOf('get a'));
  assert.equal(may('+@all ~*'), true);
  assert.equal(may('+@all %R~*'), true);
  assert.equal(may('+@all %W~*'), false);
  assert.equal(may('+get ~a ~*a'), false);
  assert.equal(may('(+get ~a) (+set ~*)'), false);
});

test('no check is needed once a selector allows everything', () => {
  assert.equal(makeUser('~* &* +@all').allowsEverything, true);
  assert.equal(makeUser('(~* &* +@all)').allowsEverything, true);
  for (const rules of ['~* &* +@all -get', '~* +@all', '&* +@all', '~* &*', '~* &* +@all db=0']) {
    assert.equal(makeUser(rules).allowsEverything, false, rules);
  }
});
