// Loads an RDB file into the keyspace, in steps, so that a server that starts can answer meanwhile. What does not fit
// the format throws a DamagedRdb, with the key that was being read where there is one; what was loaded before stays.
import { binaryString, copyBytes } from '../../encodings/bytes-compare.ts';
import { isInteger64 } from '../../encodings/integer-text.ts';
import { type Database, NO_DEADLINE } from '../../keyspace/database.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_STRING_EMBEDDED, KIND_STRING_INTEGER } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import type { PersistenceLog } from '../persistence-ports.ts';
import {
  FOREIGN_TYPE_MAX,
  FOREIGN_TYPE_MIN,
  isForeignVersion,
  OPCODE_AUX,
  OPCODE_DATABASE,
  OPCODE_DEADLINE_MS,
  OPCODE_DEADLINE_SECONDS,
  OPCODE_END,
  OPCODE_FREQUENCY,
  OPCODE_FUNCTION,
  OPCODE_FUNCTION_BEFORE_RELEASE,
  OPCODE_IDLE,
  OPCODE_MODULE_AUX,
  OPCODE_RESIZE,
  OPCODE_SLOT_IMPORT,
  OPCODE_SLOT_INFO,
  TYPE_HASH_2,
  TYPE_STRING,
  VERSION_MAX,
} from './rdb-format.ts';
import { type ByteSource, type DamagedRdb, RdbInput } from './rdb-input.ts';
import { ValueReader } from './read-value.ts';
import type { ValueLimits } from './value-limits.ts';

export interface LoadSettings {
  readonly limits: ValueLimits;
  readonly checksums: boolean;
  /** `rdb-version-check strict`: versions that are not known are refused. */
  readonly strictVersions: boolean;
  /** Keys whose deadline is over are left out. */
  readonly dropsExpired: boolean;
  /** Keys take the place of those that are there; otherwise a key that is there already is damage. */
  readonly replaces: boolean;
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly log: PersistenceLog;
  /** Called when signature and version are known to be right, before anything is loaded. */
  onAccepted(): void;
  /** Takes the code of a library of functions; gives the error. */
  loadFunctions(code: string): string | undefined;
  /** Names and values that tell where the file comes from. */
  onAux(name: string, value: string): void;
  /** Called for each key. */
  readonly onKey: (() => void) | undefined;
  /** Bytes after which the loading stops for a moment. */
  readonly stepBytes: number;
}

const MAGIC_BYTES = 9;
const MAGIC = /^(REDIS0|VALKEY)(\d{3})$/;
/** From this version on a checksum ends the file. */
const CHECKSUM_VERSION_MIN = 5;
const EMPTY_KEYS_LOGGED = 10;
/** Bytes of a key that errors show. */
const KEY_NAME_MAX = 128;

export class RdbLoad {
  keysLoaded = 0;
  keysExpired = 0;
  readonly #keyspace: Keyspace;
  readonly #settings: LoadSettings;
  readonly #input: RdbInput;
  readonly #values: ValueReader;
  #db: Database;
  #version = 0;
  #isForeign = false;
  #deadline = NO_DEADLINE;
  #idleSeconds = -1;
  #frequency = -1;
  #key = new Uint8Array(256);
  #keyLength = 0;
  /** The value of the key is being read. */
  #isInKey = false;
  #emptyKeys = 0;
  #expiredHashes = 0;

