/** Reads MessagePack values out of a binary string. */
import { LuaError } from '../lua/lua-error.ts';
import type { LuaTable } from '../lua/lua-table.ts';
import type { LuaValue } from '../lua/lua-value.ts';
import type { LuaRuntime } from '../lua/runtime.ts';

/** Values nested in each other: more would take the JavaScript stack. */
const NESTING_MAX = 1000;
const scratch = Buffer.alloc(8);

export class MessageReader {
  readonly #runtime: LuaRuntime;
  readonly #text: string;
  position: number;
  #nesting = 0;

  constructor(runtime: LuaRuntime, text: string, position: number) {
    this.#runtime = runtime;
    this.#text = text;
    this.position = position;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#text.length;
  }

  #need(length: number): void {
    if (this.#text.length - this.position < length) throw new LuaError('Missing bytes in input.', 1);
  }

  /** The next bytes, as an unsigned big-endian number. */
  #count(size: number): number {
    this.#need(size);
    let value = 0;
    for (let at = 0; at < size; at++) value = value * 256 + this.#text.charCodeAt(this.position + at);
    this.position += size;
    return value;
  }

  #string(length: number): string {
    this.#need(length);
    const text = this.#text.slice(this.position, this.position + length);
    this.position += length;
    this.#runtime.charge(length + 24);
    return text;
  }

  #bytes(size: number): Buffer {
    this.#need(size);
    scratch.write(this.#text.slice(this.position, this.position + size), 'latin1');
    this.position += size;
    return scratch;
  }

  readValue(): LuaValue {
    const type = this.#count(1);
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 256;
    if (type < 0x90) return this.#table(type & 15, true);
    if (type < 0xa0) return this.#table(type & 15, false);
    if (type < 0xc0) return this.#string(type & 31);
    return this.#readTyped(type);
  }

  #readTyped(type: number): LuaValue {
    switch (type) {
      case 0xc0:
        return undefined;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#bytes(4).readFloatBE();
      case 0xcb:
        return this.#bytes(8).readDoubleBE();
      case 0xcc:
        return this.#count(1);
      case 0xcd:
        return this.#count(2);
      case 0xce:
        return this.#count(4);
      case 0xcf:
      case 0xd3:
        // Both become a signed 64-bit integer first, as in the C library.
        return Number(this.#bytes(8).readBigInt64BE());
      case 0xd0:
        return this.#bytes(1).readInt8();
      case 0xd1:
        return this.#bytes(2).readInt16BE();
      case 0xd2:
        return this.#bytes(4).readInt32BE();
      case 0xd9:
        return this.#string(this.#count(1));
      case 0xda:
        return this.#string(this.#count(2));
      case 0xdb:
        return this.#string(this.#count(4));
      case 0xdc:
        return this.#table(this.#count(2), false);
      case 0xdd:
        return this.#table(this.#count(4), false);
      case 0xde:
        return this.#table(this.#count(2), true);
      case 0xdf:
        return this.#table(this.#count(4), true);
      default:
        throw new LuaError('Bad data format in input.', 1);
    }
  }

  #table(length: number, isMap: boolean): LuaTable {
    if (++this.#nesting > NESTING_MAX) throw new LuaError('stack overflow', 1);
    const table = this.#runtime.newTable();
    for (let at = 1; at <= length; at++) {
      const key = isMap ? this.readValue() : at;
      this.#runtime.rawSet(table, key, this.readValue());
    }
    this.#nesting--;
    return table;
  }
}
