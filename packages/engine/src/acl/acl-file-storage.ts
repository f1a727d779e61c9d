// Reads and replaces the ACL file. Replacing goes through a file beside it, so that a crash leaves the old or the new one.
import { readFileSync } from 'node:fs';
import { replaceFile } from '../config/replace-file.ts';
import { systemErrorText } from '../config/system-error-text.ts';

const FILE_MODE = 0o644;

/** The contents of a file as a binary string, or the system's sentence why it cannot be read. */
export function readAclFile(path: string): { readonly text: string } | { readonly error: string } {
  try {
    return { text: readFileSync(Buffer.from(path, 'latin1')).toString('latin1') };
  } catch (error) {
    return { error: systemErrorText(error) };
  }
}

/** Puts `text` in place of the file, on disk when it returns. Gives the line for the log where it cannot. */
export function replaceAclFile(path: string, text: string, nowMs: number): string | undefined {
  const target = Buffer.from(path, 'latin1').toString('utf8');
  const temporary = `${target}.tmp-${process.pid}-${nowMs}`;
  try {
    replaceFile(target, temporary, text, FILE_MODE);
    return undefined;
  } catch (error) {
    return `Writing ACL file for ACL SAVE: ${systemErrorText(error)}`;
  }
}
