/** Lua values as JSON, in the words of lua-cjson: sparse arrays, number precision, depth limit and error texts. */
import { LuaError } from '../lua/lua-error.ts';
import { LuaTable } from '../lua/lua-table.ts';
import { type LuaValue, typeName } from '../lua/lua-value.ts';
import { formatGeneral, numberToText } from '../lua/number-text.ts';
import type { LuaRuntime } from '../lua/runtime.ts';
import { JSON_NULL, type JsonSettings } from './json-settings.ts';

const TOSTRING_PRECISION = 14;
const ESCAPED = /["\\/\x00-\x1f\x7f]/g;
const ESCAPES = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['/', '\\/'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

export function encodeJson(runtime: LuaRuntime, settings: JsonSettings, args: readonly LuaValue[]): string {
  return runtime.flat(new Encoder(runtime, settings).encode(args[0], 0));
}

function refuse(value: LuaValue, reason: string): LuaError {
  return new LuaError(`Cannot serialise ${typeName(value)}: ${reason}`, 1);
}

class Encoder {
  readonly #runtime: LuaRuntime;
  readonly #settings: JsonSettings;

  constructor(runtime: LuaRuntime, settings: JsonSettings) {
    this.#runtime = runtime;
    this.#settings = settings;
  }

  encode(value: LuaValue, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'undefined':
        return 'null';
      default:
        if (value instanceof LuaTable) return this.#table(value, depth + 1);
        if (value === JSON_NULL) return 'null';
        throw refuse(value, 'type not supported');
    }
  }

  #string(text: string): string {
    this.#runtime.charge(text.length + 16);
    const escaped = text.replaceAll(
      ESCAPED,
      (char) => ESCAPES.get(char) ?? `\\u00${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
    return `"${escaped}"`;
  }

  #number(value: number): string {
    if (!Number.isFinite(value)) {
      if (this.#settings.encodeInvalidNumbers === 'off') throw refuse(value, 'must not be NaN or Inf');
      if (this.#settings.encodeInvalidNumbers === 'null') return 'null';
      if (Number.isNaN(value)) return 'nan';
    }
    const { encodePrecision } = this.#settings;
    return encodePrecision === TOSTRING_PRECISION ? numberToText(value) : formatGeneral(value, encodePrecision, false);
  }

  #table(table: LuaTable, depth: number): string {
    if (depth > this.#settings.encodeDepthMax) {
      throw new LuaError(`Cannot serialise, excessive nesting (${depth})`, 1);
    }
    if (--this.#runtime.fuel < 0) this.#runtime.pause();
    const length = this.#arrayLength(table);
    return length > 0 ? this.#array(table, length, depth) : this.#object(table, depth);
  }

  /** The largest index of a table with positive integer keys only, 0 for an empty table, -1 for others. */
  #arrayLength(table: LuaTable): number {
    let most = 0;
    let items = 0;
    let last: LuaValue;
    for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
      const key = table.keyAt(place);
      if (typeof key !== 'number' || key < 1 || !Number.isInteger(key)) return -1;
      if (key > most) most = key;
      last = table.valueAt(place);
      items++;
    }
    const { sparseRatio, sparseSafe, sparseConvert } = this.#settings;
    if (sparseRatio > 0 && most > items * sparseRatio && most > sparseSafe) {
      if (!sparseConvert) throw refuse(table, 'excessively sparse array');
      return -1;
    }
    return last === undefined ? 0 : most;
  }

  #array(table: LuaTable, length: number, depth: number): string {
    let json = '[';
    for (let at = 1; at <= length; at++) {
      if (at > 1) json += ',';
      json += this.encode(table.get(at), depth);
      this.#runtime.charge(8);
    }
    return `${json}]`;
  }

  #object(table: LuaTable, depth: number): string {
    let json = '{';
    for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
      const key = table.keyAt(place);
      if (json.length > 1) json += ',';
      if (typeof key === 'number') json += `"${this.#number(key)}":`;
      else if (typeof key === 'string') json += `${this.#string(key)}:`;
      else throw refuse(key, 'table key must be a number or string');
      json += this.encode(table.valueAt(place), depth);
    }
    return `${json}}`;
  }
}
