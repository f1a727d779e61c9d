// A connection of the streams transport: a node:net socket that is pulled from. What Node pushes waits in a queue of
// chunks, bounded by pausing the socket; what is written is copied and waits in Node, bounded by its high-water mark.
import type { Socket } from 'node:net';
import type { NativeRegion } from '../memory/native-memory.ts';
import { BROKEN, type Connection, type ConnectionHandler, READ_END, WOULD_BLOCK } from './transport.ts';

/** Unread bytes at which the socket is paused, and at which it flows again. */
const QUEUED_BYTES_MAX = 1024 * 1024;
const QUEUED_BYTES_LOW = 64 * 1024;
/** The longest single write; more would only be copied earlier. */
const WRITE_BYTES_MAX = 256 * 1024;
/** How long a closed connection may take to hand over what was written to it. */
const LINGER_MS = 5000;

const noHandler: ConnectionHandler = { onReadable: () => {}, onWritable: () => {} };

export interface StreamConnectionEvents {
  /** Something changed that its handler may have to hear of. */
  changed(connection: StreamConnection): void;
  closed(connection: StreamConnection): void;
}

export class StreamConnection implements Connection {
  readonly id: number;
  readonly descriptor = -1;
  readonly isUnixSocket: boolean;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly isLocal: boolean;
  error = '';
  handler: ConnectionHandler = noHandler;
  readonly #socket: Socket;
  readonly #events: StreamConnectionEvents;
  readonly #chunks: Buffer[] = [];
  #chunkOffset = 0;
  #queuedBytes = 0;
  #hasEnded = false;
  #wantsRead = true;
  #wantsWrite = false;
  #isClosed = false;

  constructor(id: number, socket: Socket, unixPath: string, events: StreamConnectionEvents) {
    this.id = id;
    this.#socket = socket;
    this.#events = events;
    this.isUnixSocket = unixPath !== '';
    this.remoteAddress = this.isUnixSocket ? `${unixPath}:0` : format(socket.remoteAddress, socket.remotePort);
    this.localAddress = this.isUnixSocket ? `${unixPath}:0` : format(socket.localAddress, socket.localPort);
    this.isLocal = this.isUnixSocket || /^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '');
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error.code ?? error.message));
    socket.on('drain', () => this.#events.changed(this));
    socket.on('close', () => this.#ended());
  }

  /** Takes part in the turns from now on, with this handler. */
  open(handler: ConnectionHandler): void {
    this.handler = handler;
    this.#socket.resume();
  }

  /** True while a handler is owed a call. */
  get isReady(): boolean {
    return this.#isReadable || this.#isWritable;
  }

  /** Calls what is owed. */
  handle(): void {
    if (this.#isReadable) this.handler.onReadable();
    if (this.#isWritable) this.handler.onWritable();
  }

  read(region: NativeRegion, offset: number, length: number): number {
    const chunk = this.#chunks[0];
    if (chunk === undefined) {
      if (this.error !== '') return BROKEN;
      return this.#hasEnded ? READ_END : WOULD_BLOCK;
    }
    const count = Math.min(length, chunk.length - this.#chunkOffset);
    region.bytes.set(chunk.subarray(this.#chunkOffset, this.#chunkOffset + count), offset);
    this.#consume(chunk, count);
    return count;
  }

  write(region: NativeRegion, offset: number, length: number): number {
    if (this.error !== '' || this.#isClosed) return BROKEN;
    if (!this.#socket.writable) return this.#writeFailed('EPIPE');
    if (!this.#hasRoom) return WOULD_BLOCK;
    const count = Math.min(length, WRITE_BYTES_MAX);
    this.#socket.write(Buffer.from(region.bytes.subarray(offset, offset + count)));
    return count;
  }

  wantWrite(on: boolean): void {
    this.#wantsWrite = on;
    if (this.isReady) this.#events.changed(this);
  }

  wantRead(on: boolean): void {
    this.#wantsRead = on;
    if (this.isReady) this.#events.changed(this);
  }

  setKeepAlive(seconds: number): void {
    this.#socket.setKeepAlive(seconds > 0, seconds * 1000);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#chunks.length = 0;
    // What was written so far was promised to the peer, as if it were in the kernel's buffers already.
    if (this.error === '' && this.#socket.writableLength > 0) {
      this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
      this.#socket.destroySoon();
    } else {
      this.#socket.destroy();
    }
    this.#events.closed(this);
  }

  get #isReadable(): boolean {
    const hasSomething = this.#queuedBytes > 0 || this.#hasEnded || this.error !== '';
    return hasSomething && this.#wantsRead && !this.#isClosed;
  }

  get #isWritable(): boolean {
    return this.#wantsWrite && !this.#isClosed && (this.#hasRoom || this.error !== '');
  }

  get #hasRoom(): boolean {
    return this.#socket.writableLength < this.#socket.writableHighWaterMark;
  }

  #received(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes >= QUEUED_BYTES_MAX) this.#socket.pause();
    this.#events.changed(this);
  }

  #consume(chunk: Buffer, count: number): void {
    this.#chunkOffset += count;
    this.#queuedBytes -= count;
    if (this.#chunkOffset === chunk.length) {
      this.#chunks.shift();
      this.#chunkOffset = 0;
    }
    if (this.#queuedBytes <= QUEUED_BYTES_LOW && this.#socket.isPaused()) this.#socket.resume();
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#events.changed(this);
  }

  #failed(code: string): void {
    this.error = code;
    this.#events.changed(this);
  }

  #writeFailed(code: string): number {
    this.error = code;
    return BROKEN;
  }
}

function format(address = '?', port = 0): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
