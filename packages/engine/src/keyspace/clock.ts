// The engine's one clock. A command sees one time from start to end (`nowMs`), so do all commands of an EXEC or a
// script. One reading of the monotonic clock gives both the duration of the command before and the time of the next.
export class Clock {
  /** Unix time in whole milliseconds, as the running command sees it. */
  nowMs: number;
  /** Monotonic milliseconds with a fraction, at the last reading. */
  monotonicMs: number;
  #originMs: number;
  #holds = 0;
  #heldMonotonicMs = 0;
  readonly #readWall: () => number;
  readonly #readMonotonic: () => number;

  constructor(readWall: () => number = Date.now, readMonotonic: () => number = () => performance.now()) {
    this.#readWall = readWall;
    this.#readMonotonic = readMonotonic;
    this.monotonicMs = readMonotonic();
    // Node knows to the microsecond when its monotonic clock was 0; other clocks are read, to the millisecond.
    this.#originMs = readWall === Date.now ? performance.timeOrigin : readWall() - this.monotonicMs;
    this.nowMs = Math.floor(this.#originMs + this.monotonicMs);
  }

  /** Reads the clock; returns the monotonic time in milliseconds. */
  read(): number {
    const monotonic = this.#readMonotonic();
    this.monotonicMs = monotonic;
    if (this.#holds === 0) this.nowMs = Math.floor(this.#originMs + monotonic);
    return monotonic;
  }

  /** Keeps `nowMs` as it is until `letGo`: all commands of a script or of EXEC see one time. */
  hold(): void {
    if (this.#holds++ === 0) this.#heldMonotonicMs = this.monotonicMs;
  }

  letGo(): void {
    this.#holds--;
  }

  /** Unix time in microseconds: now, or as it was when the clock was last held. */
  microseconds(): number {
    const monotonic = this.#holds > 0 ? this.#heldMonotonicMs : this.#readMonotonic();
    return Math.floor((this.#originMs + monotonic) * 1000);
  }

  /** Follows the wall clock, which may have been set; called once in a while, between commands. */
  synchronize(): void {
    const monotonic = this.#readMonotonic();
    const wall = this.#readWall();
    // The wall clock tells whole milliseconds: it is behind by up to one, and never ahead.
    const drift = wall - (this.#originMs + monotonic);
    if (drift > 0 || drift < -1) this.#originMs = wall - monotonic;
  }
}
