// ACL files and the `user` directives of the configuration.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aclFileText, parseAclFile } from './acl-file.ts';
import { AclUsers } from './acl-users.ts';
import { ConfiguredUsers } from './configured-users.ts';
import { sampleCommands } from './testing/sample-commands.ts';

function makeUsers(): AclUsers {
  return new AclUsers({ commands: sampleCommands(), pubsubDefault: () => 'resetchannels', warn: () => undefined });
}

function load(users: AclUsers, text: string): string | readonly string[] {
  const loaded = parseAclFile(users, 'f.acl', text);
  if ('errors' in loaded) return loaded.errors;
  return users
    .replaceWith(loaded.users)
    .filter((change) => change.isGone)
    .map((change) => change.user.name);
}

const NOTHING = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed';

test('what is saved is loaded as it was', () => {
  const users = makeUsers();
  users.set('alice', ['on', '>secret', '~a', '%R~b', '&c', 'db=1,2', '+@all', '-config|set', '(~x', '+get)']);
  users.set('bob', []);
  const text = aclFileText(users);
  const others = makeUsers();
  assert.deepEqual(load(others, text), []);
  assert.equal(aclFileText(others), text);
});

test('loading keeps the objects of users that stay and drops the others', () => {
  const users = makeUsers();
  users.set('stays', ['on']);
  users.set('goes', ['on']);
  const stays = users.find('stays');
  assert.deepEqual(load(users, 'user stays off\n\nuser new on\n'), ['goes']);
  assert.equal(users.find('stays'), stays);
  assert.deepEqual(
    users.list().map((user) => user.name),
    ['default', 'new', 'stays'],
  );
  assert.equal(stays?.isEnabled, false);
});

test('a file without the default user gives it all permissions back', () => {
  const users = makeUsers();
  users.set('default', ['reset']);
  load(users, '');
  assert.equal(users.defaultUser.describe(), 'on nopass ~* &* +@all');
});

test('all errors are told with their lines, and nothing changes', () => {
  const users = makeUsers();
  const text = 'user a on\n# comment\nuser\nuser a off\nuser b +nosuch ~* ~x ~y +nothing\nuser d (+get\nuser c\td on';
  assert.equal(
    load(users, text),
    'f.acl:2 should start with user keyword followed by the username. ' +
      'f.acl:3 should start with user keyword followed by the username. ' +
      "WARNING: Duplicate user 'a' found on line 4. " +
      "f.acl:5: Error in applying operation '+nosuch': Unknown command or category name in ACL. " +
      "f.acl:5: Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any " +
      "effect. Try 'resetkeys' to start with an empty list of patterns. " +
      "f.acl:5: Error in applying operation '+nothing': Unknown command or category name in ACL. " +
      'f.acl:6: Unmatched parenthesis in selector definition.' +
      "'f.acl:7: username 'c\td' contains invalid characters. " +
      NOTHING,
  );
  assert.deepEqual(
    users.list().map((user) => user.name),
    ['default'],
  );
});

test('users of the configuration are made at the start', () => {
  const users = makeUsers();
  const configured = new ConfiguredUsers(users);
  assert.equal(configured.define(['default', 'on', 'nopass', '~*', '+@all']), undefined);
  assert.equal(configured.define(['bob', '(+get', '~a)']), undefined);
  assert.deepEqual(users.lines(), ['default on nopass ~* &* +@all']);
  const notices: string[] = [];
  assert.equal(
    configured.apply((text) => notices.push(text)),
    undefined,
  );
  assert.deepEqual(users.lines(), [
    'bob off resetchannels -@all (~a resetchannels -@all +get)',
    'default on nopass ~* resetchannels +@all',
  ]);
  assert.match(notices.join(), /^The user 'bob' is disabled/);
});

test('wrong directives are told at once, unknown commands at the start', () => {
  const configured = new ConfiguredUsers(makeUsers());
  assert.equal(configured.define(['a', 'on', '+nosuch']), undefined);
  assert.equal(
    configured.define(['a']),
    "Error in user declaration 'a': Duplicate user found. A user can only be defined once in config files",
  );
  assert.match(configured.define(['b', 'on', 'x', 'nonsense']) ?? '', /: Syntax error$/);
  assert.equal(
    configured.apply(() => undefined),
    "Error loading ACL rule '+nosuch' for the user named 'a': Unknown command or category name in ACL",
  );
});
