// Effects: what the keyspace went through, as the commands that a follower has to run. The append-only file, replicas
// and recovery logs all read this one stream. Handlers say what is propagated: the command itself, other words in its
// place, or nothing. What one unit of execution did (a command, a script, EXEC) goes out together, framed by MULTI and
// EXEC when it is more than one command, and never before the unit is complete.
//
// `position` counts the bytes of the stream: outputs are released by it (see OutputGate).

import { copyBytes } from '../encodings/bytes-compare.ts';
import { writeInteger } from '../encodings/integer-text.ts';
import type { NativeRegion } from '../memory/native-memory.ts';
import type { Args } from '../session/args.ts';

/** In place of a database: the frame of a unit (MULTI, EXEC), which is for any. */
export const NO_DATABASE = -1;

/** Reads the stream. `bytes` are complete commands in RESP for database `databaseId`; they are overwritten afterwards. */
export interface EffectSink {
  /** Hears of messages too, which are effects on followers but nothing to keep. */
  readonly isFollower?: boolean;
  append(databaseId: number, bytes: Uint8Array, start: number, length: number): void;
}

/** What an argument is recorded as: the first `length` bytes of `bytes`. */
export interface Replacement {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Who hears of a command: every sink, followers (replicas) only, or only those that keep it. */
export type Audience = 'all' | 'followers' | 'keepers';

const MULTI = Buffer.from('*1\r\n$5\r\nMULTI\r\n');
const EXEC = Buffer.from('*1\r\n$4\r\nEXEC\r\n');

export class Effects {
  /** Bytes of the stream since the engine started. */
  position = 0;
  /** Commands recorded since the engine started. */
  commands = 0;
  readonly #region: NativeRegion;
  readonly #sinks: EffectSink[] = [];
  /** The running unit: for each command its database and where it ends in the region. */
  readonly #databases: number[] = [];
  readonly #ends: number[] = [];
  readonly #audiences: Audience[] = [];
  #end = 0;

  /** `region` holds one unit at a time. */
  constructor(region: NativeRegion) {
    this.#region = region;
  }

  /** False while nobody listens: then recording is not worth its time. */
  get active(): boolean {
    return this.#sinks.length > 0;
  }

  addSink(sink: EffectSink): void {
    this.#sinks.push(sink);
  }

  removeSink(sink: EffectSink): void {
    const index = this.#sinks.indexOf(sink);
    if (index >= 0) this.#sinks.splice(index, 1);
  }

  /** Records a command as the client sent it. */
  recordArgs(databaseId: number, args: Args): void {
    if (!this.active) return;
    this.#begin(args.count);
    for (let i = 0; i < args.count; i++) this.#argument(args.bytesOf(i), args.starts[i], args.lengths[i]);
    this.#finish(databaseId);
  }

  /** Records a command as the client sent it, but for a few arguments. */
  recordReplacing(databaseId: number, args: Args, replacements: readonly Replacement[]): void {
    if (!this.active) return;
    this.#begin(args.count);
    for (let i = 0; i < args.count; i++) {
      let replacement: Replacement | undefined;
      for (const candidate of replacements) if (candidate.index === i) replacement = candidate;
      if (replacement === undefined) this.#argument(args.bytesOf(i), args.starts[i], args.lengths[i]);
      else this.#argument(replacement.bytes, 0, replacement.length);
    }
    this.#finish(databaseId);
  }

  /** Records a command that only followers hear of: a message. */
  recordForFollowers(databaseId: number, args: Args): void {
    if (!this.#sinks.some((sink) => sink.isFollower)) return;
    this.recordArgs(databaseId, args);
    this.#audiences[this.#audiences.length - 1] = 'followers';
  }

  /** Records a command given as binary strings. */
  record(databaseId: number, ...words: readonly (string | number)[]): void {
    if (!this.active) return;
    this.#begin(words.length);
    for (const word of words) {
      const bytes = Buffer.from(String(word), 'latin1');
      this.#argument(bytes, 0, bytes.length);
    }
    this.#finish(databaseId);
  }

  /** Records a command of words and, for each number, the argument at that position. */
  recordRewritten(databaseId: number, args: Args, parts: readonly (string | number)[]): void {
    if (!this.active) return;
    this.#begin(parts.length);
    for (const part of parts) {
      if (typeof part === 'number') {
        this.#argument(args.bytesOf(part), args.starts[part], args.lengths[part]);
      } else {
        const bytes = Buffer.from(part, 'latin1');
        this.#argument(bytes, 0, bytes.length);
      }
    }
    this.#finish(databaseId);
  }

  /** Records `verb key`, the key given by its bytes: expiry and eviction. */
  recordKey(databaseId: number, verb: string, key: Uint8Array, start: number, length: number): void {
    if (!this.active) return;
    this.#begin(2);
    const bytes = Buffer.from(verb, 'latin1');
    this.#argument(bytes, 0, bytes.length);
    this.#argument(key, start, length);
    this.#finish(databaseId);
  }

  /** Number of commands in the running unit. */
  get pending(): number {
    return this.#ends.length;
  }

  /** Takes back what was recorded after the first `count` commands of the unit. */
  truncate(count: number): void {
    this.#ends.length = count;
    this.#databases.length = count;
    this.#audiences.length = count;
    this.#end = count === 0 ? 0 : this.#ends[count - 1];
  }

  /** Limits who hears of what was recorded after the first `count` commands of the unit. */
  limit(count: number, audience: Audience): void {
    this.#audiences.fill(audience, count);
  }

  /** Ends the unit: hands it to every sink. Effects that do not depend on one another (`isUnit` false) go out one by one. */
  flush(isUnit = true): void {
    const count = this.#ends.length;
    if (count === 0) return;
    const framed = isUnit && count > 1;
    for (const sink of this.#sinks) this.#send(sink, framed);
    this.position += this.#end + (framed ? MULTI.length + EXEC.length : 0);
    this.commands += count;
    this.truncate(0);
  }

  #send(sink: EffectSink, framed: boolean): void {
    const excluded: Audience = sink.isFollower === true ? 'keepers' : 'followers';
    if (framed) sink.append(NO_DATABASE, MULTI, 0, MULTI.length);
    let start = 0;
    for (let i = 0; i < this.#ends.length; i++) {
      const end = this.#ends[i];
      if (this.#audiences[i] !== excluded) sink.append(this.#databases[i], this.#region.bytes, start, end - start);
      start = end;
    }
    if (framed) sink.append(NO_DATABASE, EXEC, 0, EXEC.length);
  }

  #begin(count: number): void {
    this.#number(42, count);
  }

  #argument(source: Uint8Array, start: number, length: number): void {
    this.#number(36, length);
    copyBytes(source, start, this.#region.bytes, this.#end, length);
    this.#end += length;
    this.#lineEnd();
  }

  #number(type: number, value: number): void {
    this.#region.bytes[this.#end] = type;
    this.#end = writeInteger(this.#region.bytes, this.#end + 1, value);
    this.#lineEnd();
  }

  #lineEnd(): void {
    this.#region.bytes[this.#end] = 13;
    this.#region.bytes[this.#end + 1] = 10;
    this.#end += 2;
  }

  #finish(databaseId: number): void {
    this.#databases.push(databaseId);
    this.#audiences.push('all');
    this.#ends.push(this.#end);
  }
}
