// The same rules, questions and files for a real Valkey 9.1 and for us; replies have to be equal.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PlainReply } from '@valkeep/resp';
import { makeScratchFolder, SeededRandom } from '@valkeep/testing';
import { CATEGORY_NAMES, categoriesOf, categoryNames } from './acl-categories.ts';
import { checkCommand, denialText } from './acl-check.ts';
import { parseAclFile } from './acl-file.ts';
import type { Selector } from './acl-selector.ts';
import type { AclUser } from './acl-user.ts';
import { AclUsers } from './acl-users.ts';
import { type ReferenceCommand, referenceCommands } from './testing/reference-commands.ts';
import { ReferenceServer, skipWithoutReference as skip } from './testing/reference-server.ts';
import { argumentsOf } from './testing/sample-commands.ts';

const EPISODES = 60;
const STEPS = 25;
const NAMES = ['alice', 'bob', 'default'];
const HASH = 'a'.repeat(64);

let reference: ReferenceServer;
let folder: ReturnType<typeof makeScratchFolder>;
let aclFile: string;
let users: AclUsers;
let rows: ReferenceCommand[];
const random = new SeededRandom(Number(process.env['VALKEEP_SEED'] ?? 1));

before(async () => {
  if (skip !== false) return;
  folder = makeScratchFolder('acl');
  aclFile = join(folder.path, 'users.acl');
  writeFileSync(aclFile, '');
  reference = await ReferenceServer.start('--aclfile', aclFile);
  const facts = referenceCommands(await reference.call('COMMAND'));
  rows = facts.rows;
  users = new AclUsers({ commands: facts.commands, pubsubDefault: () => 'resetchannels', warn: () => undefined });
});

after(async () => {
  await reference?.stop();
  folder?.remove();
});

test('categories follow from flags and what the rows add', { skip }, () => {
  assert(rows.length > 300);
  for (const row of rows) {
    assert.deepEqual(categoryNames(row.categories).sort(), [...row.categoryWords].sort(), row.fullName);
    const derived = categoryNames(categoriesOf(row.flags, row.categoryWords.includes('scripting') ? 'scripting' : ''));
    assert.deepEqual(
      derived.filter((name) => !row.categoryWords.includes(name)),
      [],
      row.fullName,
    );
  }
});

test('ACL CAT names the categories and their commands', { skip }, async () => {
  assert.deepEqual(await reference.call('ACL', 'CAT'), [...CATEGORY_NAMES]);
  for (const [index, name] of CATEGORY_NAMES.entries()) {
    const theirs = await reference.call('ACL', 'CAT', name);
    assert(Array.isArray(theirs));
    assert.deepEqual(users.context.commands.inCategory(1 << index).sort(), theirs.map(String).sort(), name);
  }
});

const FILES = [
  '',
  'user alice on >a ~* +@all\n',
  'user alice on >a ~* +@all\nuser bob off\n\n  user carol  on   nopass \r\nuser default on nopass ~* &* +@all (~x +get)',
  '# comment\nuser\nUSER a on\nuser a on\nuser a off',
  'user a +nosuch ~* ~b &* &c +@nosuch\nuser b db=1, nonsense',
  'user a (+get ~b) ( +set ~c ) (+nosuch)',
  'user a\tb on\nuser c on\t\tnopass',
  'user a on \tnopass\t ~x',
  'user a (\n',
  'user alice on +get|',
];

test('ACL files are read alike, with the same errors', { skip }, async () => {
  for (const text of FILES) {
    writeFileSync(aclFile, text);
    const theirs = await reference.call('ACL', 'LOAD');
    const loaded = parseAclFile(users, aclFile, text);
    if ('users' in loaded) users.replaceWith(loaded.users);
    assert.equal(theirs, 'errors' in loaded ? `-ERR ${loaded.errors}` : 'OK', JSON.stringify(text));
    await compareUsers();
  }
});

test('logins are let in alike', { skip }, async () => {
  await setBoth('u', ['reset', '+@all']);
  for (const rule of ['>one', 'on', '>two', '<one', 'nopass', 'resetpass', `#${HASH}`, 'off']) {
    await setBoth('u', [rule]);
    for (const password of ['one', 'two', '']) {
      const theirs = await reference.call('AUTH', 'u', password);
      assert.equal(theirs === 'OK', users.authenticate('u', password) !== undefined, `${rule}: ${password}`);
      await reference.call('AUTH', 'default', 'any');
    }
  }
});

test(`random rules and questions are answered alike (seed ${random.seed})`, { skip }, async () => {
  await setBoth('admin', ['on', 'nopass', '~*', '&*', '+@all']);
  assert.equal(await reference.call('AUTH', 'admin', 'any'), 'OK');
  for (let episode = 0; episode < EPISODES; episode++) {
    await setBoth('default', ['reset', 'on', 'nopass', '~*', '&*', '+@all']);
    for (let step = 0; step < STEPS; step++) {
      await setBoth(pick(NAMES), Array.from({ length: 1 + below(4) }, makeRule));
      await compareUsers();
      for (let question = 0; question < 8; question++) await compareDryRun();
    }
    for (const name of ['alice', 'bob']) {
      const wasThere = users.remove(name) !== undefined;
      assert.equal(await reference.call('ACL', 'DELUSER', name), wasThere ? 1 : 0);
    }
  }
});

