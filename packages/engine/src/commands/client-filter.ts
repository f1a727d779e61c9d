// The filters of CLIENT LIST and CLIENT KILL: `NAME value` keeps clients of that name, `NOT-NAME value` all others. A
// filter that is given twice counts as given last, but for ids, which add up.
import { parseInteger } from '../encodings/integer-text.ts';
import type { Client } from '../session/client.ts';
import type { Call } from './call.ts';
import {
  type ClientType,
  clientAge,
  clientCapabilities,
  clientFlags,
  clientIdleTime,
  clientType,
} from './client-line.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';

export type ClientTest = (client: Client) => boolean;

/** Makes a test from the value of a filter; throws where the value makes no sense. */
type MakeTest = (call: Call, index: number, name: string) => ClientTest;

interface FilterKind {
  readonly make: MakeTest;
  /** There is a form with NOT- before it. */
  readonly hasOpposite: boolean;
}

const KNOWN_FLAGS = /^[OSMPxbtRBdcuAUreTIiEN]*$/;

const FILTERS: ReadonlyMap<string, FilterKind> = new Map([
  ['maxage', { make: ofAge, hasOpposite: false }],
  ['idle', { make: ofIdleTime, hasOpposite: false }],
  ['type', { make: ofType, hasOpposite: true }],
  ['addr', { make: ofText((client) => client.connection?.remoteAddress), hasOpposite: true }],
  ['laddr', { make: ofText((client) => client.connection?.localAddress), hasOpposite: true }],
  ['user', { make: ofUser, hasOpposite: true }],
  ['flags', { make: ofFlags, hasOpposite: true }],
  ['name', { make: ofText((client) => client.name || undefined), hasOpposite: true }],
  ['lib-name', { make: ofText((client) => client.libraryName || undefined), hasOpposite: true }],
  ['lib-ver', { make: ofText((client) => client.libraryVersion || undefined), hasOpposite: true }],
  ['db', { make: ofDatabase, hasOpposite: true }],
  ['capa', { make: ofCapabilities, hasOpposite: true }],
  ['ip', { make: ofIp, hasOpposite: true }],
]);

/** Reads the filters from argument `first` on. `skipsMe` is what SKIPME is without being given. */
export function parseClientFilter(call: Call, first: number, skipsMe: boolean): ClientTest {
  const { args } = call;
  const tests = new Map<string, ClientTest>();
  const ids = { id: new Set<number>(), 'not-id': new Set<number>() };
  let skips = skipsMe;
  for (let i = first; i < args.count; ) {
    const name = args.text(i).toLowerCase();
    if (name === 'id' || name === 'not-id') {
      i = readIds(call, i + 1, ids[name]);
      // Without any id nobody is meant by ID, and nobody excluded by NOT-ID.
      tests.set(name, name === 'id' ? ({ id }) => ids.id.has(id) : ({ id }) => !ids['not-id'].has(id));
      continue;
    }
    if (i + 1 >= args.count) throw SYNTAX_ERROR;
    if (name === 'skipme') skips = readYesNo(call, i + 1);
    else tests.set(name, makeTest(call, i + 1, name));
    i += 2;
  }
  return (client) => !(skips && client === call.client) && [...tests.values()].every((test) => test(client));
}

function makeTest(call: Call, index: number, name: string): ClientTest {
  const isOpposite = name.startsWith('not-');
  const kind = FILTERS.get(isOpposite ? name.slice(4) : name);
  if (kind === undefined || (isOpposite && !kind.hasOpposite)) throw SYNTAX_ERROR;
  const test = kind.make(call, index, name);
  return isOpposite ? (client) => !test(client) : test;
}

/** Adds the numbers from argument `first` on; gives the index of the first argument that is none. */
function readIds({ args }: Call, first: number, ids: Set<number>): number {
  let i = first;
  for (; i < args.count; i++) {
    const id = parseInteger(args.bytesOf(i), args.starts[i], args.lengths[i]);
    if (Number.isNaN(id)) break;
    if (id < 1) throw new CommandError('ERR client-id should be greater than 0');
    ids.add(id);
  }
  return i;
}

function readYesNo({ args }: Call, index: number): boolean {
  if (args.is(index, 'yes')) return true;
  if (args.is(index, 'no')) return false;
  throw SYNTAX_ERROR;
}

function ofText(read: (client: Client) => string | undefined): MakeTest {
  return (call, index) => {
    const wanted = call.args.text(index);
    return (client) => read(client) === wanted;
  };
}

function ofAge(call: Call, index: number): ClientTest {
  const seconds = positive(call, index, 'maxage');
  return (client) => clientAge(client, call.nowMs) >= seconds;
}

function ofIdleTime(call: Call, index: number): ClientTest {
  const seconds = positive(call, index, 'idle');
  return (client) => clientIdleTime(client, call.nowMs) >= seconds;
}

function positive(call: Call, index: number, name: string): number {
  const value = call.integer(index, new CommandError(`ERR ${name} is not an integer or out of range`));
  if (value <= 0) throw new CommandError(`ERR ${name} should be greater than 0`);
  return value;
}

const TYPES: ReadonlyMap<string, ClientType | 'primary'> = new Map([
  ['normal', 'normal'],
  ['slave', 'replica'],
  ['replica', 'replica'],
  ['pubsub', 'pubsub'],
  ['master', 'primary'],
  ['primary', 'primary'],
]);

function ofType(call: Call, index: number): ClientTest {
  const name = call.args.text(index);
  const type = TYPES.get(name.toLowerCase());
  if (type === undefined) throw new CommandError(`ERR Unknown client type '${name}'`);
  return (client) => clientType(client) === type;
}

function ofUser(call: Call, index: number): ClientTest {
  const name = call.args.text(index);
  const user = call.services.access.users.find(name);
  if (user === undefined) throw new CommandError(`ERR No such user '${name}'`);
  return (client) => client.user === user;
}

function ofFlags(call: Call, index: number, filter: string): ClientTest {
  const wanted = call.args.text(index);
  if (!KNOWN_FLAGS.test(wanted)) throw unknownLetters('flags', filter, wanted);
  return (client) => hasLetters(clientFlags(client), wanted);
}

function ofCapabilities(call: Call, index: number, filter: string): ClientTest {
  const wanted = call.args.text(index);
  if (!/^r*$/.test(wanted)) throw unknownLetters('capa', filter, wanted);
  return (client) => hasLetters(clientCapabilities(client), wanted);
}

function unknownLetters(what: string, filter: string, letters: string): CommandError {
  const place = filter.startsWith('not-') ? `${filter.toUpperCase()} filter` : 'provided filter';
  return new CommandError(`ERR Unknown ${what} found in the ${place}: ${letters}`);
}

function hasLetters(letters: string, wanted: string): boolean {
  return [...wanted].every((letter) => letters.includes(letter));
}

function ofDatabase(call: Call, index: number, filter: string): ClientTest {
  const label = filter.toUpperCase();
  const id = call.integer(index, new CommandError(`ERR ${label} is not an integer or out of range`));
  const count = call.keyspace.databases.length;
  if (id < 0 || id >= count) throw new CommandError(`ERR ${label} number should be between 0 and ${count - 1}`);
  return (client) => client.db.id === id;
}

function ofIp(call: Call, index: number): ClientTest {
  const wanted = call.args.text(index);
  return (client) => {
    const [, ip, port] = /^\[?(.*?)\]?:(\d+)$/.exec(client.connection?.remoteAddress ?? '') ?? [];
    // Unix sockets have a path and port 0.
    return ip === wanted && port !== '0';
  };
}
