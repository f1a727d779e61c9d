/** The only function of the os library that scripts may use: processor time. */
import { addLibrary } from './register-library.ts';
import type { LuaRuntime } from './runtime.ts';

export function openOsLibrary(runtime: LuaRuntime): void {
  addLibrary(runtime, 'os', {
    clock: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  });
}
