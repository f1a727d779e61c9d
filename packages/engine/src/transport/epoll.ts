// One epoll instance with its event buffers in native memory. A descriptor is registered with a tag, and events carry
// both, so that an event of a closed connection is not taken for one of its successor on the same descriptor.
// Waits may nest (a poll from inside a handler): each nesting level has a buffer of its own.
import { assert } from '@valkeep/base';
import { type NativeRegion, releaseAddressSpace, reserveRegion } from '../memory/native-memory.ts';
import { EINTR, lastErrorNumber, systemError } from './errno.ts';
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, libc } from './libc-socket.ts';

/** Events taken per wait. */
const EVENTS_MAX = 512;
export const NESTING_MAX = 16;
/** `struct epoll_event` is packed on x64 only: events u32, [padding], data u64 (descriptor, tag). */
const EVENT_WORDS = process.arch === 'x64' ? 3 : 4;
const DATA_WORD = EVENT_WORDS - 2;
const LEVEL_WORDS = EVENTS_MAX * EVENT_WORDS;
const REGION_BYTES = (NESTING_MAX + 1) * LEVEL_WORDS * 4;

export class Epoll {
  readonly #descriptor: number;
  readonly #region: NativeRegion = reserveRegion(REGION_BYTES);
  readonly #words = new Int32Array(this.#region.bytes.buffer);
  readonly #levelPointers: bigint[] = [];
  /** The event that epoll_ctl is given lies behind the buffers of all levels. */
  readonly #controlWord = NESTING_MAX * LEVEL_WORDS;
  readonly #controlPointer = this.#region.pointer + BigInt(this.#controlWord * 4);

  constructor() {
    this.#descriptor = libc.epoll_create1(EPOLL_CLOEXEC);
    if (this.#descriptor < 0) throw systemError('epoll_create1', lastErrorNumber());
    for (let level = 0; level < NESTING_MAX; level++) {
      this.#levelPointers.push(this.#region.pointer + BigInt(level * LEVEL_WORDS * 4));
    }
  }

  add(descriptor: number, events: number, tag: number): void {
    this.#control(EPOLL_CTL_ADD, descriptor, events, tag);
  }

  modify(descriptor: number, events: number, tag: number): void {
    this.#control(EPOLL_CTL_MOD, descriptor, events, tag);
  }

  remove(descriptor: number): void {
    this.#control(EPOLL_CTL_DEL, descriptor, 0, 0);
  }

  /** Waits up to `timeoutMs` (-1: for ever) and returns the number of events; 0 also when a signal came. */
  wait(level: number, timeoutMs: number): number {
    const count = libc.epoll_wait(this.#descriptor, this.#levelPointers[level], EVENTS_MAX, timeoutMs);
    if (count >= 0) return count;
    const errorNumber = lastErrorNumber();
    if (errorNumber !== EINTR) throw systemError('epoll_wait', errorNumber);
    return 0;
  }

  eventsAt(level: number, index: number): number {
    return this.#words[level * LEVEL_WORDS + index * EVENT_WORDS];
  }

  descriptorAt(level: number, index: number): number {
    return this.#words[level * LEVEL_WORDS + index * EVENT_WORDS + DATA_WORD];
  }

  tagAt(level: number, index: number): number {
    return this.#words[level * LEVEL_WORDS + index * EVENT_WORDS + DATA_WORD + 1];
  }

  /** Ends the instance; none of its methods may be called afterwards. */
  close(): void {
    libc.close(this.#descriptor);
    releaseAddressSpace(this.#region.pointer, REGION_BYTES);
  }

  #control(operation: number, descriptor: number, events: number, tag: number): void {
    this.#words[this.#controlWord] = events;
    this.#words[this.#controlWord + DATA_WORD] = descriptor;
    this.#words[this.#controlWord + DATA_WORD + 1] = tag;
    const result = libc.epoll_ctl(this.#descriptor, operation, descriptor, this.#controlPointer);
    assert(result === 0, 'epoll_ctl refused a descriptor');
  }
}
