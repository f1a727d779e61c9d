// How fast a counter grows: the mean over its last samples, as INFO's instantaneous figures are made.

const SAMPLES = 16;

export class Rate {
  readonly #samples = new Float64Array(SAMPLES);
  #next = 0;
  #lastValue = 0;
  #lastMs = Number.NaN;

  /** Notes the counter's value at a monotonic time. */
  sample(value: number, monotonicMs: number): void {
    if (!Number.isNaN(this.#lastMs) && monotonicMs > this.#lastMs) {
      this.#samples[this.#next] = ((value - this.#lastValue) * 1000) / (monotonicMs - this.#lastMs);
      this.#next = (this.#next + 1) % SAMPLES;
    }
    this.#lastValue = value;
    this.#lastMs = monotonicMs;
  }

  get perSecond(): number {
    let total = 0;
    for (const sample of this.#samples) total += sample;
    return total / SAMPLES;
  }

  /** The counter was set back to 0. */
  reset(): void {
    this.#samples.fill(0);
    this.#lastValue = 0;
    this.#lastMs = Number.NaN;
  }
}
