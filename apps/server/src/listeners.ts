// The addresses on which the server accepts connections: opened at start, and changed by CONFIG SET port and bind. A
// change that fails leaves the old listeners as they are.
import type { Engine, Listener, Log, ServerConfig, Transport } from '@valkeep/engine';

export class Listeners {
  readonly #transport: Transport;
  readonly #config: ServerConfig;
  readonly #log: Log;
  readonly #identity: Engine['identity'];
  #tcp: Listener[] = [];
  /** The port and addresses that are open. */
  #open = '';

  constructor(engine: Engine) {
    this.#transport = engine.transport;
    this.#config = engine.config;
    this.#log = engine.log;
    this.#identity = engine.identity;
  }

  /** Opens the port on every address of `bind`, and the Unix socket. False where that fails; the log says why. */
  async openAll(): Promise<boolean> {
    const { port, addresses } = this.#wanted();
    for (const pattern of addresses) {
      const options = this.#optionsFor(pattern, port);
      try {
        this.#tcp.push(await this.#transport.listen(options));
      } catch (error) {
        if (!this.#mayMiss(pattern, port, error)) return this.#failed(port);
      }
    }
    if (addresses.length > 0 && this.#tcp.length === 0) return this.#failed(port);
    this.#note(port, addresses);
    return this.#openUnixSocket();
  }

  /** Follows CONFIG SET of the port and the addresses. */
  follow(): void {
    this.#config.onChange('port', () => this.#change('Unable to listen on this port. Check server logs.'));
    this.#config.onChange('bind', () => this.#change('Failed to bind to specified addresses.'));
  }

  /** Gives `refusal` where the wanted addresses cannot be opened. */
  #change(refusal: string): string | undefined {
    const { port, addresses } = this.#wanted();
    const wanted = describe(port, addresses);
    // After a failure the configuration is as it was: the open listeners are right already.
    if (wanted === this.#open) return undefined;
    // Addresses that stay cannot be opened twice.
    const before = this.#tcp;
    const opened: Listener[] = [];
    const keepsPort = this.#open.startsWith(`${port} `);
    if (keepsPort) for (const listener of before) listener.close();
    const isComplete = addresses.every((pattern) => this.#openNow(pattern, port, opened));
    if (isComplete && (addresses.length === 0 || opened.length > 0)) {
      if (!keepsPort) for (const listener of before) listener.close();
      this.#tcp = opened;
      this.#note(port, addresses);
      return undefined;
    }
    for (const listener of opened) listener.close();
    if (keepsPort) {
      // The old addresses are opened again when the configuration is back.
      this.#tcp = [];
      this.#open = '';
    }
    return refusal;
  }

  #note(port: number, addresses: readonly string[]): void {
    this.#open = describe(port, addresses);
    const path = this.#config.text('unixsocket');
    this.#identity.listeners = [
      ...(addresses.length === 0 ? [] : [{ name: 'tcp', addresses, port }]),
      ...(path === '' ? [] : [{ name: 'unix', addresses: [path], port: 0 }]),
    ];
  }

  #openNow(pattern: string, port: number, opened: Listener[]): boolean {
    try {
      opened.push(this.#transport.listenNow(this.#optionsFor(pattern, port)));
      return true;
    } catch (error) {
      return this.#mayMiss(pattern, port, error);
    }
  }

  #wanted(): { readonly port: number; readonly addresses: readonly string[] } {
    const port = this.#config.number('port');
    return { port, addresses: port === 0 ? [] : this.#config.bind.value };
  }

  #optionsFor(pattern: string, port: number): { address: string; port: number; backlog: number } {
    return { address: wildcard(plain(pattern)), port, backlog: this.#config.number('tcp-backlog') };
  }

  /** An address with a leading `-` may be missing on this machine. */
  #mayMiss(pattern: string, port: number, error: unknown): boolean {
    const code = errorCode(error);
    if (pattern.startsWith('-') && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) return true;
    this.#log.warning(`Warning: Could not create server TCP listening socket ${plain(pattern)}:${port}: ${code}`);
    return false;
  }

  #failed(port: number): false {
    this.#log.warning(`Failed listening on port ${port} (tcp), aborting.`);
    return false;
  }

  async #openUnixSocket(): Promise<boolean> {
    const path = this.#config.text('unixsocket');
    if (path === '') return true;
    const backlog = this.#config.number('tcp-backlog');
    try {
      const unixPermissions = this.#config.number('unixsocketperm');
      await this.#transport.listen({ address: path, backlog, unixPermissions });
      return true;
    } catch (error) {
      this.#log.warning(`Failed opening Unix socket ${path}: ${errorCode(error)}`);
      return false;
    }
  }
}

function describe(port: number, addresses: readonly string[]): string {
  return `${port} ${addresses.join(' ')}`;
}

function plain(pattern: string): string {
  return pattern.startsWith('-') ? pattern.slice(1) : pattern;
}

function wildcard(address: string): string {
  if (address === '*') return '0.0.0.0';
  return address === '::*' ? '::' : address;
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
