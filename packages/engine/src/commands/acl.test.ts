// The ACL commands on a running engine, and the checks that follow from them; beside a real Valkey as far as it goes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ReferenceServer, skipWithoutReference as skip } from '../acl/testing/reference-server.ts';
import { UserDirectives } from '../session/user-directives.ts';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

function connectAs(driver: EngineDriver, name: string, ...rules: readonly string[]): DrivenClient {
  const { access, clients } = driver.engine;
  access.users.set(name, ['on', 'nopass', ...rules]);
  const driven = driver.connect();
  const client = [...clients].at(-1);
  assert(client !== undefined);
  assert(access.authenticate(client, name, 'any', 'AUTH'));
  return driven;
}

/** The entries of ACL LOG as maps of text. */
function readLog(admin: DrivenClient): Map<string, string>[] {
  return admin
    .send('ACL', 'LOG', '99')
    .split('*20\r\n')
    .slice(1)
    .map((entry) => {
      const words = entry.split('\r\n').filter((line) => !line.startsWith('$') && line !== '');
      return new Map(Array.from({ length: 10 }, (_value, index) => [words[index * 2], words[index * 2 + 1]]));
    });
}

test('a client may only do what its user may', () => {
  const driver = new EngineDriver();
  const alice = connectAs(driver, 'alice', '+@all', '-ping', '%R~a', 'db=0');
  assert.equal(alice.send('PING'), "-NOPERM User alice has no permissions to run the 'ping' command\r\n");
  assert.equal(alice.send('GET', 'a'), '$-1\r\n');
  assert.equal(alice.send('GET', 'b'), '-NOPERM No permissions to access a key\r\n');
  assert.equal(alice.send('SET', 'a', 'x'), '-NOPERM No permissions to access a key\r\n');
  assert.equal(alice.send('SELECT', '1'), '-NOPERM No permissions to access database\r\n');
  assert.equal(alice.send('ACL', 'WHOAMI'), '$5\r\nalice\r\n');
});

test('queued commands are checked when they are queued and again when they run', () => {
  const driver = new EngineDriver();
  const admin = driver.connect();
  const alice = connectAs(driver, 'alice', '+@all', '~a');
  alice.send('MULTI');
  assert.equal(alice.send('GET', 'b'), '-NOPERM No permissions to access a key\r\n');
  assert.equal(alice.send('EXEC'), '-EXECABORT Transaction discarded because of previous errors.\r\n');
  alice.send('MULTI');
  alice.send('GET', 'a');
  admin.send('ACL', 'SETUSER', 'alice', '-get');
  assert.equal(
    alice.send('EXEC'),
    '*1\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This ' +
      'command is no longer allowed for the following reason: no permission to execute the command or subcommand\r\n',
  );
});

test('inside of a transaction the database counts that queued SELECTs lead to', () => {
  const alice = connectAs(new EngineDriver(), 'alice', '(+@all db=0 ~a)', '(+@all db=1 ~b)');
  alice.send('MULTI');
  assert.equal(alice.send('SELECT', '1'), '+QUEUED\r\n');
  assert.equal(alice.send('GET', 'b'), '+QUEUED\r\n');
  assert.equal(alice.send('GET', 'a'), '-NOPERM No permissions to access a key\r\n');
});

test('without authentication nothing but logging in works', () => {
  const driver = new EngineDriver({ requirepass: 'secret' });
  assert.equal(driver.engine.access.loadAtStart(), undefined);
  const client = driver.connect();
  for (const words of [['GET', 'a'], ['NOSUCH'], ['GET'], ['ACL', 'NOSUCH']]) {
    assert.equal(client.send(...words), '-NOAUTH Authentication required.\r\n', words.join(' '));
  }
  assert.equal(client.send('QUIT'), '+OK\r\n');
});

test('users of the configuration are there from the start', () => {
  const driver = new EngineDriver();
  const directives = new UserDirectives(driver.engine.table, () => 'resetchannels');
  assert.equal(
    directives.define(['alice', 'on', 'nopass', '+get', '(~a']),
    "Error in user declaration 'nopass': Wrong format",
  );
  assert.equal(directives.define(['alice', 'on', 'nopass', '+get', '(~a', '+set)']), undefined);
  assert.match(directives.define(['alice']) ?? '', /Duplicate user found/);
  assert.equal(driver.engine.access.loadAtStart(directives.accepted), undefined);
  assert.match(
    driver.connect().send('ACL', 'LIST'),
    /user alice on nopass resetchannels -@all \+get \(~a resetchannels -@all \+set\)/,
  );
});

test('users of the configuration and an ACL file exclude each other', () => {
  const { access } = new EngineDriver({ aclfile: 'users.acl' }).engine;
  assert.match(access.loadAtStart([['alice']]) ?? '', /^Configuring Valkey with users defined in valkey.conf/);
  assert.match(
    access.loadAtStart() ?? '',
    /^Aborting Valkey startup because of ACL errors: Error loading ACLs, opening/,
  );
});

