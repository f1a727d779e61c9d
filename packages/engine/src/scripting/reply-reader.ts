// Turns the bytes of a command's reply, RESP2 or RESP3, into Lua values, as Valkey's Lua sees them: nulls of RESP2 are
// false, those of RESP3 nil; status, error, double, map, set, big number and verbatim string are tables with one field.
// It reads replies of our own commands only, so a malformed one is a bug of ours.
import { assert } from '@valkeep/base';
import { bufferOver } from '../encodings/latin1-buffer.ts';
import { LuaTable, tableFromArray, tableFromEntries } from './lua/lua-table.ts';
import type { LuaValue } from './lua/lua-value.ts';

const SHORT = 24;
const CR = 13;

export class ReplyReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The reply read last was an error. */
  isError = false;

  /** The value of the reply at the start of `bytes`. */
  read(bytes: Uint8Array): LuaValue {
    if (this.#bytes.buffer !== bytes.buffer) this.#bytes = bufferOver(bytes);
    this.#at = 0;
    this.isError = false;
    return this.#value();
  }

  #value(): LuaValue {
    const type = this.#bytes[this.#at++];
    switch (type) {
      case 36: // $
        return this.#bulk();
      case 58: // :
        return this.#number();
      case 42: // *
      case 62: // >
        return this.#array();
      case 43: // +
        return tableFromEntries([['ok', this.#line()]]);
      case 45: // -
        this.isError = true;
        return errorTable(this.#line(), true);
      default:
        return this.#valueOfRESP3(type);
    }
  }

  #valueOfRESP3(type: number): LuaValue {
    switch (type) {
      case 95: // _
        this.#line();
        return undefined;
      case 35: // #
        return this.#line() === 't';
      case 44: // ,
        return tableFromEntries([['double', doubleOf(this.#line())]]);
      case 37: // %
        return tableFromEntries([['map', this.#map()]]);
      case 126: // ~
        return tableFromEntries([['set', this.#set()]]);
      case 40: // (
        return tableFromEntries([['big_number', this.#line()]]);
      case 61: // =
        return this.#verbatim();
      case 124: // | attributes are not for scripts; the value follows
        this.#map();
        return this.#value();
      default:
        assert(false, `a reply starts with byte ${type}`);
    }
  }

  #bulk(): LuaValue {
    const length = this.#number();
    return length < 0 ? false : this.#text(length);
  }

  #text(length: number): string {
    const start = this.#at;
    this.#at = start + length + 2;
    if (length >= SHORT) return this.#bytes.latin1Slice(start, start + length);
    const bytes = this.#bytes;
    let text = '';
    for (let i = start; i < start + length; i++) text += String.fromCharCode(bytes[i]);
    return text;
  }

  #array(): LuaValue {
    const count = this.#number();
    if (count < 0) return false;
    const values: LuaValue[] = [];
    for (let i = 0; i < count; i++) values.push(this.#value());
    while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
    return tableFromArray(values);
  }

  #map(): LuaTable {
    const table = new LuaTable();
    for (let left = this.#number(); left > 0; left--) {
      const key = this.#value();
      const value = this.#value();
      if (key !== undefined) table.set(key, value);
    }
    return table;
  }

  #set(): LuaTable {
    const table = new LuaTable();
    for (let left = this.#number(); left > 0; left--) {
      const member = this.#value();
      if (member !== undefined) table.set(member, true);
    }
    return table;
  }

  #verbatim(): LuaValue {
    const text = this.#text(this.#number());
    const parts = tableFromEntries([
      ['string', text.slice(4)],
      ['format', text.slice(0, 3)],
    ]);
    return tableFromEntries([['verbatim_string', parts]]);
  }

  /** The integer up to the end of the line; what a double cannot hold is rounded, as in Lua. */
  #number(): number {
    const bytes = this.#bytes;
    const isNegative = bytes[this.#at] === 45;
    if (isNegative) this.#at++;
    let value = 0;
    let digits = 0;
    for (; bytes[this.#at] !== CR; this.#at++) {
      value = value * 10 + (bytes[this.#at] - 48);
      digits++;
    }
    this.#at += 2;
    if (digits > 15) value = Number(bytes.latin1Slice(this.#at - 2 - digits, this.#at - 2));
    return isNegative ? -value : value;
  }

  #line(): string {
    const end = this.#bytes.indexOf(CR, this.#at);
    const text = this.#bytes.latin1Slice(this.#at, end);
    this.#at = end + 2;
    return text;
  }
}

function doubleOf(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** The error value of a script: `text` is `CODE message`; a lone word is a message. */
export function errorTable(text: string, isCounted: boolean): LuaTable {
  const table = new LuaTable();
  table.setString('err', text.includes(' ') ? text : `ERR ${text}`);
  if (isCounted) table.setString('ignore_error_stats_update', true);
  return table;
}
