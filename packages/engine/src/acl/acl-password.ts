// Passwords are kept as SHA-256 in lower-case hexadecimal digits, never in clear.
import { createHash, timingSafeEqual } from 'node:crypto';

const HASH_TEXT = /^[0-9a-f]{64}$/;
const GENERATED_BITS_MAX = 4096;
export const GENERATED_BITS = 256;

/** The hash of a password given as a binary string. */
export function hashPassword(password: string): string {
  return createHash('sha256').update(Buffer.from(password, 'latin1')).digest('hex');
}

export function isPasswordHash(text: string): boolean {
  return HASH_TEXT.test(text);
}

/** Whether `password` has one of the hashes. Each comparison takes the same time, however much is equal. */
export function matchesPassword(hashes: readonly string[], password: string): boolean {
  const given = Buffer.from(hashPassword(password), 'latin1');
  return hashes.some((hash) => timingSafeEqual(Buffer.from(hash, 'latin1'), given));
}

/**
 * A password for ACL GENPASS: `bits` rounded up to whole hexadecimal digits, or undefined where `bits` is out of range
 * (the caller answers with GENPASS_RANGE). `randomBytes` gives that many unpredictable bytes.
 */
export function generatePassword(bits: number, randomBytes: (count: number) => Buffer): string | undefined {
  if (bits <= 0 || bits > GENERATED_BITS_MAX) return undefined;
  const digits = Math.floor((bits + 3) / 4);
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}

export const GENPASS_RANGE = `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${GENERATED_BITS_MAX}`;
