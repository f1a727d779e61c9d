// Whether the elements of an intact listpack are a stream's node: a master entry, and entries that agree with it.
import {
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackByteLength,
  listpackInteger,
  listpackIsInteger,
} from '../../encodings/listpack.ts';
import { afterElement, ENTRY_DELETED, ENTRY_SAME_FIELDS } from './stream-node.ts';

/** Reads one node from its start; every step answers false (or -1) once something is wrong. */
class NodeCheck {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  at: number;

  constructor(bytes: Uint8Array, list: number) {
    this.#bytes = bytes;
    this.#end = list + listpackByteLength(bytes, list) - 1;
    this.at = list + LISTPACK_HEADER_BYTES;
  }

  get isAtEnd(): boolean {
    return this.at === this.#end && this.#bytes[this.at] === LISTPACK_END;
  }

  /** The integer at hand, moving behind it; NaN where there is none. */
  integer(): number {
    if (this.at >= this.#end || !listpackIsInteger(this.#bytes, this.at)) return Number.NaN;
    const value = listpackInteger(this.#bytes, this.at);
    this.at = afterElement(this.#bytes, this.at);
    return value;
  }

  skip(count: number): boolean {
    for (let i = 0; i < count; i++) {
      if (this.at >= this.#end) return false;
      this.at = afterElement(this.#bytes, this.at);
    }
    return true;
  }
}

/** Number of living entries in a node; -1 where the bytes are no node. */
export function countValidEntries(bytes: Uint8Array, list: number): number {
  const check = new NodeCheck(bytes, list);
  const live = check.integer();
  const deleted = check.integer();
  const fieldCount = check.integer();
  if (!(live >= 0 && deleted >= 0 && fieldCount >= 0)) return -1;
  if (!check.skip(fieldCount) || check.integer() !== 0) return -1;
  let foundLive = 0;
  let foundDeleted = 0;
  while (!check.isAtEnd) {
    const flags = checkedFlags(check, fieldCount);
    if (Number.isNaN(flags)) return -1;
    if ((flags & ENTRY_DELETED) !== 0) foundDeleted++;
    else foundLive++;
  }
  return foundLive === live && foundDeleted === deleted ? live : -1;
}

/** Reads an entry; returns its flags, NaN where it is none. */
function checkedFlags(check: NodeCheck, masterFields: number): number {
  const flags = check.integer();
  if (Number.isNaN(flags) || Number.isNaN(check.integer()) || Number.isNaN(check.integer())) return Number.NaN;
  const hasMasterFields = (flags & ENTRY_SAME_FIELDS) !== 0;
  const fieldCount = hasMasterFields ? masterFields : check.integer();
  if (!(fieldCount >= 0)) return Number.NaN;
  const texts = hasMasterFields ? fieldCount : fieldCount * 2;
  const pieces = hasMasterFields ? texts + 3 : texts + 4;
  return check.skip(texts) && check.integer() === pieces ? flags : Number.NaN;
}
