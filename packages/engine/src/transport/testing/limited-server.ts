// Run as a program by a test, under a low `ulimit -n`: echoes, prints its port, each error of accept, and at the end
// how many turns it took.
import { EchoHandler } from './echo-handler.ts';
import { makeTransport } from './test-server.ts';

const transport = makeTransport(process.argv[2] ?? 'reactor');
const listener = await transport.listen({ address: '127.0.0.1', port: 0, backlog: 511 });
let turns = 0;
transport.start({
  onConnection: (connection) => new EchoHandler(connection),
  afterWait: () => {
    turns++;
  },
  beforeWait: () => undefined,
  onAcceptError: (error) => process.stdout.write(`${error}\n`),
});
process.stdout.write(`${listener.port}\n`);
process.once('SIGTERM', () => {
  process.stdout.write(`${turns} turns\n`);
  void transport.stop();
});
