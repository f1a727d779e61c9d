// Why the last call of libc failed. `errno` lives in memory of the thread; it is mapped once and read right after a
// call that failed, before anything else is called.
import ffi from 'node:ffi';
import { constants } from 'node:os';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { libc } from './libc-socket.ts';

export const { EAGAIN, EINTR, ECONNABORTED } = constants.errno;

const errno = new Int32Array(ffi.toArrayBuffer(libc.__errno_location(), 4, false));

/** The number of the last failure on this thread. */
export function lastErrorNumber(): number {
  return errno[0];
}

/** Its name, such as ECONNRESET. */
export function errorName(errorNumber: number): string {
  return getSystemErrorName(-errorNumber);
}

/** An Error with Node's fields `code`, `errno` and `syscall`. */
export function systemError(syscall: string, errorNumber: number, subject = ''): Error {
  const code = errorName(errorNumber);
  const about = subject === '' ? '' : ` ${subject}`;
  const message = `${syscall} ${code}: ${getSystemErrorMessage(-errorNumber)}${about}`;
  return Object.assign(new Error(message), { code, errno: -errorNumber, syscall });
}
