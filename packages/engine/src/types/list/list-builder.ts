// Builds the value of a list from elements one by one, with the encoding that a list of them has: for loading, RESTORE,
// SORT ... STORE. The value is not in the keyspace; who gives up half-way calls `abandon`.
import { KIND_LIST_BIG, KIND_LIST_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { FIRST } from './list-chains.ts';
import { chainOperations } from './list-operations.ts';
import type { Lists } from './lists.ts';

export class ListBuilder {
  readonly #lists: Lists;
  /** A packed node, or with `#isBig` the root of a chain. */
  #value: Handle;
  #isBig = false;

  constructor(lists: Lists) {
    this.#lists = lists;
    this.#value = lists.nodes.createPacked();
  }

  /** Appends an element. */
  push(text: Uint8Array, start: number, length: number): void {
    const { nodes, chains, limits } = this.#lists;
    if (!this.#isBig) {
      if (!limits.exceeds(nodes.sizeOf(this.#value) + length, nodes.countOf(this.#value) + 1)) {
        this.#value = nodes.pushLast(this.#value, text, start, length);
        return;
      }
      this.#value = chains.create(this.#value);
      this.#isBig = true;
    }
    chains.pushLast(this.#value, text, start, length);
  }

  get count(): number {
    const { nodes, chains } = this.#lists;
    return this.#isBig ? chains.count(this.#value) : nodes.countOf(this.#value);
  }

  /** The finished list: kind and value for an entry. */
  finish(): { readonly kind: number; readonly value: Handle } {
    const { nodes, chains, limits, arena } = this.#lists;
    if (!this.#isBig) return { kind: KIND_LIST_PACKED, value: this.#value };
    const node = chains.get(this.#value, FIRST);
    const isSingle = chains.nodeCount(this.#value) === 1 && !nodes.isPlain(node);
    if (!isSingle || !limits.fitsPacked(nodes.sizeOf(node), nodes.countOf(node), false)) {
      return { kind: KIND_LIST_BIG, value: this.#value };
    }
    arena.free(this.#value);
    return { kind: KIND_LIST_PACKED, value: node };
  }

  /** Frees what was built. */
  abandon(): void {
    if (this.#isBig) chainOperations(this.#lists.chains).free(this.#value);
    else this.#lists.arena.free(this.#value);
  }
}
