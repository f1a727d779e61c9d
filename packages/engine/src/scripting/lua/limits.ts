/**
 * What one run of a script may use: time, stack and memory.
 * Time: loops and calls burn fuel, and an empty tank asks the host, which may throw a ScriptAbort.
 * Stack: activations add what they may take of the JavaScript stack, so that no RangeError ever reaches a script
 * and the host functions always find room. Memory: allocations are charged roughly; now and then the charge is
 * compared with what the heap really grew by, because nobody tells when values die.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LuaError } from './lua-error.ts';

export interface LuaLimits {
  /** Called every `pollSteps` loops and calls. May throw a ScriptAbort. */
  readonly poll: () => void;
  readonly pollSteps: number;
  /** Of the heap, above what was in use when the run began. */
  readonly memoryBytesMax: number;
  /** JavaScript stack that Lua activations may take; the host's functions run on what is left. */
  readonly stackBytesMax: number;
  readonly heapBytes: () => number;
  /** A full collection; called before a script is told that memory is exhausted. */
  readonly collectGarbage: () => void;
}

/** Node's stack has 984 KB unless --stack-size says otherwise. */
const STACK_BYTES_DEFAULT = 560 * 1024;
const MEMORY_BYTES_DEFAULT = 256 * 1024 * 1024;
const POLL_STEPS_DEFAULT = 20_000;
/** Charged bytes between two looks at the heap. */
const MEASURE_BYTES_MAX = 16 * 1024 * 1024;
const MEASURE_BYTES_MIN = 2 * 1024 * 1024;
/** Forced collections that hardly help, in one run: a script at its limit must not spend the time of everybody. */
const COLLECTIONS_MAX = 20;
const NEARLY_FULL = 0.75;
/** Lua's LUAI_MAXCCALLS: calls from host functions back into Lua, one inside the other. */
const HOST_CALLS_MAX = 198;
/** Moving a kilobyte takes about as long as a step. */
const BYTES_PER_STEP_BITS = 10;
export const STACK_BYTES_OF_HOST_CALL = 1000;

let collector: (() => void) | undefined;

function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    const exposed: unknown = runInNewContext('gc');
    collector = typeof exposed === 'function' ? () => void exposed() : () => undefined;
  }
  collector();
}

export const DEFAULT_LIMITS: LuaLimits = {
  poll: () => undefined,
  pollSteps: POLL_STEPS_DEFAULT,
  memoryBytesMax: MEMORY_BYTES_DEFAULT,
  stackBytesMax: STACK_BYTES_DEFAULT,
  heapBytes: () => getHeapStatistics().used_heap_size,
  collectGarbage,
};

export class Limiter {
  readonly limits: LuaLimits;
  /** Steps until the next poll. */
  fuel: number;
  /** Bytes of stack taken by the activations, and the most they may take. */
  depth = 0;
  readonly depthMax: number;
  /** From here on tail calls are put off, which empties the stack. */
  readonly tailDepthMax: number;
  hostCalls = 0;
  #charged = 0;
  #chargedMax = 0;
  #heapAtStart = -1;
  #hasAllocated = false;
  #collections = 0;

  constructor(limits: LuaLimits) {
    this.limits = limits;
    this.fuel = limits.pollSteps;
    this.depthMax = limits.stackBytesMax;
    this.tailDepthMax = limits.stackBytesMax / 2;
  }

  beginRun(): void {
    this.#charged = 0;
    this.#chargedMax = Math.min(MEASURE_BYTES_MAX, this.limits.memoryBytesMax / 2);
    this.#heapAtStart = -1;
    this.#hasAllocated = false;
    this.#collections = 0;
  }

  /** Slow path of entering a function, which takes bytes of stack, or of going round a loop. */
  pause(stackBytes = 0): void {
    if (this.depth + stackBytes > this.depthMax) throw new LuaError('stack overflow', 1);
    if (this.fuel > 0) return;
    this.fuel = this.limits.pollSteps;
    this.limits.poll();
    if (this.#hasAllocated || this.#charged > MEASURE_BYTES_MIN) this.#measure(0);
  }

  /** A host function, or an operation at a line, calls back into Lua; leaveHost must follow. */
  enterHost(line = 0): void {
    this.hostCalls++;
    this.depth += STACK_BYTES_OF_HOST_CALL;
    if (this.hostCalls > HOST_CALLS_MAX || this.depth > this.depthMax) {
      const error = new LuaError(
        this.depth > this.depthMax ? 'stack overflow' : 'C stack overflow',
        line === 0 ? 0 : 1,
      );
      error.operationLine = line;
      this.leaveHost();
      throw error;
    }
  }

  leaveHost(): void {
    this.hostCalls--;
    this.depth -= STACK_BYTES_OF_HOST_CALL;
  }

  /** To be called before bytes are allocated for a script. Filling them takes time, too. */
  charge(bytes: number): void {
    this.fuel -= bytes >> BYTES_PER_STEP_BITS;
    this.#charged += bytes;
    if (this.#charged > this.#chargedMax) this.#measure(bytes);
  }

  /** Work of a host function that takes as long as so many loops. */
  burn(steps: number): void {
    this.fuel -= steps;
  }

  #measure(pending: number): void {
    const { memoryBytesMax } = this.limits;
    this.#hasAllocated = true;
    let heap = this.limits.heapBytes();
    if (this.#heapAtStart < 0) this.#heapAtStart = Math.max(0, heap - Math.max(0, this.#charged - pending));
    if (heap - this.#heapAtStart + pending > memoryBytesMax) {
      this.#charged = 0;
      if (pending <= memoryBytesMax && this.#collections < COLLECTIONS_MAX) {
        this.limits.collectGarbage();
        heap = this.limits.heapBytes();
        if (heap - this.#heapAtStart > memoryBytesMax * NEARLY_FULL) this.#collections++;
      }
      if (heap - this.#heapAtStart + pending > memoryBytesMax) throw new LuaError('not enough memory', 0);
    }
    // What was garbage before the run may have gone since: the run did not have it.
    this.#heapAtStart = Math.min(this.#heapAtStart, heap);
    const left = memoryBytesMax - (heap - this.#heapAtStart) - pending;
    this.#charged = 0;
    this.#chargedMax = Math.max(MEASURE_BYTES_MIN, Math.min(MEASURE_BYTES_MAX, left / 2));
  }
}
