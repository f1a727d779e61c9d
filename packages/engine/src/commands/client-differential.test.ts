// The connection's commands beside a real Valkey 9.1: mostly what they refuse, byte for byte, in both protocols.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ReferenceServer, skipWithoutReference as skip } from '../acl/testing/reference-server.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

let reference: ReferenceServer;

before(async () => {
  if (skip === false) reference = await ReferenceServer.start();
});

after(() => reference?.stop());

const SUBCOMMANDS =
  'caching capa getname getredir import-source kill no-evict no-touch pause reply setinfo setname tracking trackinginfo ' +
  'unblock unpause nonsense';
const FILTERS =
  'id not-id maxage not-maxage idle not-idle type not-type addr not-addr laddr user not-user skipme not-skipme flags ' +
  'not-flags name lib-name lib-ver db not-db capa not-capa ip not-ip';
const VALUES = ['x', '0', '-1', '99999999999999999999', 'NN', 'normal', 'default'];
/** `_` stands for an empty argument. */
const LINES = `
client
client setname _
client getname
client setinfo lib-name _
client setinfo LIB-VER 1.0
client setinfo colour red
client no-evict off
client import-source on
client import-source off
client capa redirect
client unblock 999
client unblock 1 maybe
client unblock 1 error more
client pause -1
client pause 0
client pause 9223372036854775807
client pause 99999999999999999999
client pause 1 none
client tracking on bcast prefix a prefix ab
client tracking on redirect 0
client tracking on redirect x
client tracking on redirect 999
client tracking on
client getredir
client tracking on bcast
client trackinginfo
client tracking off
client tracking on bcast prefix foo noloop
client tracking on bcast prefix fo
client trackinginfo
client caching yes
client tracking off
client tracking on optin
client caching no
client caching maybe
client caching yes
client trackinginfo
client tracking on optout
client tracking off
config
config get
config get MAXMEMORY
config get maxmemory MAXMEMORY max*
config get [ab
config set maxmemory
config set a b
config set a b c
config set maxmemory x
config set maxmemory 1 maxmemory 2
config set databases 4
config set notify-keyspace-events Q
config set latency-tracking-info-percentiles 101
config set client-output-buffer-limit normal
config rewrite x
config resetstat x
config nonsense
hello 4
hello x
hello 2 auth
hello 2 auth a b
hello 2 setname
hello 2 nonsense
auth
auth a
auth a b
auth a b c
select x
select 99
select 99999999999999999999
echo
ping a b
readonly
readwrite
info nonsense
info cluster
info cluster nonsense cluster_info`;

function commands(): string[][] {
  const words = (list: string): string[] => list.split(' ');
  const subcommands = words(SUBCOMMANDS).flatMap((name) =>
    [[], ['x'], ['x', 'y'], ['x', 'y', 'z'], ['1', '2', '3', '4']]
      .filter((rest) => !(name === 'pause' && rest[0] === '1'))
      .map((rest) => ['client', name, ...rest]),
  );
  const filters = words(FILTERS).flatMap((name) =>
    [[], ...VALUES.map((value) => [value])].flatMap((value) => [
      ['client', 'list', 'id', '99999', name, ...value],
      ['client', 'kill', 'id', '99999', name, ...value],
    ]),
  );
  const lines = LINES.trim().split('\n');
  return [...subcommands, ...filters, ...lines.map((line) => words(line).map((word) => (word === '_' ? '' : word)))];
}

for (const protocol of ['2', '3']) {
  test(`CLIENT, CONFIG and the connection's commands answer as Valkey does in RESP${protocol}`, { skip }, async () => {
    const client = new EngineDriver().connect();
    client.send('HELLO', protocol);
    await reference.call('HELLO', protocol);
    for (const words of commands()) {
      const line = words.join(' ');
      assert.equal(client.send(...words), await reference.callRaw(...words), line);
    }
  });
}
