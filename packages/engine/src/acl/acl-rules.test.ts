// What rules make of a user, and the sentences for rules that are refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PubsubDefault } from './acl-selector.ts';
import { AclUsers } from './acl-users.ts';
import { sampleCommands } from './testing/sample-commands.ts';

function makeUsers(pubsubDefault: PubsubDefault = 'resetchannels', warnings: string[] = []): AclUsers {
  return new AclUsers({
    commands: sampleCommands(),
    pubsubDefault: () => pubsubDefault,
    warn: (text) => warnings.push(text),
  });
}

function describe(...rules: readonly string[]): string {
  const users = makeUsers();
  const result = users.set('u', rules);
  return 'error' in result ? result.error : result.change.user.describe();
}

const HASH = '34344e4d60c2b6d639b7bd22e18f2b0b91bc34bf0ac5f9952744435093cfb4e6';

test('a new user is off and may do nothing', () => {
  assert.equal(describe(), 'off resetchannels -@all');
});

test('the default user may do everything without a password', () => {
  const users = makeUsers();
  assert.deepEqual(users.lines(), ['default on nopass ~* &* +@all']);
  assert.equal(users.defaultUser.allowsEverything, true);
});

const DESCRIPTIONS: readonly (readonly [string, string])[] = [
  ['on nopass ~* &* +@all', 'on nopass ~* &* +@all'],
  ['+@all', 'off resetchannels +@all'],
  [`on #${HASH}`, `on #${HASH} resetchannels -@all`],
  ['ON NOPASS ALLKEYS ALLCHANNELS ALLCOMMANDS', 'on nopass ~* &* +@all'],
  ['sanitize-payload skip-sanitize-payload', 'off resetchannels -@all'],
  ['~a %R~b %W~c %RW~d %rw~e', 'off ~a %R~b %W~c ~d ~e resetchannels -@all'],
  ['%R~a %W~a', 'off ~a resetchannels -@all'],
  ['%RW', 'off ~ resetchannels -@all'],
  ['~a ~* resetkeys ~b', 'off ~b resetchannels -@all'],
  ['%RW~*', 'off ~* resetchannels -@all'],
  ['&a &b &a', 'off resetchannels &a &b -@all'],
  ['db=3,1,1,2', 'off resetchannels db=1,2,3 -@all'],
  ['db=1 db=4', 'off resetchannels db=4 -@all'],
  ['resetdbs', 'off resetchannels resetdbs -@all'],
  ['db=1 alldbs', 'off resetchannels -@all'],
  ['+get +GET -get', 'off resetchannels -@all -get'],
  ['+config|get +config', 'off resetchannels -@all +config'],
  ['+config +config|get', 'off resetchannels -@all +config +config|get'],
  ['+@all -@hash -@slow +hget -@hash', 'off resetchannels +@all -@slow +hget -@hash'],
  ['+@HASH +@hash', 'off resetchannels -@all +@hash'],
  ['+select|0 +select|0 +debug|segfault +debug', 'off resetchannels -@all +select|0 +debug'],
  ['(~a +get) (&x db=1)', 'off resetchannels -@all (~a resetchannels -@all +get) (resetchannels &x db=1 -@all)'],
  ['( ~a +get ) ()', 'off resetchannels -@all (~a resetchannels -@all +get) (resetchannels -@all)'],
  ['(~a) clearselectors', 'off resetchannels -@all'],
  ['on nopass ~* &* +@all db=1 (~a) reset', 'off resetchannels -@all'],
];

for (const [rules, description] of DESCRIPTIONS) {
  test(`the rules "${rules}" make "${description}"`, () => {
    assert.equal(describe(...rules.split(' ')), description);
  });
}