  constructor(keyspace: Keyspace, source: ByteSource, settings: LoadSettings) {
    this.#keyspace = keyspace;
    this.#settings = settings;
    this.#input = new RdbInput(source, { checksums: settings.checksums });
    this.#values = new ValueReader(this.#input, keyspace, settings.limits, {
      deep: false,
      nowMs: settings.dropsExpired ? settings.nowMs : 0,
    });
    this.#db = keyspace.databases[0];
  }

  /** Bytes read so far; after the end, where what follows the data starts. */
  get offset(): number {
    return this.#input.offset;
  }

  /** Where the damage is, as a part of a sentence. */
  describe(error: DamagedRdb): string {
    const key = this.#isInKey ? ` (key '${this.#keyName}', database ${this.#db.id})` : '';
    return `at offset ${error.offset}${key}: ${error.message}`;
  }

  *steps(): Generator<void, void, void> {
    this.#readMagic();
    const input = this.#input;
    let stop = input.offset + this.#settings.stepBytes;
    for (let opcode = input.byte(); opcode !== OPCODE_END; opcode = input.byte()) {
      this.#read(opcode);
      if (input.offset < stop) continue;
      yield;
      stop = input.offset + this.#settings.stepBytes;
    }
    this.#checkEnd();
    const skipped = this.#emptyKeys > 0 ? `empty keys skipped: ${this.#emptyKeys}, ` : '';
    this.#settings.log.notice(
      `Done loading RDB, keys loaded: ${this.keysLoaded}, keys expired: ${this.keysExpired}, ${skipped}all fields expired hashes: ${this.#expiredHashes}.`,
    );
  }

  #readMagic(): void {
    const input = this.#input;
    input.raw(MAGIC_BYTES);
    const magic = Buffer.from(input.bytes.subarray(input.start, input.start + MAGIC_BYTES)).toString('latin1');
    const match = MAGIC.exec(magic);
    if (match === null) return input.fail(`Wrong signature trying to load DB from file: ${magic}`, 0);
    this.#version = Number(match[2]);
    const isValkey = match[1] === 'VALKEY';
    this.#isForeign = !isValkey && isForeignVersion(this.#version);
    if (this.#accepts(isValkey)) return this.#settings.onAccepted();
    input.fail(`Can't handle RDB format version ${this.#version}`, 0);
  }

  #accepts(isValkey: boolean): boolean {
    const version = this.#version;
    if (version < 1 || isValkey !== version >= VERSION_MAX) return false;
    return !this.#settings.strictVersions || (version <= VERSION_MAX && !this.#isForeign);
  }

  #read(opcode: number): void {
    const input = this.#input;
    if (this.#isForeign && opcode >= FOREIGN_TYPE_MIN && opcode <= FOREIGN_TYPE_MAX) {
      input.fail(`Can't handle foreign type or opcode ${opcode} in RDB with version ${this.#version}`);
    }
    switch (opcode) {
      case OPCODE_DEADLINE_SECONDS:
        this.#deadline = input.seconds() * 1000;
        return;
      case OPCODE_DEADLINE_MS:
        this.#deadline = input.milliseconds();
        return;
      case OPCODE_FREQUENCY:
        this.#frequency = input.byte();
        return;
      case OPCODE_IDLE:
        this.#idleSeconds = input.count();
        return;
      case OPCODE_DATABASE:
        return this.#selectDatabase();
      case OPCODE_RESIZE:
        input.count();
        input.count();
        return;
      case OPCODE_SLOT_INFO:
        for (let i = 0; i < 3; i++) input.count();
        return;
      case OPCODE_AUX: {
        const name = input.text();
        return this.#settings.onAux(name, input.text());
      }
      case OPCODE_FUNCTION:
        return this.#loadFunctions();
      case OPCODE_FUNCTION_BEFORE_RELEASE:
        return input.fail('functions are in the format of a candidate for release 7.0, which cannot be read');
      case OPCODE_MODULE_AUX:
        return input.fail('the file has data of a module; there are no modules here', input.offset - 1);
      case OPCODE_SLOT_IMPORT:
        return input.fail('the file has slots that are being imported; there is no cluster here', input.offset - 1);
      default:
        return this.#readKey(opcode);
    }
  }

  #selectDatabase(): void {
    const { offset } = this.#input;
    const { databases } = this.#keyspace;
    const id = this.#input.count();
    const db = databases[id];
    if (db === undefined) {
      this.#input.fail(
        `there is a database ${id}, and only ${databases.length} are configured (see the directive databases)`,
        offset,
      );
    }
    this.#db = db;
  }

  #loadFunctions(): void {
    const { offset } = this.#input;
    const error = this.#settings.loadFunctions(this.#input.text());
    if (error !== undefined) this.#input.fail(`a library of functions cannot be loaded: ${error}`, offset);
  }

  #readKey(type: number): void {
    const input = this.#input;
    if (type > TYPE_HASH_2) input.failUnknownType(type);
    input.string();
    this.#keepKey();
    this.#isInKey = true;
    if (this.#values.read(type)) this.#keep(type);
    else this.#skipEmpty();
    this.#isInKey = false;
    this.#deadline = NO_DEADLINE;
    this.#idleSeconds = -1;
    this.#frequency = -1;
    this.#settings.onKey?.();
  }

  get #keyName(): string {
    return binaryString(this.#key, 0, Math.min(this.#keyLength, KEY_NAME_MAX));
  }

  #keepKey(): void {
    const { bytes, start, length } = this.#input;
    if (this.#key.length < length) this.#key = new Uint8Array(length * 2);
    copyBytes(bytes, start, this.#key, 0, length);
    this.#keyLength = length;
  }

  #skipEmpty(): void {
    if (this.#values.isExpired) {
      this.#expiredHashes++;
      return;
    }
    if (this.#emptyKeys++ >= EMPTY_KEYS_LOGGED) return;
    this.#settings.log.notice(`rdbLoadObject skipping empty key: ${this.#keyName}`);
  }

  /** Puts what was read into the database. */
  #keep(type: number): void {
    const { dropsExpired, replaces, nowMs } = this.#settings;
    const values = this.#values;
    if (dropsExpired && this.#deadline < nowMs) {
      if (type !== TYPE_STRING) this.#keyspace.freeValue(values.kind, values.value, true);
      this.keysExpired++;
      return;
    }
    const entry = type === TYPE_STRING ? this.#addString() : this.#addValue(replaces);
    this.#setAccess(entry);
    this.keysLoaded++;
  }

  #addString(): Handle {
    const db = this.#db;
    const { bytes, start, length } = this.#input;
    const kind = isInteger64(bytes, start, length) ? KIND_STRING_INTEGER : KIND_STRING_EMBEDDED;
    const sizeBefore = db.size;
    db.setString(this.#key, 0, this.#keyLength, bytes, start, length, kind, this.#deadline);
    // Asking first would cost another look-up for each key.
    if (db.size === sizeBefore && !this.#settings.replaces) this.#input.fail('the key is there twice');
    const hasAccess = this.#idleSeconds >= 0 || this.#frequency >= 0;
    return hasAccess ? db.peek(this.#key, 0, this.#keyLength) : 0;
  }

  #addValue(replaces: boolean): Handle {
    const { kind, value } = this.#values;
    const db = this.#db;
    if (db.peek(this.#key, 0, this.#keyLength) !== 0) {
      if (!replaces) {
        this.#keyspace.freeValue(kind, value, true);
        this.#input.fail('the key is there twice');
      }
      db.remove(this.#key, 0, this.#keyLength, true);
    }
    return db.add(this.#key, 0, this.#keyLength, kind, value, this.#deadline);
  }

  #setAccess(entry: Handle): void {
    if (entry === 0) return;
    const clock = this.#keyspace.accessClock(this.#idleSeconds, this.#frequency);
    if (clock !== undefined) this.#keyspace.entries.setClock(entry, clock);
  }

  #checkEnd(): void {
    if (this.#version < CHECKSUM_VERSION_MIN) return;
    const input = this.#input;
    const { offset } = input;
    const checksum = input.checksum();
    if (checksum === 'none' && this.#settings.checksums) {
      this.#settings.log.notice('RDB file was saved with checksum disabled: no check performed.');
    }
    if (checksum === 'wrong') input.fail('RDB CRC error: the checksum at the end is not that of the data', offset);
  }
}
