// What strerror(3) says about the system errors that opening files and changing directories can meet. Node's own
// sentences differ, and these stand in messages that tools and tests read.
import { getSystemErrorMessage } from 'node:util';

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENFILE: 'Too many open files in system',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
};

/** The system's sentence for `error`, if it is a system error; anything else is a bug and is thrown again. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') throw error;
  const code = 'code' in error ? String(error.code) : '';
  return TEXTS[code] ?? getSystemErrorMessage(error.errno) ?? error.message;
}