const REFUSED: readonly (readonly [string, string])[] = [
  ['nonsense', 'Syntax error'],
  ['+nosuch', 'Unknown command or category name in ACL'],
  ['-nosuch', 'Unknown command or category name in ACL'],
  ['+@nosuch', 'Unknown command or category name in ACL'],
  ['+config|nosuch', 'Unknown command or category name in ACL'],
  ['+get|a|b', 'Unknown command or category name in ACL'],
  ['-select|0', 'Unknown command or category name in ACL'],
  ['+select|', 'Syntax error'],
  ['+config|get|x', 'Allowing first-arg of a subcommand is not supported'],
  ['%~a', 'Syntax error'],
  ['%', 'Syntax error'],
  ['%RR~a', 'Syntax error'],
  ['~a b', 'Syntax error'],
  ['db=', 'Syntax error'],
  ['db=1,', 'Syntax error'],
  ['db=1,,2', 'Syntax error'],
  ['db=abc', 'Syntax error'],
  ['db=-1', 'The provided database ID is out of range'],
  ['db=12345678987654321', 'The provided database ID is out of range'],
  ['<nosuch', 'The password you are trying to remove from the user does not exist'],
  ['#abc', 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters'],
  [
    `!${HASH.toUpperCase()}`,
    'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
  ],
  ['(this-is-invalid)', 'Syntax error'],
];

for (const [rule, reason] of REFUSED) {
  test(`the rule "${rule}" is refused: ${reason}`, () => {
    assert.equal(describe(rule), `ERR Error in ACL SETUSER modifier '${rule}': ${reason}`);
  });
}

test('patterns after allkeys and allchannels are refused', () => {
  assert.match(describe('~*', '~a'), /Try 'resetkeys' to start with an empty list of patterns$/);
  assert.match(describe('&*', '&a'), /Try 'resetchannels' to start with an empty list of channels$/);
});

test('an open parenthesis is told', () => {
  assert.equal(describe('on', '(+get', '~a'), "ERR Unmatched parenthesis in acl selector starting at '(+get'.");
});

test('of rules with an error none is applied', () => {
  const users = makeUsers();
  users.set('u', ['on', '~a']);
  users.set('u', ['off', '+@all', 'nonsense']);
  assert.equal(users.find('u')?.describe(), 'on ~a resetchannels -@all');
  users.set('new', ['on', 'nonsense']);
  assert.equal(users.find('new'), undefined);
});

test('names with blanks or NUL are refused', () => {
  for (const name of ['a b', 'a\0', 'a\n']) {
    assert.deepEqual(makeUsers().set(name, []), { error: "ERR Usernames can't contain spaces or null characters" });
  }
});

test('acl-pubsub-default decides on the channels of new and reset users and of selectors', () => {
  const users = makeUsers('allchannels');
  users.set('u', ['()', 'on']);
  assert.equal(users.find('u')?.describe(), 'on &* -@all (&* -@all)');
  users.set('u', ['resetchannels', 'reset']);
  assert.equal(users.find('u')?.describe(), 'off &* -@all');
});

test('allowing a first argument is warned about', () => {
  const warnings: string[] = [];
  makeUsers('resetchannels', warnings).set('u', ['+select|0']);
  assert.match(warnings.join(), /misuse of ACL .*\(offender: \+select\|0\)$/);
});

test('passwords let a user that is on log in, and only it', () => {
  const users = makeUsers();
  users.set('u', ['>one', '>two']);
  assert.equal(users.authenticate('u', 'one'), undefined);
  users.set('u', ['on']);
  assert.equal(users.authenticate('u', 'one')?.name, 'u');
  assert.equal(users.authenticate('u', 'two')?.name, 'u');
  assert.equal(users.authenticate('u', 'three'), undefined);
  assert.equal(users.authenticate('nosuch', 'one'), undefined);
  users.set('u', ['<one']);
  assert.equal(users.authenticate('u', 'one'), undefined);
  users.set('u', ['nopass']);
  assert.equal(users.authenticate('u', 'anything')?.name, 'u');
});

test('requirepass is the password of the default user', () => {
  const users = makeUsers();
  users.requirePassword('secret');
  assert.equal(users.defaultUser.needsNoPassword, false);
  assert.equal(users.authenticate('default', 'secret'), users.defaultUser);
  assert.equal(users.authenticate('default', 'other'), undefined);
  users.requirePassword(undefined);
  assert.equal(users.defaultUser.needsNoPassword, true);
});

test('the default user stays, others can be removed', () => {
  const users = makeUsers();
  users.set('u', []);
  assert.equal(users.remove('default'), undefined);
  assert.equal(users.remove('u')?.isGone, true);
  assert.equal(users.find('u'), undefined);
});

test('a change tells which channels are left when it takes some away', () => {
  const users = makeUsers();
  const left = (...rules: string[]): readonly string[] | undefined => {
    const result = users.set('u', rules);
    return 'change' in result ? result.change.channelsLeft : undefined;
  };
  assert.equal(left('&a', '&b'), undefined);
  assert.equal(left('&c'), undefined);
  assert.deepEqual(left('resetchannels', '&a'), ['a']);
  assert.equal(left('allchannels'), undefined);
  assert.deepEqual(left('resetchannels'), []);
});
