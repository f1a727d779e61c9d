// MONITOR: clients that see every command that is executed, as a line of text. Commands for administrators and secret
// arguments are left out. Costs nothing while nobody looks: it observes the dispatcher only then.
import type { Call } from '../commands/call.ts';
import type { Services } from '../commands/services.ts';
import { quoteArgument } from '../config/split-arguments.ts';
import type { Client } from './client.ts';
import type { CommandObserver } from './dispatcher.ts';

export class Monitors implements CommandObserver {
  readonly #services: Services;
  readonly #clients = new Set<Client>();

  constructor(services: Services) {
    this.#services = services;
  }

  add(client: Client): void {
    const { observers } = this.#services.dispatcher;
    if (this.#clients.size === 0) observers.push(this);
    this.#clients.add(client);
    client.isMonitor = true;
  }

  remove(client: Client): void {
    if (!this.#clients.delete(client)) return;
    client.isMonitor = false;
    const { observers } = this.#services.dispatcher;
    if (this.#clients.size === 0) observers.splice(observers.indexOf(this), 1);
  }

  /** Scripts come before the commands that they run. */
  before(call: Call): void {
    const { command } = call;
    if (command.spec.group === 'scripting' && command.has('skip_monitor')) this.#tell(call);
  }

  /** A command that waits is told of now, and not when it runs again. */
  blocked(call: Call): void {
    if (call.retried === undefined) this.#tellIfShown(call);
  }

  after(call: Call): void {
    if (call.retried === undefined) this.#tellIfShown(call);
  }

  #tellIfShown(call: Call): void {
    const { command } = call;
    if (!command.has('skip_monitor') && !command.has('admin')) this.#tell(call);
  }

  #tell(call: Call): void {
    const { args, hiddenArguments } = call;
    const words: string[] = [];
    for (let i = 0; i < args.count; i++) {
      words.push(quoteArgument(hiddenArguments.includes(i) ? '(redacted)' : args.text(i)));
    }
    const line = `+${timestamp()} [${call.db.id} ${sourceOf(call.client)}] ${words.join(' ')}\r\n`;
    const bytes = Buffer.from(line, 'latin1');
    for (const client of this.#clients) this.#services.io.push(client, bytes, bytes.length);
  }
}

function sourceOf(client: Client): string {
  if (client.isScript) return 'lua';
  const { connection } = client;
  if (connection?.isUnixSocket === true) return `unix:${connection.remoteAddress.replace(/:0$/, '')}`;
  return connection?.remoteAddress ?? '';
}

/** Unix seconds with microseconds. */
function timestamp(): string {
  return ((performance.timeOrigin + performance.now()) / 1000).toFixed(6);
}
