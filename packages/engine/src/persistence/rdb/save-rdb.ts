// Writes a whole data set as an RDB file: the header, what is known of the server, the libraries of functions, then
// database by database what a snapshot holds. It goes on in steps of a few kilobytes: gone through at once that is SAVE,
// in slices a background save. It reads the snapshot only and never looks at what came after it.
import type { Keyspace, KeyspaceSnapshot } from '../../keyspace/keyspace.ts';
import type { Handle } from '../../memory/arena.ts';
import {
  magicOf,
  OPCODE_AUX,
  OPCODE_DATABASE,
  OPCODE_DEADLINE_MS,
  OPCODE_FREQUENCY,
  OPCODE_FUNCTION,
  OPCODE_IDLE,
  OPCODE_RESIZE,
} from './rdb-format.ts';
import { type ByteSink, RdbWriter, type WriterSettings } from './rdb-writer.ts';
import { STEP_BYTES, ValueWriter, type WriteWalk } from './write-value.ts';

export interface SaveSettings extends WriterSettings {
  /** The version that the header names. */
  readonly version: number;
  /** Pairs of names and values that tell where the file comes from; see `auxFields`. */
  readonly aux: readonly (readonly [string, string])[];
  /** The code of the libraries of functions, binary strings. */
  readonly functions: readonly string[];
  /** `maxmemory-policy` looks at access clocks, and which: they are saved then. */
  readonly access: 'none' | 'idle' | 'frequency';
}

export class RdbSave {
  /** Keys written so far, and those that there are. */
  keysWritten = 0;
  readonly keysTotal: number;
  /** Stops after each key, so that a save can be slowed down. */
  isPaced = false;
  readonly #keyspace: Keyspace;
  readonly #snapshot: KeyspaceSnapshot;
  readonly #settings: SaveSettings;
  readonly #writer: RdbWriter;
  readonly #values: ValueWriter;

  constructor(keyspace: Keyspace, snapshot: KeyspaceSnapshot, sink: ByteSink, settings: SaveSettings) {
    this.#keyspace = keyspace;
    this.#snapshot = snapshot;
    this.#settings = settings;
    this.#writer = new RdbWriter(sink, settings);
    this.#values = new ValueWriter(this.#writer, keyspace, settings.version);
    this.keysTotal = snapshot.roots.reduce((total, { root }) => total + keyspace.dict.count(root), 0);
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#writer.position;
  }

  *steps(): WriteWalk {
    const { aux, functions, version } = this.#settings;
    const writer = this.#writer;
    const magic = Buffer.from(magicOf(version), 'latin1');
    writer.raw(magic, 0, magic.length);
    for (const [name, value] of aux) {
      writer.byte(OPCODE_AUX);
      writer.text(name);
      writer.text(value);
    }
    for (const code of functions) {
      writer.byte(OPCODE_FUNCTION);
      writer.text(code);
    }
    for (const { id, root, deadlines } of this.#snapshot.roots) yield* this.#walkDatabase(id, root, deadlines);
    writer.finish();
  }

  *#walkDatabase(id: number, root: Handle, deadlines: number): WriteWalk {
    const { dict } = this.#keyspace;
    const writer = this.#writer;
    const count = dict.count(root);
    if (count === 0) return;
    writer.byte(OPCODE_DATABASE);
    writer.length(id);
    writer.byte(OPCODE_RESIZE);
    writer.length(count);
    writer.length(deadlines);
    const entries: Handle[] = [];
    let stop = writer.position + STEP_BYTES;
    const size = dict.directorySize(root);
    for (let slot = 0; slot < size; slot += dict.tableSpan(root, slot)) {
      entries.length = 0;
      dict.forEachInTable(dict.tableAt(root, slot), (entry) => entries.push(entry));
      for (const entry of entries) {
        const walk = this.#writeEntry(entry);
        if (walk !== undefined) yield* walk;
        if (writer.position < stop && !this.isPaced) continue;
        yield;
        stop = writer.position + STEP_BYTES;
      }
    }
  }

  #writeEntry(entry: Handle): WriteWalk | undefined {
    this.keysWritten++;
    const type = this.#values.typeOf(entry);
    this.#writeHead(entry, type);
    return this.#values.writeContent(entry, type);
  }

  #writeHead(entry: Handle, type: number): void {
    const { entries } = this.#keyspace;
    const writer = this.#writer;
    if (entries.hasDeadline(entry)) {
      writer.byte(OPCODE_DEADLINE_MS);
      writer.milliseconds(entries.deadline(entry));
    }
    this.#writeAccess(entries.clock(entry));
    writer.byte(type);
    writer.string(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
  }

  #writeAccess(clock: number): void {
    const { access } = this.#settings;
    const writer = this.#writer;
    if (access === 'idle') {
      writer.byte(OPCODE_IDLE);
      writer.length(this.#keyspace.idleSeconds(clock));
    } else if (access === 'frequency') {
      writer.byte(OPCODE_FREQUENCY);
      writer.byte(this.#keyspace.lfuCounter(clock));
    }
  }
}
