// XADD's and XTRIM's options: how a stream is trimmed, and for XADD the id of the new entry. What is trimmed
// approximately is propagated exactly (see stream-write).

import type { TrimRule } from '../types/stream/stream-entries.ts';
import { parseStreamId, StreamId } from '../types/stream/stream-id.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { INVALID_ID, longArgument, strictId } from './stream-arguments.ts';

const TWO_RULES = new CommandError('ERR syntax error, MAXLEN and MINID options at the same time are not compatible');
const NEGATIVE_LENGTH = new CommandError('ERR The MAXLEN argument must be >= 0.');
const NEGATIVE_LIMIT = new CommandError('ERR The LIMIT argument must be >= 0.');
const LIMIT_ALONE = new CommandError('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy');
const NO_RULE = new CommandError('ERR syntax error, XTRIM must be called with a trimming strategy');
const LIMIT_EXACT = new CommandError('ERR syntax error, LIMIT cannot be used without the special ~ option');

/** Nodes that an approximate trim takes at most where no limit is given, and what that is bounded by. */
const NODES_AT_ONCE = 100;
const DEFAULT_LIMIT = 10_000;
const LIMIT_MAX = 1_000_000;

const STAR = 42;
const TILDE = 126;
const EQUALS = 61;

/** The options of one XADD or XTRIM; the object is used again by the next. */
export class TrimOptions implements TrimRule {
  maxLength: number | undefined;
  readonly minId = new StreamId();
  approximate = false;
  limit = 0;
  /** Whether anything is to be trimmed. */
  trims = false;
  /** Where MAXLEN's or MINID's value is among the arguments. */
  valueIndex = 0;
  noMakeStream = false;
  /** XADD: where the id is among the arguments, and the id as far as it was given. */
  idIndex = 0;
  readonly id = new StreamId();
  isIdGiven = false;
  isSequenceGiven = false;
  #limitGiven = false;

  /** Reads the options from argument 2 on: up to the id for XADD, to the end for XTRIM. Throws CommandErrors. */
  parse(call: Call, isAdd: boolean): void {
    this.#reset();
    const { args } = call;
    let index = 2;
    while (index < args.count) {
      if (isAdd && this.#isStar(call, index)) break;
      const after = this.#parseOption(call, index, isAdd);
      if (after === index) break;
      index = after;
    }
    this.idIndex = index;
    this.#check(call, isAdd);
  }

  #reset(): void {
    this.maxLength = undefined;
    this.approximate = false;
    this.limit = 0;
    this.trims = false;
    this.noMakeStream = false;
    this.isIdGiven = false;
    this.isSequenceGiven = false;
    this.#limitGiven = false;
  }

  #isStar(call: Call, index: number): boolean {
    const { args } = call;
    return args.lengths[index] === 1 && args.bytesOf(index)[args.starts[index]] === STAR;
  }

  /** Reads the option at `index`; returns the place behind it, or `index` itself where it is XADD's id. */
  #parseOption(call: Call, index: number, isAdd: boolean): number {
    const { args } = call;
    const hasMore = index + 1 < args.count;
    if (hasMore && args.is(index, 'maxlen')) {
      const value = this.#parseRule(call, index);
      this.maxLength = longArgument(call, value);
      if (this.maxLength < 0) throw NEGATIVE_LENGTH;
      return value + 1;
    }
    if (hasMore && args.is(index, 'minid')) {
      const value = this.#parseRule(call, index);
      strictId(call, value, this.minId);
      return value + 1;
    }
    if (hasMore && args.is(index, 'limit')) {
      this.limit = longArgument(call, index + 1);
      if (this.limit < 0) throw NEGATIVE_LIMIT;
      this.#limitGiven = true;
      return index + 2;
    }
    if (!isAdd) throw SYNTAX_ERROR;
    if (args.is(index, 'nomkstream')) {
      this.noMakeStream = true;
      return index + 1;
    }
    this.#parseId(call, index);
    return index;
  }

  /** Reads what follows MAXLEN or MINID up to its value; returns where that is. */
  #parseRule(call: Call, index: number): number {
    if (this.trims) throw TWO_RULES;
    this.trims = true;
    const { args } = call;
    const mark = args.lengths[index + 1] === 1 ? args.bytesOf(index + 1)[args.starts[index + 1]] : 0;
    const hasMark = index + 2 < args.count && (mark === TILDE || mark === EQUALS);
    this.approximate = hasMark && mark === TILDE;
    this.valueIndex = hasMark ? index + 2 : index + 1;
    return this.valueIndex;
  }

  #parseId(call: Call, index: number): void {
    const { args } = call;
    const parsed = parseStreamId(args.bytesOf(index), args.starts[index], args.lengths[index], this.id);
    if (parsed === 'invalid') throw INVALID_ID;
    this.isIdGiven = true;
    this.isSequenceGiven = parsed !== 'any sequence';
  }

  #check(call: Call, isAdd: boolean): void {
    if (this.limit > 0 && !this.trims) throw LIMIT_ALONE;
    if (!isAdd && !this.trims) throw NO_RULE;
    if (call.client.isAofLoader) {
      this.limit = 0;
    } else if (this.#limitGiven) {
      if (!this.approximate) throw LIMIT_EXACT;
    } else if (this.approximate) {
      const limit = NODES_AT_ONCE * call.services.config.number('stream-node-max-entries');
      this.limit = limit <= 0 ? DEFAULT_LIMIT : Math.min(limit, LIMIT_MAX);
    }
  }
}
