// Registers what each type can do with its values at the keyspace.
import type { Keyspace } from '../keyspace/keyspace.ts';

export function registerAllTypes(_keyspace: Keyspace): void {
  // Families add their types here, one line each.
}
