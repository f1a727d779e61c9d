/** The settings of one cjson module table, and its null. */
import { LuaUserdata } from '../lua/lua-value.ts';

export interface JsonSettings {
  sparseConvert: boolean;
  sparseRatio: number;
  sparseSafe: number;
  encodeDepthMax: number;
  decodeDepthMax: number;
  encodePrecision: number;
  keepsBuffer: boolean;
  encodeInvalidNumbers: 'off' | 'on' | 'null';
  decodeInvalidNumbers: boolean;
}

/** cjson.null: the C library's null pointer. */
export const JSON_NULL = new LuaUserdata('(nil)', true);
