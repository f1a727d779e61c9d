// What must not outlive the process that made it: servers and scratch folders. Whatever is still registered when the
// process ends (also by SIGINT, SIGTERM or an error) is ended with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cleanups = new Set<() => void>();
let installed = false;

/** Runs `cleanup` (synchronous, must not throw) at the end of the process, unless the returned function cancels it. */
export function cleanUpAtExit(cleanup: () => void): () => void {
  installOnce();
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** A folder of its own below the system's folder for temporary files; `remove` deletes it, at the latest the exit does. */
export function makeScratchFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `valkeep-${name}-`));
  const removeFolder = () => rmSync(path, { recursive: true, force: true });
  const cancel = cleanUpAtExit(removeFolder);
  return {
    path,
    remove() {
      cancel();
      removeFolder();
    },
  };
}

function installOnce(): void {
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (const cleanup of [...cleanups].reverse()) cleanup();
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}
