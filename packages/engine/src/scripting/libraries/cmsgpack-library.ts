/** `cmsgpack`: MessagePack for Lua values, packed as the C library packs them (so that results compare as bytes). */
import { checkInteger, checkString, cutTo32Bits, optionalInteger } from '../lua/arguments.ts';
import { badArgument, LuaError } from '../lua/lua-error.ts';
import { LuaTable } from '../lua/lua-table.ts';
import type { LuaReturn, LuaValue } from '../lua/lua-value.ts';
import { addLibrary } from '../lua/register-library.ts';
import type { LuaRuntime } from '../lua/runtime.ts';
import { MessageReader } from './message-reader.ts';

/** Tables nested deeper are packed as nil, which also ends circles. */
const NESTING_MAX = 16;
const scratch = Buffer.alloc(8);

export function openMessagePackLibrary(runtime: LuaRuntime): void {
  const table = addLibrary(runtime, 'cmsgpack', {
    pack: (args) => {
      if (args.length === 0) throw badArgument(0, 'MessagePack pack needs input.');
      return runtime.flat(args.map((value) => packValue(runtime, value, 0)).join(''));
    },
    unpack: (args) => unpack(runtime, args, 0, 0),
    unpack_one: (args) => unpack(runtime, args, 1, optionalInteger(args, 1, 0)),
    unpack_limit: (args) => {
      const limit = checkInteger(args, 1);
      return unpack(runtime, args, limit, optionalInteger(args, 2, 0));
    },
  });
  table.setString('_NAME', 'cmsgpack');
  table.setString('_VERSION', 'lua-cmsgpack 0.4.0');
  table.setString('_COPYRIGHT', 'Copyright (C) 2012, Redis Ltd.');
  table.setString('_DESCRIPTION', 'MessagePack C implementation for Lua');
}

function bytes(...codes: readonly number[]): string {
  return String.fromCharCode(...codes.map((code) => code & 255));
}

/** A count as big-endian bytes. */
function count(value: number, size: 1 | 2 | 4): string {
  scratch.writeUIntBE(value, 0, size);
  return scratch.toString('latin1', 0, size);
}

function packValue(runtime: LuaRuntime, value: LuaValue, level: number): string {
  switch (typeof value) {
    case 'string':
      runtime.charge(value.length);
      return packString(value);
    case 'boolean':
      return value ? '\xc3' : '\xc2';
    case 'number':
      return packNumber(value);
    default:
      return value instanceof LuaTable && level !== NESTING_MAX ? packTable(runtime, value, level) : '\xc0';
  }
}

function packString(text: string): string {
  const { length } = text;
  if (length < 32) return bytes(0xa0 | length) + text;
  if (length <= 0xff) return `\xd9${count(length, 1)}${text}`;
  if (length <= 0xffff) return `\xda${count(length, 2)}${text}`;
  return `\xdb${count(length, 4)}${text}`;
}

function packNumber(value: number): string {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) return packInteger(value);
  if (Math.fround(value) === value) {
    scratch.writeFloatBE(value);
    return `\xca${scratch.toString('latin1', 0, 4)}`;
  }
  scratch.writeDoubleBE(value);
  return `\xcb${scratch.toString('latin1')}`;
}

function packInteger(value: number): string {
  if (value >= 0) {
    if (value <= 0x7f) return bytes(value);
    if (value <= 0xff) return `\xcc${count(value, 1)}`;
    if (value <= 0xffff) return `\xcd${count(value, 2)}`;
    if (value <= 0xffffffff) return `\xce${count(value, 4)}`;
    scratch.writeBigUInt64BE(BigInt(value));
    return `\xcf${scratch.toString('latin1')}`;
  }
  if (value >= -32) return bytes(value);
  if (value >= -0x80) return `\xd0${bytes(value)}`;
  if (value >= -0x8000) return `\xd1${bytes(value >> 8, value)}`;
  if (value >= -0x80000000) return `\xd2${bytes(value >> 24, value >> 16, value >> 8, value)}`;
  scratch.writeBigInt64BE(BigInt(value));
  return `\xd3${scratch.toString('latin1')}`;
}

function header(length: number, short: number, long: string, longer: string): string {
  if (length <= 15) return bytes(short | length);
  return length <= 0xffff ? long + count(length, 2) : longer + count(length, 4);
}

/** Only keys from 1 to n, none missing. An empty table is a list. */
function isList(table: LuaTable): boolean {
  let fields = 0;
  let largest = 0;
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    const key = table.keyAt(place);
    if (typeof key !== 'number' || key <= 0 || cutTo32Bits(Math.trunc(key)) !== key) return false;
    if (key > largest) largest = key;
    fields++;
  }
  return fields === largest;
}

function packTable(runtime: LuaRuntime, table: LuaTable, level: number): string {
  if (--runtime.fuel < 0) runtime.pause();
  if (isList(table)) {
    const length = table.length();
    let packed = header(length, 0x90, '\xdc', '\xdd');
    for (let at = 1; at <= length; at++) packed += packValue(runtime, table.get(at), level + 1);
    return packed;
  }
  let fields = 0;
  let packed = '';
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    fields++;
    packed += packValue(runtime, table.keyAt(place), level + 1) + packValue(runtime, table.valueAt(place), level + 1);
  }
  return header(fields, 0x80, '\xde', '\xdf') + packed;
}

/** Without limit and offset everything is unpacked; else the place to go on is the first result, -1 at the end. */
function unpack(runtime: LuaRuntime, args: readonly LuaValue[], limit: number, offset: number): LuaReturn {
  const text = checkString(args, 0);
  if (offset < 0 || limit < 0) {
    throw new LuaError(`Invalid request to unpack with offset of ${offset} and limit of ${text.length}.`, 1);
  }
  if (offset > text.length) {
    throw new LuaError(`Start offset ${offset} greater than input length ${text.length}.`, 1);
  }
  const takesAll = limit === 0 && offset === 0;
  const reader = new MessageReader(runtime, text, offset);
  const values: LuaValue[] = [];
  while (!reader.isAtEnd && (takesAll || values.length < limit)) values.push(reader.readValue());
  return takesAll ? values : [reader.isAtEnd ? -1 : reader.position, ...values];
}
