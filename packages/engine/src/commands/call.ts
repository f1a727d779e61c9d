// One execution of a command: who asks, with which arguments, and where the reply goes. Handlers get nothing else.
// The helpers here are the idioms of every family: look a key up with its type checked, parse an argument, say what
// changed. They throw CommandErrors; a handler that throws leaves no half reply behind.
import { isInteger64, parseInteger } from '../encodings/integer-text.ts';
import type { Database } from '../keyspace/database.ts';
import type { Entries } from '../keyspace/entries.ts';
import { EVENT_EXPIRED, type Keyspace } from '../keyspace/keyspace.ts';
import { typeOfKind, type ValueType } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Args } from '../session/args.ts';
import type { BlockedState } from '../session/blocking.ts';
import type { Client } from '../session/client.ts';
import type { Reply } from '../session/reply.ts';
import { CommandError, NOT_AN_INTEGER, WRONG_TYPE } from './command-error.ts';
import type { Command } from './command-table.ts';
import type { Services } from './services.ts';

/** How a command is to be propagated once it has run. */
export type Propagation = 'verbatim' | 'replaced' | 'none';

const NO_POSITIONS: readonly number[] = [];

export class Call {
  readonly services: Services;
  readonly keyspace: Keyspace;
  readonly entries: Entries;
  client: Client;
  /** The database that the command works on. */
  db: Database;
  command: Command;
  args: Args;
  reply: Reply;
  /** `replaced` and `none`: the command itself is not propagated (others may have been recorded in its place). */
  propagation: Propagation = 'verbatim';
  /** The command left without replying: it waits for keys. */
  isBlocked = false;
  /** Set while a blocked command runs again: what it left behind when it blocked. */
  retried: BlockedState | undefined;
  /** `reply.written` when the command started. */
  replyStart = 0;
  /** Arguments that logs must not show: passwords, names of users. */
  hiddenArguments: readonly number[] = NO_POSITIONS;
  /** Runs inside of EXEC or a script: it must not block. */
  denyBlocking = false;

  constructor(services: Services, client: Client, command: Command, args: Args, reply: Reply) {
    this.services = services;
    this.keyspace = services.keyspace;
    this.entries = services.keyspace.entries;
    this.client = client;
    this.db = client.db;
    this.command = command;
    this.args = args;
    this.reply = reply;
  }

  /** Unix milliseconds; the same for the whole command. */
  get nowMs(): number {
    return this.services.clock.nowMs;
  }

  /** The live entry of the key in argument `index` for reading, 0 where there is none. Throws WRONGTYPE. */
  read(index: number, type: ValueType): Handle {
    const { args } = this;
    const entry = this.db.findForRead(args.bytesOf(index), args.starts[index], args.lengths[index]);
    if (entry !== 0 && typeOfKind(this.entries.kind(entry)) !== type) throw WRONG_TYPE;
    return entry;
  }

  /** As `read`, for any type. */
  readAny(index: number): Handle {
    const { args } = this;
    return this.db.findForRead(args.bytesOf(index), args.starts[index], args.lengths[index]);
  }

  /** The live entry of a key for writing (its block may be changed), 0 where there is none. Throws WRONGTYPE. */
  write(index: number, type: ValueType): Handle {
    const { args } = this;
    const entry = this.db.findForWrite(args.bytesOf(index), args.starts[index], args.lengths[index]);
    if (entry !== 0 && typeOfKind(this.entries.kind(entry)) !== type) throw WRONG_TYPE;
    return entry;
  }

  /** As `write`, for any type. */
  writeAny(index: number): Handle {
    const { args } = this;
    return this.db.findForWrite(args.bytesOf(index), args.starts[index], args.lengths[index]);
  }

  /** Adds a key that is not there; returns its entry. */
  add(index: number, kind: number, value: Handle): Handle {
    const { args } = this;
    return this.db.add(args.bytesOf(index), args.starts[index], args.lengths[index], kind, value);
  }

  /** Deletes the key in argument `index` and frees its value; false where it is not there. */
  remove(index: number): boolean {
    const { args } = this;
    return this.db.remove(args.bytesOf(index), args.starts[index], args.lengths[index], this.keyspace.lazyServerDel);
  }

  /** Says that the key in argument `index` changed: watchers, the event, propagation. */
  changed(index: number, eventClass: number, event: string): void {
    const { args, db, keyspace } = this;
    const bytes = args.bytesOf(index);
    keyspace.modified(db, bytes, args.starts[index], args.lengths[index]);
    keyspace.notify(db, eventClass, event, bytes, args.starts[index], args.lengths[index]);
    keyspace.dirty++;
  }

  /** An event without a change of its own, such as `del` after the last member is gone. */
  notify(index: number, eventClass: number, event: string): void {
    const { args, db } = this;
    this.keyspace.notify(db, eventClass, event, args.bytesOf(index), args.starts[index], args.lengths[index]);
  }

  /** Argument `index` as a 64-bit integer that is exact in a double; throws `error` for anything else. */
  integer(index: number, error: CommandError = NOT_AN_INTEGER): number {
    const { args } = this;
    const value = parseInteger(args.bytesOf(index), args.starts[index], args.lengths[index]);
    if (Number.isNaN(value)) throw error;
    return value;
  }

  /** As `integer`, within a range that the error names; `error` takes the place of both errors. */
  integerWithin(index: number, low: number, high: number, error?: CommandError): number {
    const { args } = this;
    const bytes = args.bytesOf(index);
    if (!isInteger64(bytes, args.starts[index], args.lengths[index])) throw error ?? NOT_AN_INTEGER;
    const value = parseInteger(bytes, args.starts[index], args.lengths[index]);
    if (value >= low && value <= high) return value;
    throw error ?? new CommandError(`ERR value is out of range, value must between ${low} and ${high}`);
  }

  /** Propagates these words in place of the command (or beside others recorded so). */
  propagate(...words: readonly (string | number)[]): void {
    this.propagation = 'replaced';
    this.services.effects.record(this.db.id, ...words);
  }

  /** As `propagate`; a number stands for the argument at that position, so that its bytes are not turned into text. */
  propagateRewritten(...parts: readonly (string | number)[]): void {
    this.propagation = 'replaced';
    this.services.effects.recordRewritten(this.db.id, this.args, parts);
  }

  /** Whether a deadline is over. Where expiry is paused (loading, replicas) keys wait for the deletion that follows. */
  isOver(deadline: number): boolean {
    return deadline <= this.nowMs && !this.keyspace.expiryPaused;
  }

  /** Deletes the key in argument `index`, which was given a deadline that is over, and propagates its deletion. */
  expireNow(index: number): void {
    const { args, db, keyspace } = this;
    db.remove(args.bytesOf(index), args.starts[index], args.lengths[index], keyspace.lazyExpire);
    keyspace.stats.expired++;
    this.changed(index, EVENT_EXPIRED, 'expired');
    this.propagateRewritten(keyspace.lazyExpire ? 'UNLINK' : 'DEL', index);
  }

  /** Keeps the arguments from `from` to `last` (the end when left out) out of the slow log and MONITOR. */
  hideArguments(from: number, last = this.args.count - 1): void {
    const positions: number[] = [...this.hiddenArguments];
    for (let i = from; i <= last; i++) positions.push(i);
    this.hiddenArguments = positions;
  }

  /** The command changed nothing that followers must hear of. */
  propagateNothing(): void {
    this.propagation = 'none';
  }
}
