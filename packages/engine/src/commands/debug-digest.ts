// DEBUG DIGEST and DIGEST-VALUE: Valkey's signature of a dataset, so that two servers can be compared. Parts whose
// order means nothing are combined with XOR, all others by feeding the digest into the next step.
import { createHash } from 'node:crypto';
import type { Database } from '../keyspace/database.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';

const DIGEST_BYTES = 20;
const HAS_DEADLINE = Buffer.from('!!expire!!');

/** A digest under construction. */
export class Digest {
  readonly bytes = new Uint8Array(DIGEST_BYTES);

  /** Adds a part in no order: DIGEST xor SHA1(part). */
  combine(part: Uint8Array): void {
    const hash = createHash('sha1').update(part).digest();
    for (let i = 0; i < DIGEST_BYTES; i++) this.bytes[i] ^= hash[i];
  }

  /** Adds the next part in order: SHA1(DIGEST xor SHA1(part)). */
  chain(part: Uint8Array): void {
    this.combine(part);
    this.bytes.set(createHash('sha1').update(this.bytes).digest());
  }

  toString(): string {
    return Buffer.from(this.bytes).toString('hex');
  }
}

/** The digest of everything in all databases. */
export function digestOfDataset(keyspace: Keyspace): string {
  const all = new Digest();
  for (const db of keyspace.databases) {
    if (db.size === 0) continue;
    all.chain(bigEndian(db.id));
    db.dict.forEach(db.root, (entry) => {
      const digest = new Digest();
      digest.chain(keyOf(db, entry));
      addValue(digest, db, entry);
      all.combine(digest.bytes);
    });
  }
  return all.toString();
}

/** The digest of one key's value; all zeros where there is none. */
export function digestOfValue(db: Database, key: Uint8Array, start: number, length: number): string {
  const digest = new Digest();
  const entry = db.peek(key, start, length);
  if (entry !== 0) addValue(digest, db, entry);
  return digest.toString();
}

function addValue(digest: Digest, db: Database, entry: Handle): void {
  const { entries } = db;
  const type = typeOfKind(entries.kind(entry));
  digest.chain(bigEndian(type));
  if (type === STRING) digest.chain(stringOf(db, entry));
  if (entries.hasDeadline(entry)) digest.combine(HAS_DEADLINE);
}

function keyOf({ entries }: Database, entry: Handle): Uint8Array {
  const start = entries.keyStart(entry);
  return entries.bytes(entry).subarray(start, start + entries.keyLength(entry));
}

function stringOf({ entries }: Database, entry: Handle): Uint8Array {
  const start = entries.stringStart(entry);
  return entries.stringBytes(entry).subarray(start, start + entries.stringLength(entry));
}

function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
