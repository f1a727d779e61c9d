// DEBUG ARENA-CHECK: every block in use must be reached exactly once from the roots that own memory (the databases,
// the clients), and together they must be what the arena counts. A block that nobody reaches is a leak; one that is
// reached twice will be freed twice. Blocks that wait to be freed are freed first.
import { KIND_STRING_BLOCK, STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Client } from '../session/client.ts';
import type { Services } from './services.ts';

const DRAIN_BUDGET_MS = 1000;

/** Undefined where all is well, else a sentence that names the first wrong block. */
export function checkArena(services: Services): string | undefined {
  const { arena, keyspace } = services;
  while (!keyspace.lazyFree.isIdle) keyspace.lazyFree.run(DRAIN_BUDGET_MS);
  const check = new ArenaCheck(services);
  check.databases();
  for (const client of services.clients) check.client(client);
  return check.problem ?? check.unreached() ?? check.sum(arena.usedBytes - arena.keptBytes);
}

class ArenaCheck {
  readonly #services: Services;
  readonly #reached = new Map<Handle, string>();
  #bytes = 0;
  problem: string | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  databases(): void {
    const { keyspace } = this.#services;
    const { dict, databases } = keyspace;
    for (const db of databases) {
      this.#index(db.root, `the index of database ${db.id}`);
      let entries = 0;
      dict.forEach(db.root, (entry) => {
        entries++;
        this.#entry(entry, db.id);
      });
      if (entries !== db.size) this.#fail(`database ${db.id} counts ${db.size} entries and has ${entries}`);
    }
  }

  client(client: Client): void {
    const owner = `client ${client.id}`;
    for (const { block } of client.transaction?.queue ?? []) this.#reach(block, `a queued command of ${owner}`);
    if (client.blocked !== undefined) this.#reach(client.blocked.block, `the blocked command of ${owner}`);
    const { input } = client;
    if (input !== undefined) {
      this.#reach(input.block, `the input of ${owner}`);
      if (input.bulkBlock !== 0) this.#reach(input.bulkBlock, `a large argument of ${owner}`);
      const { args } = input.parser;
      for (let i = 0; i < args.count; i++)
        if (args.blocks[i] !== 0) this.#reach(args.blocks[i], `an argument of ${owner}`);
    }
    client.output.forEachBlock((block) => this.#reach(block, `the output of ${owner}`));
  }

  unreached(): string | undefined {
    const { arena } = this.#services;
    let found: string | undefined;
    arena.forEachBlock((block, length) => {
      if (found !== undefined || this.#reached.has(block)) return;
      found = `block ${block} of type ${arena.typeOf(block)} and ${length} bytes belongs to nobody`;
    });
    return found;
  }

  sum(expected: number): string | undefined {
    if (this.#bytes === expected) return undefined;
    return `the blocks have ${this.#bytes} bytes together, the arena counts ${expected}`;
  }

  #index(root: Handle, owner: string): void {
    const { dict } = this.#services.keyspace;
    this.#reach(root, owner);
    const size = dict.directorySize(root);
    for (let slot = 0; slot < size; slot += dict.tableSpan(root, slot)) this.#reach(dict.tableAt(root, slot), owner);
  }

  #entry(entry: Handle, databaseId: number): void {
    const { entries } = this.#services.keyspace;
    const kind = entries.kind(entry);
    const start = entries.keyStart(entry);
    const key = Buffer.from(entries.bytes(entry).subarray(start, start + entries.keyLength(entry))).toString('latin1');
    const owner = `key '${key.slice(0, 64)}' of database ${databaseId}`;
    this.#reach(entry, owner);
    const value = entries.value(entry);
    if (kind === KIND_STRING_BLOCK) this.#reach(value, owner);
    if (typeOfKind(kind) === STRING) return;
    this.#services.keyspace.operations(kind).forEachBlock(value, (block) => this.#reach(block, owner));
  }

  #reach(block: Handle, owner: string): void {
    const { arena } = this.#services;
    const before = this.#reached.get(block);
    if (before !== undefined) return this.#fail(`block ${block} belongs to ${before} and to ${owner}`);
    if (arena.typeOf(block) === 0) return this.#fail(`block ${block} of ${owner} is free`);
    this.#reached.set(block, owner);
    this.#bytes += arena.capacity(block);
  }

  #fail(text: string): void {
    this.problem ??= text;
  }
}
