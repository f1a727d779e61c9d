// The payload of DUMP and RESTORE: type and content of one value as RDB has them, then the RDB version in two bytes and
// a checksum.
import { crc64 } from '../../encodings/crc64.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Handle } from '../../memory/arena.ts';
import { MemorySink } from './memory-sink.ts';
import { FOREIGN_TYPE_MIN, isForeignVersion, TYPE_HASH_2, TYPE_STRING, VERSION_MAX } from './rdb-format.ts';
import { RdbInput, sourceOfBytes } from './rdb-input.ts';
import { type ByteSink, RdbWriter } from './rdb-writer.ts';
import { ValueReader } from './read-value.ts';
import type { ValueLimits } from './value-limits.ts';
import { ValueWriter } from './write-value.ts';

const FOOTER_BYTES = 10;
const CHECKSUM_BYTES = 8;
/** Most payloads are small. */
const BUFFER_BYTES = 4096;

/** Counts bytes and keeps none. */
class CountingSink implements ByteSink {
  length = 0;

  write(_bytes: Uint8Array, length: number): void {
    this.length += length;
  }
}

/** The payload of an entry's value. `version` is the newest that may be named; see `rdb-version`. */
export function dumpValue(keyspace: Keyspace, entry: Handle, version: number, compresses: boolean): Uint8Array {
  const sink = new MemorySink();
  const writer = new RdbWriter(sink, { compresses, checksums: true }, BUFFER_BYTES);
  const values = new ValueWriter(writer, keyspace, version);
  const type = values.typeOf(entry);
  writer.byte(type);
  const walk = values.writeContent(entry, type);
  if (walk !== undefined) while (walk.next().done !== true);
  const named = type === TYPE_HASH_2 ? VERSION_MAX : version;
  writer.byte(named & 0xff);
  writer.byte(named >> 8);
  writer.writeChecksum();
  return sink.content;
}

/** Bytes of an entry's value in an RDB file, its type not counted. */
export function savedLength(keyspace: Keyspace, entry: Handle, compresses: boolean): number {
  const sink = new CountingSink();
  const writer = new RdbWriter(sink, { compresses, checksums: false }, BUFFER_BYTES);
  const values = new ValueWriter(writer, keyspace, VERSION_MAX);
  const walk = values.writeContent(entry, values.typeOf(entry));
  if (walk !== undefined) while (walk.next().done !== true);
  writer.flush();
  return sink.length;
}

export interface PayloadChecks {
  /** `rdb-version-check strict`. */
  readonly strictVersions: boolean;
  readonly checksums: boolean;
}

export type PayloadSoundness = 'sound' | 'unsound' | { readonly foreignType: number };

/** Whether version and checksum are right, and the type is one that the version may have. */
export function checkPayload(
  bytes: Uint8Array,
  start: number,
  length: number,
  checks: PayloadChecks,
): PayloadSoundness {
  if (length < FOOTER_BYTES) return 'unsound';
  const footer = start + length - FOOTER_BYTES;
  const version = bytes[footer] | (bytes[footer + 1] << 8);
  const isForeign = isForeignVersion(version);
  if (version < 1 || (checks.strictVersions && (version > VERSION_MAX || isForeign))) return 'unsound';
  if (checks.checksums && crc64(bytes, start, length - CHECKSUM_BYTES) !== readChecksum(bytes, footer + 2)) {
    return 'unsound';
  }
  const type = bytes[start];
  if (isForeign && length > FOOTER_BYTES && type >= FOREIGN_TYPE_MIN && type <= TYPE_HASH_2) {
    return { foreignType: type };
  }
  return 'sound';
}

function readChecksum(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true);
}

/** A value that was read: a string as its bytes, anything else in the arena. */
export type RestoredValue =
  | { readonly kind: number; readonly value: Handle }
  | { readonly bytes: Uint8Array; readonly start: number; readonly length: number };

/** The value of a payload; undefined where it has no elements. Throws a DamagedRdb. */
export function readPayload(
  keyspace: Keyspace,
  bytes: Uint8Array,
  start: number,
  length: number,
  limits: ValueLimits,
): RestoredValue | undefined {
  const source = sourceOfBytes(bytes, start, length - FOOTER_BYTES);
  const input = new RdbInput(source, { checksums: false });
  const values = new ValueReader(input, keyspace, limits, { deep: true, nowMs: 0 });
  const type = input.byte();
  if (!values.read(type)) return undefined;
  if (type === TYPE_STRING) return { bytes: input.bytes, start: input.start, length: input.length };
  return { kind: values.kind, value: values.value };
}
