import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

it('an EXEC that is refused ends the transaction, and says so even where there is none', () => {
  const client = new EngineDriver().connect();
  const text = "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n";
  assert.equal(client.send('EXEC', 'x'), text);
  client.send('MULTI');
  assert.equal(client.send('EXEC', 'x'), text);
  assert.equal(client.send('EXEC'), '-ERR EXEC without MULTI\r\n');
});

it('unknown names are quoted as C shows them', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('no\0pe', 'a\0b'), "-ERR unknown command 'no', with args beginning with: 'a' \r\n");
  assert.equal(client.send('PUBSUB', 'x\0y'), "-ERR unknown subcommand 'x'. Try PUBSUB HELP.\r\n");
});
