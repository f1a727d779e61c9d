// A digest under construction, as Valkey makes those of datasets: SHA-1 of the parts, combined with XOR where their
// order means nothing, and fed into the next step where it does.
import { createHash } from 'node:crypto';

const DIGEST_BYTES = 20;

export class Digest {
  readonly bytes = new Uint8Array(DIGEST_BYTES);

  /** Adds a part in no order: digest XOR SHA1(part). */
  combine(part: Uint8Array): void {
    const hash = createHash('sha1').update(part).digest();
    for (let i = 0; i < DIGEST_BYTES; i++) this.bytes[i] ^= hash[i];
  }

  /** Adds the next part in order: SHA1(digest XOR SHA1(part)). */
  chain(part: Uint8Array): void {
    this.combine(part);
    this.bytes.set(createHash('sha1').update(this.bytes).digest());
  }

  toString(): string {
    return Buffer.from(this.bytes).toString('hex');
  }
}
