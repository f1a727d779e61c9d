/** `cjson`: the module table with its settings. Encoding and decoding are in json-encoder.ts and json-decoder.ts. */
import { checkInteger, checkOption, cutTo32Bits } from '../lua/arguments.ts';
import { badArgument } from '../lua/lua-error.ts';
import { LuaTable } from '../lua/lua-table.ts';
import type { LuaReturn, LuaValue } from '../lua/lua-value.ts';
import { addFunctions } from '../lua/register-library.ts';
import type { LuaRuntime } from '../lua/runtime.ts';
import { decodeJson } from './json-decoder.ts';
import { encodeJson } from './json-encoder.ts';
import { JSON_NULL, type JsonSettings } from './json-settings.ts';

const INTEGER_MAX = 0x7fffffff;
const PRECISION_MAX = 14;

export function openJsonLibrary(runtime: LuaRuntime): void {
  runtime.globals.setString('cjson', makeModule(runtime));
}

function makeModule(runtime: LuaRuntime): LuaTable {
  const settings: JsonSettings = {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeDepthMax: 1000,
    decodeDepthMax: 1000,
    encodePrecision: PRECISION_MAX,
    keepsBuffer: true,
    encodeInvalidNumbers: 'off',
    decodeInvalidNumbers: true,
  };
  const table = addFunctions(runtime, new LuaTable(), {
    encode: (args) => encodeJson(runtime, settings, onlyArgument(args)),
    decode: (args) => decodeJson(runtime, settings, onlyArgument(args)),
    encode_sparse_array: (args) => {
      checkCount(args, 3);
      settings.sparseConvert = booleanOption(args, 0, settings.sparseConvert);
      settings.sparseRatio = integerOption(args, 1, settings.sparseRatio, 0, INTEGER_MAX);
      settings.sparseSafe = integerOption(args, 2, settings.sparseSafe, 0, INTEGER_MAX);
      return [settings.sparseConvert, settings.sparseRatio, settings.sparseSafe];
    },
    encode_max_depth: (args) => {
      checkCount(args, 1);
      settings.encodeDepthMax = integerOption(args, 0, settings.encodeDepthMax, 1, INTEGER_MAX);
      return settings.encodeDepthMax;
    },
    decode_max_depth: (args) => {
      checkCount(args, 1);
      settings.decodeDepthMax = integerOption(args, 0, settings.decodeDepthMax, 1, INTEGER_MAX);
      return settings.decodeDepthMax;
    },
    encode_number_precision: (args) => {
      checkCount(args, 1);
      settings.encodePrecision = integerOption(args, 0, settings.encodePrecision, 1, PRECISION_MAX);
      return settings.encodePrecision;
    },
    encode_keep_buffer: (args) => {
      checkCount(args, 1);
      settings.keepsBuffer = booleanOption(args, 0, settings.keepsBuffer);
      return settings.keepsBuffer;
    },
    encode_invalid_numbers: (args) => {
      checkCount(args, 1);
      return setInvalidNumbers(settings, args);
    },
    decode_invalid_numbers: (args) => {
      checkCount(args, 1);
      settings.decodeInvalidNumbers = booleanOption(args, 0, settings.decodeInvalidNumbers);
      return settings.decodeInvalidNumbers;
    },
    new: () => makeModule(runtime),
  });
  table.setString('null', JSON_NULL);
  table.setString('_NAME', 'cjson');
  table.setString('_VERSION', '2.1.0');
  return table;
}

function onlyArgument(args: readonly LuaValue[]): readonly LuaValue[] {
  if (args.length !== 1) throw badArgument(1, 'expected 1 argument');
  return args;
}

function checkCount(args: readonly LuaValue[], most: number): void {
  if (args.length > most) throw badArgument(most + 1, 'found too many arguments');
}

function integerOption(args: readonly LuaValue[], at: number, now: number, least: number, most: number): number {
  if (args[at] === undefined) return now;
  const value = cutTo32Bits(checkInteger(args, at));
  if (value < least || value > most) throw badArgument(1, `expected integer between ${least} and ${most}`);
  return value;
}

function booleanOption(args: readonly LuaValue[], at: number, now: boolean): boolean {
  const value = args[at];
  if (value === undefined) return now;
  if (typeof value === 'boolean') return value;
  return checkOption(args, at, undefined, ['off', 'on']) === 'on';
}

function setInvalidNumbers(settings: JsonSettings, args: readonly LuaValue[]): LuaReturn {
  const [value] = args;
  if (typeof value === 'boolean') settings.encodeInvalidNumbers = value ? 'on' : 'off';
  else if (value !== undefined) {
    settings.encodeInvalidNumbers = checkOption(args, 0, undefined, ['off', 'on', 'null']);
  }
  return settings.encodeInvalidNumbers === 'null' ? 'null' : settings.encodeInvalidNumbers === 'on';
}