test('denials are in the log, similar ones together', () => {
  const driver = new EngineDriver();
  driver.engine.access.describeClient = (client) => `id=${client.id}`;
  const admin = driver.connect();
  const alice = connectAs(driver, 'alice', '+@all', '-ping', '~a');
  alice.send('PING');
  alice.send('PING');
  alice.send('MULTI');
  alice.send('GET', 'b');
  const [key, command] = readLog(admin);
  assert.deepEqual(
    ['count', 'reason', 'context', 'object', 'username', 'client-info', 'entry-id'].map((name) => key.get(name)),
    [':1', 'key', 'multi', 'b', 'alice', 'id=2', ':1'],
  );
  assert.deepEqual(
    ['count', 'object'].map((name) => command.get(name)),
    [':2', 'ping'],
  );
  assert.equal(admin.send('ACL', 'LOG', 'RESET'), '+OK\r\n');
  assert.equal(admin.send('ACL', 'LOG'), '*0\r\n');
});

test('clients of a deleted user are closed, the one that asked after its reply', () => {
  const driver = new EngineDriver();
  const alice = connectAs(driver, 'alice', '+@all');
  const bob = connectAs(driver, 'bob', '+@all');
  assert.equal(bob.send('ACL', 'DELUSER', 'alice', 'bob', 'carol'), ':2\r\n');
  assert.deepEqual([alice.isClosed, bob.isClosed], [true, true]);
});

test('users are saved and loaded, and clients of users that are gone are closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'acl-file-'));
  const path = join(folder, 'users.acl');
  const driver = new EngineDriver({ aclfile: path });
  const admin = driver.connect();
  const alice = connectAs(driver, 'alice', '+@all');
  assert.match(
    admin.send('ACL', 'LOAD'),
    /^-ERR Error loading ACLs, opening file '.*': No such file or directory\r\n$/,
  );
  assert.equal(admin.send('ACL', 'SAVE'), '+OK\r\n');
  assert.match(readFileSync(path, 'latin1'), /^user alice on nopass .*\nuser default on nopass ~\* &\* \+@all\n$/);
  assert.equal(admin.send('ACL', 'LOAD'), '+OK\r\n');
  assert.equal(alice.isClosed, false);
  writeFileSync(path, 'user nonsense rule\n');
  assert.match(admin.send('ACL', 'LOAD'), /^-ERR .*users.acl:1: Syntax error. WARNING: ACL errors detected/);
  writeFileSync(path, '');
  assert.equal(admin.send('ACL', 'LOAD'), '+OK\r\n');
  assert.equal(alice.isClosed, true);
  rmSync(folder, { recursive: true });
});

test('passwords of any length up to 4096 bits are made up', () => {
  const admin = new EngineDriver().connect();
  assert.match(admin.send('ACL', 'GENPASS'), /^\$64\r\n[0-9a-f]{64}\r\n$/);
  assert.match(admin.send('ACL', 'GENPASS', '5'), /^\$2\r\n[0-9a-f]{2}\r\n$/);
  assert.match(admin.send('ACL', 'GENPASS', '4096'), /^\$1024\r\n/);
});

let reference: ReferenceServer;

before(async () => {
  if (skip !== false) return;
  reference = await ReferenceServer.start();
});

after(() => reference?.stop());

const LINES = [
  'ACL WHOAMI',
  'ACL USERS',
  'ACL LIST',
  'ACL GETUSER default',
  'ACL GETUSER nosuch',
  'ACL CAT',
  'ACL CAT nosuch',
  'ACL CAT a b',
  'ACL SETUSER alice',
  'ACL SETUSER bob on >p ~a %R~b &c db=1,2 +@all -get (+set ~x) (&y)',
  'ACL LIST',
  'ACL GETUSER alice',
  'ACL GETUSER bob',
  'ACL USERS',
  'ACL SETUSER bob nonsense',
  'ACL SETUSER bob (+get',
  'ACL SETUSER bob +nosuch',
  'ACL DRYRUN bob GET a',
  'ACL DRYRUN bob set a b',
  'ACL DRYRUN bob ECHO x',
  'ACL DRYRUN nosuch GET a',
  'ACL DRYRUN bob NOSUCH',
  'ACL DRYRUN bob GET',
  'ACL DRYRUN bob acl',
  'ACL DRYRUN bob acl nosuch',
  'ACL DRYRUN bob acl whoami',
  'ACL DRYRUN bob SELECT 7',
  'ACL DRYRUN bob mset a 1 b',
  'ACL DRYRUN alice PING',
  'ACL DELUSER default',
  'ACL DELUSER nosuch default',
  'ACL DELUSER nosuch alice',
  'ACL DELUSER',
  'ACL GENPASS 0',
  'ACL GENPASS 4097',
  'ACL GENPASS x',
  'ACL GENPASS 1 2',
  'ACL LOG',
  'ACL LOG x',
  'ACL LOG -1',
  'ACL LOG RESET',
  'ACL LOG 1 2',
  'ACL LOAD',
  'ACL SAVE',
  'ACL SAVE x',
  'ACL NOSUCH',
  'ACL',
  'ACL HELP x',
  'ACL SETUSER',
  'ACL SETUSER bob reset',
  'ACL GETUSER bob',
];

for (const protocol of ['2', '3']) {
  test(`replies are those of a real Valkey in RESP${protocol}`, { skip }, async () => {
    const driver = new EngineDriver();
    const admin = driver.connect();
    await reference.callRaw('HELLO', protocol);
    await reference.callRaw('ACL', 'DELUSER', 'alice', 'bob');
    for (const client of driver.engine.clients) client.protocol = Number(protocol);
    for (const line of LINES) {
      const words = line.split(' ');
      assert.equal(admin.send(...words), await reference.callRaw(...words), line);
    }
  });
}
