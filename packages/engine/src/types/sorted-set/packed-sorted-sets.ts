// Small sorted sets: one LISTPACK block of members and scores in turn, in order of score, then member. A change returns
// the block's handle, which may be a new one: the caller stores it.
import { compareBytes } from '../../encodings/bytes-compare.ts';
import {
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackEntryBytes,
  listpackFind,
  listpackIsInteger,
  listpackLength,
  listpackSeek,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { listpackEntrySize, listpackInsertAt } from '../../encodings/listpack-edit.ts';
import {
  listpackInsertScoreAt,
  listpackReplaceScoreAt,
  listpackScore,
  listpackScoreSize,
} from '../../encodings/listpack-score.ts';
import type { Handle } from '../../memory/arena.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';

/** Integers in listpacks have at most this many characters. */
const INTEGER_TEXT_MAX = 24;

export class PackedSortedSets extends ListpackBlocks {
  /** Where the entry of the member is that `find` found, as an offset into the listpack; -1: nowhere. */
  #found = -1;
  readonly #text = new Uint8Array(INTEGER_TEXT_MAX);

  count(block: Handle): number {
    return listpackLength(this.bytesOf(block), this.listOf(block)) >>> 1;
  }

  /** Whether the member is there; `foundScore`, `updateFound` and `removeFound` may follow at once. */
  find(block: Handle, text: Uint8Array, start: number, length: number): boolean {
    const list = this.listOf(block);
    const at = listpackFind(this.bytesOf(block), list + LISTPACK_HEADER_BYTES, text, start, length, 1);
    this.#found = at === -1 ? -1 : at - list;
    return at !== -1;
  }

  foundScore(block: Handle): number {
    const bytes = this.bytesOf(block);
    const at = this.listOf(block) + this.#found;
    return listpackScore(bytes, at + listpackEntryBytes(bytes, at));
  }

  /** Position of the member that `find` found. */
  foundRank(block: Handle): number {
    const bytes = this.bytesOf(block);
    const list = this.listOf(block);
    let entries = 0;
    for (let at = list + LISTPACK_HEADER_BYTES; at < list + this.#found; at += listpackEntryBytes(bytes, at)) entries++;
    return entries >>> 1;
  }

  /** Adds a member that is not there. */
  insert(block: Handle, text: Uint8Array, start: number, length: number, score: number): Handle {
    const target = this.withRoom(block, listpackEntrySize(text, start, length) + listpackScoreSize(score));
    const bytes = this.bytesOf(target);
    const list = this.listOf(target);
    const at = this.#placeFor(target, text, start, length, score);
    const size = listpackInsertAt(bytes, list, at, text, start, length);
    listpackInsertScoreAt(bytes, list, at + size, score);
    this.noteLength(target);
    return target;
  }

  /** Gives the member that `find` found (which has these bytes) another score. */
  updateFound(block: Handle, text: Uint8Array, start: number, length: number, score: number): Handle {
    const offset = this.#found;
    if (!this.#staysInPlace(block, text, start, length, score)) {
      this.#found = offset;
      return this.insert(this.removeFound(block), text, start, length, score);
    }
    const target = this.withRoom(block, listpackScoreSize(score));
    const bytes = this.bytesOf(target);
    const at = this.listOf(target) + offset;
    listpackReplaceScoreAt(bytes, this.listOf(target), at + listpackEntryBytes(bytes, at), score);
    this.noteLength(target);
    return target;
  }

  removeFound(block: Handle): Handle {
    return this.remove(block, this.#found, 2);
  }

  /** Takes out `count` members from position `rank` on. */
  removeRange(block: Handle, rank: number, count: number): Handle {
    const list = this.listOf(block);
    return this.remove(block, listpackSeek(this.bytesOf(block), list, rank * 2) - list, count * 2);
  }

  /** Order of the bytes beside the member at `at`. */
  compareWith(bytes: Uint8Array, at: number, text: Uint8Array, start: number, length: number): number {
    if (!listpackIsInteger(bytes, at)) {
      const memberLength = listpackStringLength(bytes, at);
      return compareBytes(text, start, length, bytes, listpackStringStart(bytes, at), memberLength);
    }
    const memberLength = listpackWriteText(bytes, at, this.#text, 0);
    return compareBytes(text, start, length, this.#text, 0, memberLength);
  }

  /** Where a member with this score is to be inserted. */
  #placeFor(block: Handle, text: Uint8Array, start: number, length: number, score: number): number {
    const bytes = this.bytesOf(block);
    let at = this.listOf(block) + LISTPACK_HEADER_BYTES;
    while (bytes[at] !== LISTPACK_END) {
      const scoreAt = at + listpackEntryBytes(bytes, at);
      const other = listpackScore(bytes, scoreAt);
      if (other > score) return at;
      if (other === score && this.compareWith(bytes, at, text, start, length) < 0) return at;
      at = scoreAt + listpackEntryBytes(bytes, scoreAt);
    }
    return at;
  }

  /** Whether the found member with another score keeps its position. */
  #staysInPlace(block: Handle, text: Uint8Array, start: number, length: number, score: number): boolean {
    const at = this.listOf(block) + this.#found;
    const place = this.#placeFor(block, text, start, length, score);
    if (place === at) return true;
    const bytes = this.bytesOf(block);
    const scoreAt = at + listpackEntryBytes(bytes, at);
    return place === scoreAt + listpackEntryBytes(bytes, scoreAt);
  }
}
