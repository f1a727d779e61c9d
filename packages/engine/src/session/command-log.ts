// The command logs (SLOWLOG, COMMANDLOG): the last commands that took long, and those with a large request or reply.
// Arguments are copied, cut where they are long, and left out where a command says that they are secret.
import type { Call } from '../commands/call.ts';
import type { Services } from '../commands/services.ts';
import { type Args, latin1 } from './args.ts';
import type { CommandObserver } from './dispatcher.ts';

export type LogKind = 'slow' | 'large-request' | 'large-reply';

export interface CommandLogEntry {
  readonly id: number;
  /** Unix seconds. */
  readonly time: number;
  /** Microseconds or bytes, as the kind of log has it. */
  readonly value: number;
  readonly args: readonly string[];
  readonly address: string;
  readonly clientName: string;
}

const ARGUMENTS_MAX = 32;
const ARGUMENT_BYTES_MAX = 128;
/** More than what RESP adds to an argument. */
const HEADER_BYTES_MAX = 24;
const DIGITS_LIMITS = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** One of the three logs. Nothing is logged while the threshold is negative or the length is 0. */
class Log {
  threshold = -1;
  lengthMax = 0;
  #nextId = 0;
  /** Newest last. */
  entries: CommandLogEntry[] = [];

  get isOn(): boolean {
    return this.threshold >= 0 && this.lengthMax > 0;
  }

  add(value: number, entry: Omit<CommandLogEntry, 'id' | 'value'>): void {
    this.entries.push({ ...entry, id: this.#nextId++, value });
    this.trim();
  }

  trim(): void {
    if (this.entries.length > this.lengthMax) this.entries.splice(0, this.entries.length - this.lengthMax);
  }
}

export class CommandLog implements CommandObserver {
  readonly #services: Services;
  readonly #slow = new Log();
  readonly #requests = new Log();
  readonly #replies = new Log();

  constructor(services: Services) {
    this.#services = services;
    const { config } = services;
    config.onChange(
      [
        'commandlog-execution-slower-than',
        'commandlog-slow-execution-max-len',
        'commandlog-request-larger-than',
        'commandlog-large-request-max-len',
        'commandlog-reply-larger-than',
        'commandlog-large-reply-max-len',
      ],
      () => this.#follow(),
    );
    this.#follow();
  }

  /** Newest first; at most `count`. */
  entries(kind: LogKind, count: number): CommandLogEntry[] {
    const { entries } = this.#logOf(kind);
    return entries.slice(Math.max(0, entries.length - count)).reverse();
  }

  length(kind: LogKind): number {
    return this.#logOf(kind).entries.length;
  }

  reset(kind: LogKind): void {
    this.#logOf(kind).entries = [];
  }

  after(call: Call, microseconds: number): void {
    if (microseconds >= this.#slow.threshold) this.#note(this.#slow, call, Math.floor(microseconds));
    const requests = this.#requests;
    if (requests.isOn && mayHaveBytes(call, requests.threshold)) {
      const size = requestBytes(call);
      if (size >= requests.threshold) this.#note(requests, call, size);
    }
    const replies = this.#replies;
    const replySize = call.reply.written - call.replyStart;
    if (replySize >= replies.threshold) this.#note(replies, call, replySize);
  }

  #note(log: Log, call: Call, value: number): void {
    if (!log.isOn) return;
    if (call.command.has('skip_commandlog')) return log.trim();
    const client = this.#services.access.requester(call.client);
    log.add(value, {
      time: Math.floor(call.nowMs / 1000),
      args: loggedArguments(call),
      address: client.connection?.remoteAddress ?? '',
      clientName: client.name,
    });
  }

  #logOf(kind: LogKind): Log {
    if (kind === 'slow') return this.#slow;
    return kind === 'large-request' ? this.#requests : this.#replies;
  }

  #follow(): undefined {
    const { config } = this.#services;
    this.#slow.threshold = config.number('commandlog-execution-slower-than');
    this.#slow.lengthMax = config.number('commandlog-slow-execution-max-len');
    this.#requests.threshold = config.number('commandlog-request-larger-than');
    this.#requests.lengthMax = config.number('commandlog-large-request-max-len');
    this.#replies.threshold = config.number('commandlog-reply-larger-than');
    this.#replies.lengthMax = config.number('commandlog-large-reply-max-len');
  }
}

/** Whether a request may be that large: quick, as it is asked of every command. */
function mayHaveBytes({ args }: Call, threshold: number): boolean {
  const { count, lengths } = args;
  let most = HEADER_BYTES_MAX * (count + 1);
  for (let i = 0; i < count; i++) most += lengths[i];
  return most >= threshold;
}

/** Bytes of the request as RESP. */
function requestBytes({ args }: Call): number {
  const { count, lengths } = args;
  let size = digits(count) + 3;
  for (let i = 0; i < count; i++) size += lengths[i] + digits(lengths[i]) + 5;
  return size;
}

function digits(value: number): number {
  let count = 1;
  while (count <= DIGITS_LIMITS.length && value >= DIGITS_LIMITS[count - 1]) count++;
  return count;
}

function loggedArguments({ args, hiddenArguments }: Call): string[] {
  const shown = Math.min(args.count, ARGUMENTS_MAX);
  const texts: string[] = [];
  for (let i = 0; i < shown; i++) {
    if (i === ARGUMENTS_MAX - 1 && args.count > ARGUMENTS_MAX) {
      texts.push(`... (${args.count - ARGUMENTS_MAX + 1} more arguments)`);
    } else if (hiddenArguments.includes(i)) {
      texts.push('(redacted)');
    } else {
      texts.push(shortText(args, i));
    }
  }
  return texts;
}

/** An argument, cut: the whole of a large one may be more than a string can hold. */
function shortText(args: Args, index: number): string {
  const length = args.lengths[index];
  if (length <= ARGUMENT_BYTES_MAX) return args.text(index);
  const start = latin1(args.bytesOf(index), args.starts[index], ARGUMENT_BYTES_MAX);
  return `${start}... (${length - ARGUMENT_BYTES_MAX} more bytes)`;
}
