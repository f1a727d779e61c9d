// The file of a listening Unix socket: what an earlier server left behind goes before, permissions come after.
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';

/** Removes a socket that an earlier server left; anything but a socket stays, and makes listening fail. */
export function removeStaleSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}

/** Sets the permission bits of a socket's file; 0 leaves them alone. */
export function setSocketPermissions(path: string, permissions: number): void {
  if (permissions !== 0) chmodSync(path, permissions);
}
