// Changes inside of big lists: insertion beside an element, replacement, deletion of ranges. Where a node is full it is
// split, and small neighbours are joined again, by Valkey's rules, because the number of nodes decides when a list
// becomes a packed one.
import type { Handle } from '../../memory/arena.ts';
import type { ListChains } from './list-chains.ts';
import type { ListLimits } from './list-limits.ts';
import type { ListNodes } from './list-nodes.ts';

/** Bytes that joining two listpacks saves: a header and an end. */
const JOIN_SAVES_BYTES = 7;

export class ListEdits {
  readonly #chains: ListChains;
  readonly #nodes: ListNodes;
  readonly #limits: ListLimits;

  constructor(chains: ListChains, limits: ListLimits) {
    this.#chains = chains;
    this.#nodes = chains.nodes;
    this.#limits = limits;
  }

  /** Inserts an element before or behind the one of an index. */
  insert(root: Handle, index: number, behind: boolean, text: Uint8Array, start: number, length: number): void {
    const chains = this.#chains;
    chains.locate(root, index);
    const { node, offset, nodeStart } = chains;
    const count = this.#nodes.countOf(node);
    const isAtEdge = behind ? offset === count - 1 : offset === 0;
    if (this.#hasRoom(node, length)) return this.#insertInto(root, index, behind, text, start, length);
    if (!this.#limits.isLarge(length) && isAtEdge) {
      const neighbour = behind ? nodeStart + count : nodeStart - 1;
      if (this.#insertAtEdge(root, neighbour, behind, text, start, length)) return;
    }
    chains.locate(root, index);
    if (isAtEdge) return chains.insertHere(root, chains.newNode(text, start, length), behind);
    const left = nodeStart + offset + (behind ? 1 : 0);
    this.#splitBefore(root, left);
    if (this.#limits.isLarge(length)) {
      chains.locate(root, left - 1);
      return chains.insertHere(root, chains.newNode(text, start, length), true);
    }
    // The element goes to the half without the pivot.
    chains.locate(root, behind ? left : left - 1);
    const half = chains.node;
    const changed = behind
      ? this.#nodes.pushFirst(half, text, start, length)
      : this.#nodes.pushLast(half, text, start, length);
    chains.setHere(root, changed, 1);
    this.#joinAround(root, behind ? index : index + 1);
  }

  /** Replaces the element of an index. */
  replace(root: Handle, index: number, text: Uint8Array, start: number, length: number): void {
    const chains = this.#chains;
    chains.locate(root, index);
    const { node } = chains;
    if (!this.#nodes.isPlain(node) && !this.#limits.isLarge(length)) {
      const at = this.#nodes.positionOf(node, chains.offset);
      return chains.setHere(root, this.#nodes.replace(node, at, text, start, length), 0);
    }
    const wasSplit = !this.#nodes.isPlain(node) && chains.offset > 0;
    this.insert(root, index, true, text, start, length);
    this.deleteRange(root, index, 1);
    if (wasSplit) this.#joinAround(root, index);
  }

  /** Deletes `count` elements from an index on. */
  deleteRange(root: Handle, index: number, count: number): void {
    const chains = this.#chains;
    for (let left = count; left > 0; ) {
      chains.locate(root, index);
      const { node, offset } = chains;
      const nodeCount = this.#nodes.countOf(node);
      const taken = Math.min(left, nodeCount - offset);
      if (taken === nodeCount) chains.removeHere(root);
      else chains.setHere(root, this.#nodes.deleteRange(node, this.#nodes.positionOf(node, offset), taken), -taken);
      left -= taken;
    }
  }

  #hasRoom(node: Handle, length: number): boolean {
    const nodes = this.#nodes;
    if (nodes.isPlain(node) || this.#limits.isLarge(length)) return false;
    return !this.#limits.isFullFor(nodes.sizeOf(node), nodes.countOf(node), length);
  }

  /** Inserts into the node of the element of an index. */
  #insertInto(root: Handle, index: number, behind: boolean, text: Uint8Array, start: number, length: number): void {
    const chains = this.#chains;
    const nodes = this.#nodes;
    chains.locate(root, index);
    const { node } = chains;
    const place = chains.offset + (behind ? 1 : 0);
    const changed =
      place === nodes.countOf(node)
        ? nodes.pushLast(node, text, start, length)
        : nodes.insert(node, nodes.positionOf(node, place), text, start, length);
    chains.setHere(root, changed, 1);
  }

  /** Puts an element at the near end of a neighbour, where there is one with room. */
  #insertAtEdge(
    root: Handle,
    neighbour: number,
    behind: boolean,
    text: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const chains = this.#chains;
    if (neighbour < 0 || neighbour >= chains.count(root)) return false;
    chains.locate(root, neighbour);
    const { node } = chains;
    if (!this.#hasRoom(node, length)) return false;
    const nodes = this.#nodes;
    const changed = behind ? nodes.pushFirst(node, text, start, length) : nodes.pushLast(node, text, start, length);
    chains.setHere(root, changed, 1);
    return true;
  }

  /** Splits the node of the element of an index, so that the element is the first of its node. */
  #splitBefore(root: Handle, index: number): void {
    const chains = this.#chains;
    chains.locate(root, index);
    if (chains.offset === 0) return;
    const left = this.#nodes.split(chains.node, chains.offset);
    const right = this.#nodes.splitOff;
    chains.setHere(root, left, -this.#nodes.countOf(right));
    chains.locate(root, index - 1);
    chains.insertHere(root, right, true);
  }

  /** Joins the node of an element with its neighbours, and those with theirs, where they fit into one. */
  #joinAround(root: Handle, index: number): void {
    const chains = this.#chains;
    if (index >= chains.count(root)) return;
    chains.locate(root, index);
    const start = chains.nodeStart;
    this.#join(root, start + this.#nodes.countOf(chains.node));
    if (start > 0) {
      chains.locate(root, start - 1);
      this.#join(root, chains.nodeStart - 1);
    }
    this.#join(root, start - 1);
    this.#join(root, index);
  }

  /** Joins the node of an element with the next one, where both are packed and fit into one. */
  #join(root: Handle, index: number): void {
    const chains = this.#chains;
    const nodes = this.#nodes;
    if (index < 0 || index >= chains.count(root)) return;
    chains.locate(root, index);
    const left = chains.node;
    const leftCount = nodes.countOf(left);
    const next = chains.nodeStart + leftCount;
    if (next >= chains.count(root)) return;
    chains.locate(root, next);
    const right = chains.node;
    const rightCount = nodes.countOf(right);
    if (nodes.isPlain(left) || nodes.isPlain(right)) return;
    const size = nodes.sizeOf(left) + nodes.sizeOf(right) - JOIN_SAVES_BYTES;
    if (this.#limits.exceeds(size, leftCount + rightCount)) return;
    chains.locate(root, index);
    chains.setHere(root, nodes.appendAll(left, right), rightCount);
    chains.locate(root, next + rightCount);
    chains.removeHere(root);
  }
}
