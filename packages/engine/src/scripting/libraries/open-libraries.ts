/** The libraries that Valkey adds to Lua's own: bit, cjson, cmsgpack and struct. To be opened before globals are locked. */
import type { LuaRuntime } from '../lua/runtime.ts';
import { openBitLibrary } from './bit-library.ts';
import { openJsonLibrary } from './cjson-library.ts';
import { openMessagePackLibrary } from './cmsgpack-library.ts';
import { openStructLibrary } from './struct-library.ts';

export function openLibraries(runtime: LuaRuntime): void {
  openJsonLibrary(runtime);
  openStructLibrary(runtime);
  openMessagePackLibrary(runtime);
  openBitLibrary(runtime);
}
