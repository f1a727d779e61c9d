// Sends back what it reads. While the connection takes no more it stops reading, so that what waits stays bounded.
import { reserveRegion } from '../../memory/native-memory.ts';
import { BROKEN, type Connection, type ConnectionHandler, READ_END, WOULD_BLOCK } from '../transport.ts';

const REGION_BYTES = 256 * 1024;
const region = reserveRegion(REGION_BYTES);

export class EchoHandler implements ConnectionHandler {
  readonly connection: Connection;
  #waiting = Buffer.alloc(0);
  /** Results of reads that were no bytes. */
  ended = false;
  broken = '';
  reads = 0;
  writable = 0;
  shortWrites = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  onReadable(): void {
    this.reads++;
    const count = this.connection.read(region, 0, REGION_BYTES);
    if (count === WOULD_BLOCK) return;
    if (count === BROKEN) return this.#break();
    if (count === READ_END) {
      this.ended = true;
      return this.connection.close();
    }
    const written = Math.max(this.connection.write(region, 0, count), BROKEN);
    if (written === BROKEN) return this.#break();
    if (written === count) return;
    this.shortWrites++;
    this.#waiting = Buffer.from(region.bytes.subarray(Math.max(0, written), count));
    this.connection.wantRead(false);
    this.connection.wantWrite(true);
  }

  onWritable(): void {
    this.writable++;
    region.bytes.set(this.#waiting);
    const written = this.connection.write(region, 0, this.#waiting.length);
    if (written === BROKEN) return this.#break();
    this.#waiting = this.#waiting.subarray(Math.max(0, written));
    if (this.#waiting.length > 0) return;
    this.connection.wantWrite(false);
    this.connection.wantRead(true);
  }

  #break(): void {
    this.broken = this.connection.error;
    this.connection.close();
  }
}
