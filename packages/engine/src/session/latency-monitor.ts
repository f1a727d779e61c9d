// The latency monitor: for each kind of event that took longer than `latency-monitor-threshold`, the worst of each
// second, 160 of them. It observes the dispatcher only while the threshold is set.
import type { Call } from '../commands/call.ts';
import type { Services } from '../commands/services.ts';
import type { CommandObserver } from './dispatcher.ts';

const SAMPLES_MAX = 160;

export interface LatencySample {
  /** Unix seconds. */
  readonly time: number;
  milliseconds: number;
}

/** What is known of one kind of event; durations in milliseconds. */
export interface LatencyEvent {
  readonly name: string;
  /** Oldest first. */
  readonly samples: LatencySample[];
  worst: number;
  sum: number;
  count: number;
}

export class LatencyMonitor implements CommandObserver {
  readonly #services: Services;
  readonly #events = new Map<string, LatencyEvent>();
  /** Microseconds; Infinity while the monitor is off. */
  #threshold = Number.POSITIVE_INFINITY;

  constructor(services: Services) {
    this.#services = services;
    const follow = (): undefined => this.#follow();
    services.config.onChange('latency-monitor-threshold', follow);
    follow();
  }

  get isOn(): boolean {
    return this.#threshold !== Number.POSITIVE_INFINITY;
  }

  get events(): Iterable<LatencyEvent> {
    return this.#events.values();
  }

  find(name: string): LatencyEvent | undefined {
    return this.#events.get(name);
  }

  /** Forgets the events of that name in any case, or all of them; returns how many there were. */
  reset(name: string | undefined): number {
    let count = 0;
    for (const event of [...this.#events.keys()]) {
      if (name !== undefined && event !== name.toLowerCase()) continue;
      this.#events.delete(event);
      count++;
    }
    return count;
  }

  after(call: Call, microseconds: number): void {
    if (microseconds >= this.#threshold) this.note(call.command.has('fast') ? 'fast-command' : 'command', microseconds);
  }

  /** Notes an event that lasted `microseconds`, where that is past the threshold. */
  note(name: string, microseconds: number): void {
    if (microseconds < this.#threshold) return;
    const milliseconds = Math.floor(microseconds / 1000);
    const time = Math.floor(this.#services.clock.nowMs / 1000);
    const event = this.#events.get(name) ?? { name, samples: [], worst: 0, sum: 0, count: 0 };
    this.#events.set(name, event);
    event.worst = Math.max(event.worst, milliseconds);
    event.sum += milliseconds;
    event.count++;
    const last = event.samples.at(-1);
    if (last !== undefined && last.time === time) {
      last.milliseconds = Math.max(last.milliseconds, milliseconds);
      return;
    }
    event.samples.push({ time, milliseconds });
    if (event.samples.length > SAMPLES_MAX) event.samples.shift();
  }

  #follow(): undefined {
    const { config, dispatcher } = this.#services;
    const wasOn = this.isOn;
    const milliseconds = config.number('latency-monitor-threshold');
    this.#threshold = milliseconds === 0 ? Number.POSITIVE_INFINITY : milliseconds * 1000;
    const { observers } = dispatcher;
    if (this.isOn && !wasOn) observers.push(this);
    if (!this.isOn && wasOn) observers.splice(observers.indexOf(this), 1);
  }
}
