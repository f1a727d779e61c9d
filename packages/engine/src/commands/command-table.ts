// The commands at run time, built once from the families' rows: ids, flags as bits, subcommands, statistics; and the
// look-up by name bytes that every request starts with.
import { assert } from '@valkeep/base';
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';
import type { CommandSpec, KeySpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
const FLAG_NAMES = [
  'write', 'readonly', 'denyoom', 'admin', 'pubsub', 'noscript', 'blocking', 'loading', 'stale', 'skip_monitor',
  'skip_commandlog', 'asking', 'fast', 'no_auth', 'may_replicate', 'sentinel', 'only_sentinel', 'no_mandatory_keys',
  'protected', 'allow_busy', 'no_multi', 'touches_arbitrary_keys', 'no_async_loading', 'movablekeys', 'all_dbs',
] as const;

export type FlagName = (typeof FLAG_NAMES)[number];

/** Bits of `Command.flags`. */
export const FLAG: Readonly<Record<string, number>> = Object.fromEntries(
  FLAG_NAMES.map((name, bit) => [name, 1 << bit]),
);

/** One command or subcommand, with what it did so far. */
export class Command {
  readonly id: number;
  readonly spec: CommandSpec;
  readonly name: string;
  /** `name`, or `container|name`. */
  readonly fullName: string;
  readonly parent: Command | undefined;
  readonly arity: number;
  readonly flags: number;
  readonly keys: readonly KeySpec[];
  readonly subcommands = new Map<string, Command>();
  readonly run: (call: Call) => void;
  calls = 0;
  microseconds = 0;
  rejected = 0;
  failed = 0;
  /** Calls by duration, for latency percentiles; made with the first call. */
  latency: Float64Array | undefined;

  constructor(id: number, spec: CommandSpec, parent: Command | undefined) {
    this.id = id;
    this.spec = spec;
    this.parent = parent;
    this.name = spec.name;
    this.fullName = parent === undefined ? spec.name : `${parent.name}|${spec.name}`;
    this.arity = spec.arity;
    this.flags = flagBits(spec);
    this.keys = spec.keys ?? [];
    const { run } = spec;
    assert(run !== undefined || spec.subcommands !== undefined, `command ${spec.name} has no handler`);
    this.run = run ?? (() => assert(false, `command ${spec.name} has subcommands only`));
  }

  has(flag: FlagName): boolean {
    return (this.flags & FLAG[flag]) !== 0;
  }

  acceptsArity(count: number): boolean {
    return this.arity >= 0 ? count === this.arity : count >= -this.arity;
  }

  resetStatistics(): void {
    this.calls = 0;
    this.microseconds = 0;
    this.rejected = 0;
    this.failed = 0;
    this.latency = undefined;
  }
}

function flagBits(spec: CommandSpec): number {
  let bits = 0;
  for (const word of spec.flags.split(' ').filter((flag) => flag !== '')) {
    const bit: number | undefined = FLAG[word];
    assert(bit !== undefined, `command ${spec.name} has an unknown flag ${word}`);
    bits |= bit;
  }
  return bits;
}

export class CommandTable {
  /** All commands and subcommands by id. */
  readonly all: Command[] = [];
  readonly #byName = new Map<string, Command>();
  /** Top-level commands by the hash of their lower-case name, open addressing. */
  #slots: (Command | undefined)[] = new Array(2048).fill(undefined);

  constructor(families: readonly (readonly CommandSpec[])[]) {
    for (const family of families) for (const spec of family) this.#add(spec);
  }

  /** The top-level command of that name in any case, or undefined. */
  find(name: string): Command | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The top-level commands in the order of the tables. */
  get top(): readonly Command[] {
    return this.all.filter((command) => command.parent === undefined);
  }

  /** A command by its full name, `container|subcommand` included. */
  findFull(fullName: string): Command | undefined {
    const [name = '', subcommand] = fullName.toLowerCase().split('|');
    const command = this.#byName.get(name);
    return subcommand === undefined ? command : command?.subcommands.get(subcommand);
  }

  /** Gives a command another name, or (empty) takes it away: `rename-command`. False where `name` is unknown. */
  rename(name: string, newName: string): boolean {
    const command = this.#byName.get(name.toLowerCase());
    if (command === undefined) return false;
    this.#byName.delete(name.toLowerCase());
    if (newName !== '') this.#byName.set(newName.toLowerCase(), command);
    this.#slots = new Array(this.#slots.length).fill(undefined);
    for (const [key, value] of this.#byName) this.#place(key, value);
    this.#names = undefined;
    return true;
  }

  /** The command that the first argument names, or undefined. Containers give themselves; see `subcommandOf`. */
  lookup(args: Args): Command | undefined {
    const bytes = args.bytesOf(0);
    const start = args.starts[0];
    const length = args.lengths[0];
    let hash = length;
    for (let i = start; i < start + length; i++) hash = (Math.imul(hash, 31) + (bytes[i] | 32)) | 0;
    for (let slot = hash & 2047; ; slot = (slot + 1) & 2047) {
      const command = this.#slots[slot];
      if (command === undefined) return undefined;
      if (this.#slotNameIs(slot, bytes, start, length)) return command;
    }
  }

  /** The subcommand that the second argument names, or undefined. */
  subcommandOf(container: Command, args: Args): Command | undefined {
    return container.subcommands.get(args.text(1).toLowerCase());
  }

  #names: string[] | undefined;

  #slotNameIs(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    this.#names ??= this.#slotNames();
    const name = this.#names[slot];
    if (name.length !== length) return false;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i];
      if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  #slotNames(): string[] {
    const names: string[] = new Array(this.#slots.length).fill('');
    for (const [name, command] of this.#byName) {
      let slot = nameHash(name) & 2047;
      while (this.#slots[slot] !== command) slot = (slot + 1) & 2047;
      names[slot] = name;
    }
    return names;
  }

  #add(spec: CommandSpec): void {
    assert(!this.#byName.has(spec.name), `two rows name the command ${spec.name}`);
    const command = new Command(this.all.length, spec, undefined);
    this.all.push(command);
    this.#byName.set(spec.name, command);
    this.#place(spec.name, command);
    for (const row of spec.subcommands ?? []) {
      const subcommand = new Command(this.all.length, row, command);
      this.all.push(subcommand);
      command.subcommands.set(row.name, subcommand);
    }
  }

  #place(name: string, command: Command): void {
    let slot = nameHash(name) & 2047;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & 2047;
    this.#slots[slot] = command;
  }
}

function nameHash(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + (name.charCodeAt(i) | 32)) | 0;
  return hash;
}
