// DEBUG DIGEST and DIGEST-VALUE: Valkey's signature of a dataset, so that two servers can be compared.
import type { Database } from '../keyspace/database.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import type { Handle } from '../memory/arena.ts';
import { digestValue } from './debug-digest-values.ts';
import { Digest } from './digest.ts';

const HAS_DEADLINE = Buffer.from('!!expire!!');

/** The digest of everything in all databases. */
export function digestOfDataset(keyspace: Keyspace): string {
  const all = new Digest();
  for (const db of keyspace.databases) {
    if (db.size === 0) continue;
    const id = Buffer.alloc(4);
    id.writeUInt32BE(db.id);
    all.chain(id);
    db.dict.forEach(db.root, (entry) => {
      const digest = new Digest();
      digest.chain(keyOf(db, entry));
      addEntry(digest, db, entry);
      all.combine(digest.bytes);
    });
  }
  return all.toString();
}

/** The digest of one key's value; all zeros where there is none. */
export function digestOfValue(db: Database, key: Uint8Array, start: number, length: number): string {
  const digest = new Digest();
  const entry = db.peek(key, start, length);
  if (entry !== 0) addEntry(digest, db, entry);
  return digest.toString();
}

function addEntry(digest: Digest, db: Database, entry: Handle): void {
  digestValue(digest, db, entry);
  if (db.entries.hasDeadline(entry)) digest.combine(HAS_DEADLINE);
}

function keyOf({ entries }: Database, entry: Handle): Uint8Array {
  const start = entries.keyStart(entry);
  return entries.bytes(entry).subarray(start, start + entries.keyLength(entry));
}
