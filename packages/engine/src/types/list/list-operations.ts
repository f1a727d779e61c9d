// What the keyspace does with the values of lists: freeing, copying, walking their blocks.
import type { ValueOperations } from '../../keyspace/value-operations.ts';
import type { Handle } from '../../memory/arena.ts';
import { FIRST, LAST, type ListChains, TREE } from './list-chains.ts';
import type { ListNodes } from './list-nodes.ts';

export function packedOperations(nodes: ListNodes): ValueOperations {
  const { arena } = nodes;
  return {
    effort: () => 1,
    free: (value) => arena.free(value),
    freeSlice: (value) => {
      arena.free(value);
      return 0;
    },
    copy: (value) => nodes.copy(value),
    forEachBlock: (value, visit) => visit(value),
  };
}

export function chainOperations(chains: ListChains): ValueOperations {
  const { arena, nodes, tree } = chains;
  return {
    effort: (value) => chains.nodeCount(value),
    free: (value) => {
      chains.forEachNode(value, (node) => arena.free(node));
      const top = chains.get(value, TREE);
      if (top !== 0) tree.nodes.destroy(top);
      arena.free(value);
    },
    freeSlice: (value) => freeSlice(chains, value),
    copy: (value) => {
      const copy = chains.create(nodes.createPacked());
      chains.forEachNode(value, (node) => chains.addLast(copy, nodes.copy(node)));
      return copy;
    },
    forEachBlock: (value, visit) => {
      visit(value);
      chains.forEachNode(value, visit);
      const top = chains.get(value, TREE);
      if (top !== 0) tree.nodes.forEachNode(top, visit);
    },
  };
}

/** Frees the nodes of one leaf of the tree, or what else there is when the tree is gone. */
function freeSlice(chains: ListChains, value: Handle): Handle {
  const { arena, tree } = chains;
  const root = arena.writable(value);
  const top = chains.get(root, TREE);
  if (top !== 0) {
    chains.replaceTree(
      root,
      tree.dropLastLeaf(top, (node) => arena.free(node)),
    );
    return root;
  }
  for (const word of [FIRST, LAST]) if (chains.get(root, word) !== 0) arena.free(chains.get(root, word));
  arena.free(root);
  return 0;
}
