// Registers what each type can do with its values at the keyspace.
import type { Keyspace } from '../keyspace/keyspace.ts';
import { registerHashes } from './hash/hashes.ts';
import { registerLists } from './list/lists.ts';
import { registerSets } from './set/sets.ts';
import { registerSortedSets } from './sorted-set/sorted-sets.ts';
import { registerStreams } from './stream/streams.ts';

export function registerAllTypes(keyspace: Keyspace): void {
  registerHashes(keyspace);
  registerLists(keyspace);
  registerSets(keyspace);
  registerSortedSets(keyspace);
  registerStreams(keyspace);
}
