// Members without an order: random ones (SPOP, SRANDMEMBER) and all of them bit by bit (SSCAN).
import { binaryString } from '../encodings/bytes-compare.ts';
import { EVENT_GENERIC, EVENT_SET } from '../keyspace/keyspace.ts';
import { KIND_SET_PACKED, SET } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { memberBytes, memberLength, memberStart } from '../types/set/member-blocks.ts';
import type { SetCursor } from '../types/set/set-cursor.ts';
import type { Call } from './call.ts';
import { NOT_POSITIVE, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { sample, sampleCount, sampleSize } from './sampling.ts';
import { parseCursor, parseScanOptions, passesPattern, type ScanOptions, stepScan } from './scan-options.ts';
import { removedMembers, setLimits, sets } from './set-arguments.ts';
import { positionArgument } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const setSampleCommands: readonly CommandSpec[] = [
  {
    name: 'spop', arity: -2, flags: 'write fast', acl: 'set', keys: [keyAt(1, 'RW ACCESS DELETE')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members replied', about: 'Gives random members and takes them out.',
    tips: ['nondeterministic_output'], run: pop,
  },
  {
    name: 'srandmember', arity: -2, flags: 'readonly', acl: 'set', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members replied', about: 'Gives random members.',
    tips: ['nondeterministic_output'], run: randomMember,
  },
  {
    name: 'sscan', arity: -3, flags: 'readonly', acl: 'set', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.0',
    group: 'set', complexity: 'O(1) a call', about: 'Walks through the members.', tips: ['nondeterministic_output'],
    run: scan,
  },
];

/** Members that one SREM of those that a pop is propagated as takes out. */
const BATCH = 1024;
/** Up to this share of the members a small set is popped from one by one, which is slow for many. */
const POP_SINGLY_BELOW = 1 / 8;
/** From so many times what stays in a big set on, those that stay are drawn. They are few, and may be packed then. */
const POP_ALL_BUT_ABOVE = 5;

/** The members that a pop took out, on their way to followers. */
class PoppedMembers {
  readonly #call: Call;
  readonly #key: string;
  #members: string[] = [];

  constructor(call: Call) {
    this.#call = call;
    this.#key = call.args.text(1);
    call.propagation = 'replaced';
  }

  add(cursor: SetCursor): void {
    if (!this.#call.services.effects.active) return;
    this.#members.push(binaryString(cursor.bytes, cursor.start, cursor.length));
    if (this.#members.length === BATCH) this.flush();
  }

  flush(): void {
    if (this.#members.length > 0) this.#call.propagate('SREM', this.#key, ...this.#members);
    this.#members = [];
  }
}

function pop(call: Call): void {
  const { args, reply } = call;
  if (args.count > 3) throw SYNTAX_ERROR;
  if (args.count === 3) return popSeveral(call);
  const entry = call.write(1, SET);
  if (entry === 0) return reply.nil();
  popSingly(call, entry, 1);
  removedMembers(call, 1, entry, 'spop', 1);
}

function popSeveral(call: Call): void {
  const { reply, keyspace } = call;
  const count = positionArgument(call, 2, NOT_POSITIVE);
  if (count < 0) throw NOT_POSITIVE;
  const entry = call.write(1, SET);
  if (entry === 0 || count === 0) return reply.set(0);
  const cursor = sets(call).read(entry);
  const size = cursor.count;
  reply.set(Math.min(count, size));
  if (count >= size) {
    while (cursor.next()) reply.bulk(cursor.bytes, cursor.start, cursor.length);
    call.remove(1);
    call.changed(1, EVENT_SET, 'spop');
    keyspace.dirty += size - 1;
    call.notify(1, EVENT_GENERIC, 'del');
    return call.propagateRewritten(keyspace.lazyServerDel ? 'UNLINK' : 'DEL', 1);
  }
  if (cursor.isBig && count >= (size - count) * POP_ALL_BUT_ABOVE) popAllBut(call, entry, size - count);
  else if (cursor.isBig || count < size * POP_SINGLY_BELOW) popSingly(call, entry, count);
  else popSelected(call, entry, count);
  removedMembers(call, 1, entry, 'spop', count);
}

/** Takes random members out of the set of an entry, one after the other, and replies them; the set stays open. */
function popSingly(call: Call, entry: Handle, count: number): void {
  const { cursor } = sets(call);
  const popped = new PoppedMembers(call);
  const set = sets(call).open(entry);
  for (let i = 0; i < count; i++) {
    cursor.open(set.kind, set.value);
    cursor.pick(call.services.random);
    call.reply.bulk(cursor.bytes, cursor.start, cursor.length);
    popped.add(cursor);
    set.remove(cursor.bytes, cursor.start, cursor.length);
  }
  popped.flush();
}

/** As `popSingly`, by making a new set of the members that stay. */
function popSelected(call: Call, entry: Handle, count: number): void {
  const popped = new PoppedMembers(call);
  const cursor = sets(call).read(entry);
  const old = call.entries.value(entry);
  const set = sets(call).set.create(call.entries.kind(entry));
  let wanted = count;
  for (let left = cursor.count; cursor.next(); left--) {
    if (call.services.random() * left >= wanted) {
      set.append(cursor.bytes, cursor.start, cursor.length);
      continue;
    }
    wanted--;
    call.reply.bulk(cursor.bytes, cursor.start, cursor.length);
    popped.add(cursor);
  }
  call.services.arena.free(old);
  popped.flush();
}

/** As `popSingly`, for a big set of which only `left` members stay. */
function popAllBut(call: Call, entry: Handle, left: number): void {
  const { cursor, set } = sets(call);
  const popped = new PoppedMembers(call);
  const old = sets(call).createSet().open(call.entries.kind(entry), call.entries.value(entry));
  set.create(KIND_SET_PACKED);
  for (let i = 0; i < left; i++) {
    cursor.open(old.kind, old.value).pick(call.services.random);
    set.add(cursor.bytes, cursor.start, cursor.length, setLimits(call));
    old.remove(cursor.bytes, cursor.start, cursor.length);
  }
  cursor.open(old.kind, old.value);
  while (cursor.next()) {
    call.reply.bulk(cursor.bytes, cursor.start, cursor.length);
    popped.add(cursor);
  }
  call.keyspace.freeValue(old.kind, old.value, call.keyspace.lazyServerDel);
  popped.flush();
}

function randomMember(call: Call): void {
  const { args, reply } = call;
  if (args.count > 3) throw SYNTAX_ERROR;
  if (args.count === 3) return randomMembers(call);
  const entry = call.read(1, SET);
  if (entry === 0) return reply.nil();
  const cursor = sets(call).read(entry);
  cursor.pick(call.services.random);
  reply.bulk(cursor.bytes, cursor.start, cursor.length);
}

function randomMembers(call: Call): void {
  const { reply } = call;
  const count = sampleCount(call, 2);
  const entry = call.read(1, SET);
  if (entry === 0) return reply.array(0);
  const cursor = sets(call).read(entry);
  reply.array(sampleSize(count, cursor.count));
  sample(cursor, count, call.services.random, () => {
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    return !call.client.closing;
  });
}

function scan(call: Call): void {
  const { reply } = call;
  const start = parseCursor(call, 2);
  const entry = call.read(1, SET);
  if (entry === 0) {
    reply.array(2);
    reply.bulkText('0');
    return reply.array(0);
  }
  const options = parseScanOptions(call, 3, 'set');
  const cursor = sets(call).read(entry);
  if (!cursor.isBig) return scanSmall(call, cursor, options);
  const { arena, dict } = sets(call);
  const root = call.entries.value(entry);
  const found: Handle[] = [];
  const next = stepScan(start, options.count, (place) => {
    let seen = 0;
    const after = dict.scan(root, place, (block) => {
      seen++;
      const bytes = memberBytes(arena, block);
      if (passesPattern(options, bytes, memberStart(block), memberLength(arena, block))) found.push(block);
    });
    return { next: after, seen };
  });
  reply.array(2);
  reply.bulkInteger(next);
  reply.array(found.length);
  for (const block of found) reply.bulk(memberBytes(arena, block), memberStart(block), memberLength(arena, block));
}

/** A small set comes whole, whatever count was asked for. */
function scanSmall(call: Call, cursor: SetCursor, options: ScanOptions): void {
  const { reply } = call;
  reply.array(2);
  reply.bulkText('0');
  const mark = reply.beginDeferred();
  let items = 0;
  while (cursor.next()) {
    if (!passesPattern(options, cursor.bytes, cursor.start, cursor.length)) continue;
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    items++;
  }
  reply.endDeferred(mark, 'array', items);
}