async function setBoth(name: string, rules: string[]): Promise<void> {
  const theirs = await reference.call('ACL', 'SETUSER', name, ...rules);
  const ours = users.set(name, rules);
  assert.equal('error' in ours ? `-${ours.error}` : 'OK', theirs, `SETUSER ${name} ${JSON.stringify(rules)}`);
}

async function compareUsers(): Promise<void> {
  assert.deepEqual(
    users.lines().map((line) => `user ${line}`),
    await reference.call('ACL', 'LIST'),
  );
  for (const user of users.list()) {
    assert.deepEqual(userReply(user), await reference.call('ACL', 'GETUSER', user.name), user.name);
  }
}

function userReply(user: AclUser): PlainReply {
  return [
    'flags',
    user.flags,
    'passwords',
    user.passwords,
    ...selectorReply(user.root),
    'selectors',
    user.selectors.map(selectorReply),
  ];
}

function selectorReply(selector: Selector): PlainReply[] {
  const { commandText, keyText, channelText, databaseText } = selector;
  return ['commands', commandText, 'keys', keyText, 'channels', channelText, 'databases', databaseText];
}

async function compareDryRun(): Promise<void> {
  const user = users.find(pick(NAMES));
  if (user === undefined) return;
  const command = pick(rows.filter((row) => row.canDryRun));
  const count = Math.abs(command.arity) + (command.arity < 0 ? below(3) : 0);
  const words = command.fullName.split('|');
  while (words.length < count) words.push(pick(['a', 'ab', 'b', 'x1', 'ch', '0', '1', '2', '', 'db', 'replace']));
  const request = { command, args: argumentsOf(...words), databaseId: 0, databaseCount: 16 };
  const denial = checkCommand(user, request);
  const ours = denial === undefined ? 'OK' : denialText(denial, user, request, true);
  const theirs = await reference.call('ACL', 'DRYRUN', user.name, ...words);
  // Containers without a known subcommand and wrong numbers of arguments are no matter of permissions.
  if (typeof theirs === 'string' && theirs.startsWith('-')) return;
  assert.equal(ours, theirs, `${user.name} ${user.describe()}: ${JSON.stringify(words)}`);
}

const FIXED_RULES = [
  'on',
  'off',
  'nopass',
  'resetpass',
  'reset',
  'clearselectors',
  '>p',
  '<p',
  '>q',
  `#${HASH}`,
  `!${HASH}`,
  '#abc',
  'allkeys',
  'resetkeys',
  '~*',
  '~a',
  '~a*',
  '~x?',
  '%R~a',
  '%W~b',
  '%rw~x*',
  '%RW~*',
  '%~',
  '%R',
  '~[ab]',
  '~\\a',
  '~',
  'allchannels',
  'resetchannels',
  '&*',
  '&ch',
  '&c*',
  '&a',
  'alldbs',
  'resetdbs',
  'db=0',
  'db=0,1',
  'db=2',
  'db=',
  'db=+3',
  'db= 1',
  'db=1,,2',
  'db=99999999999',
  'db=-0',
  'db=-',
  'allcommands',
  'nocommands',
  '+@all',
  '-@all',
  '+@ALL',
  '',
  '+config|get',
  '-config|set',
  '+config|nosuch',
  '+select|0',
  '+select|1',
  '+SELECT|DB',
  '-select|0',
  '+debug|a',
  '+get|a|b',
  '+config|get|x',
  '+nosuch',
  '-',
  '+',
  '+@',
  'x',
  '(',
  ')',
  '()',
  '(+get ~a)',
  '(%R~x* db=1 +@read)',
  '(&ch +@pubsub)',
  '( +@all ~* )',
  '(+@write ~b alldbs',
  '(resetdbs +@all ~*)',
  '("+get" \'~a*\')',
  '("+get)',
  'sanitize-payload',
  '+get\0x',
  'ON',
  'ALLKEYS',
  '(+nosuch)',
  '(db=x)',
  '(on)',
  '~a b',
  '&a b',
  '~a\xa0b',
  '&\xe9',
];

function makeRule(): string {
  const kind = below(10);
  if (kind < 5) return pick(FIXED_RULES);
  const sign = pick(['+', '-']);
  return kind < 7 ? `${sign}@${pick([...CATEGORY_NAMES])}` : `${sign}${pick(rows).fullName}`;
}

function pick<T>(items: readonly T[]): T {
  return random.pick(items);
}

function below(limit: number): number {
  return random.integer(0, limit - 1);
}
