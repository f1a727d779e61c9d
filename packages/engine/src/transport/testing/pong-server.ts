// Answers every line that starts a request with +PONG, so that the transport alone can be compared with Valkey:
//   node pong-server.ts reactor 7400
//   valkey-benchmark -p 7400 -t ping_inline,ping_mbulk -c 50 -P 1
// It does not parse: a request is `PING\r\n` or `*1\r\n$4\r\nPING\r\n`, told apart by the first byte of the input.
import { setFlagsFromString } from 'node:v8';
import { reserveRegion } from '../../memory/native-memory.ts';
import { Reactor } from '../reactor.ts';
import { Streams } from '../streams.ts';
import {
  BROKEN,
  type Connection,
  type ConnectionHandler,
  READ_END,
  type Transport,
  WOULD_BLOCK,
} from '../transport.ts';

// The wrapper that Node puts around a foreign function is inlined only with this; it halves the cost of a call.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');

const REGION_BYTES = 65536;
const STAR = 42;
const NEWLINE = 10;
const [kind = 'reactor', port = '0'] = process.argv.slice(2);

const input = reserveRegion(REGION_BYTES);
const output = reserveRegion(REGION_BYTES);
for (let i = 0; i < REGION_BYTES; i++) output.bytes[i] = '+PONG\r\n'.charCodeAt(i % 7);

class PongHandler implements ConnectionHandler {
  readonly #connection: Connection;
  #lines = 0;
  #linesPerRequest = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  onReadable(): void {
    const count = this.#connection.read(input, 0, REGION_BYTES);
    if (count === WOULD_BLOCK) return;
    if (count === READ_END || count === BROKEN) return this.#connection.close();
    if (this.#linesPerRequest === 0) this.#linesPerRequest = input.bytes[0] === STAR ? 3 : 1;
    for (let i = 0; i < count; i++) if (input.bytes[i] === NEWLINE) this.#lines++;
    const replies = Math.trunc(this.#lines / this.#linesPerRequest);
    this.#lines -= replies * this.#linesPerRequest;
    if (replies > 0 && this.#connection.write(output, 0, replies * 7) !== replies * 7) this.#connection.close();
  }

  onWritable(): void {}
}

const transport: Transport = kind === 'streams' ? new Streams() : new Reactor();
const listener = await transport.listen({ address: '127.0.0.1', port: Number(port), backlog: 511 });
transport.start({
  onConnection: (connection) => new PongHandler(connection),
  afterWait: () => {},
  beforeWait: () => {},
  onAcceptError: (error) => console.error(error),
});
process.on('SIGTERM', () => void transport.stop());
console.log(`${kind} serves on port ${listener.port}`);
