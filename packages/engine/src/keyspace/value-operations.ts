// What the keyspace must be able to do with a value without knowing its type. Each type registers its own.
import type { Handle } from '../memory/arena.ts';

export interface ValueOperations {
  /** Elements, or blocks: how much work freeing it is. Above LAZY_FREE_ELEMENTS a value is freed in slices. */
  effort(value: Handle): number;
  /** Frees the value at once. */
  free(value: Handle): void;
  /** Frees at most about a thousand elements; returns what is left, 0 when nothing is. */
  freeSlice(value: Handle): Handle;
  /** A deep copy with blocks of its own. */
  copy(value: Handle): Handle;
  /** Calls `visit` for each block of the value; for the checker and for MEMORY USAGE. */
  forEachBlock(value: Handle, visit: (block: Handle) => void): void;
}

/** Elements above which a value is freed in slices (Valkey's LAZYFREE_THRESHOLD). */
export const LAZY_FREE_ELEMENTS = 64;
