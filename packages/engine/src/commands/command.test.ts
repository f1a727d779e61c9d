import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

describe('COMMAND', () => {
  it('describes a command as Valkey does', () => {
    const client = new EngineDriver().connect();
    assert.equal(
      client.send('COMMAND', 'INFO', 'get').replaceAll('\r\n', ' '),
      '*1 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *3 +@read +@string +@fast *0 ' +
        '*1 *6 $5 flags *2 +RO +access $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1 ' +
        '$9 find_keys *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1 $5 limit :0 *0 ',
    );
  });

  it('has nil for what is no command', () => {
    const client = new EngineDriver().connect();
    assert.equal(client.send('COMMAND', 'INFO', 'get|key', 'acl|get|key'), '*2\r\n$-1\r\n$-1\r\n');
  });

  it('lists subcommands whose names match', () => {
    const client = new EngineDriver().connect();
    assert.equal(
      client.send('COMMAND', 'LIST', 'FILTERBY', 'PATTERN', 'command|getk*'),
      '*2\r\n$15\r\ncommand|getkeys\r\n$23\r\ncommand|getkeysandflags\r\n',
    );
    assert.equal(client.send('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'nothing'), '*0\r\n');
    assert.equal(client.send('COMMAND', 'LIST', 'FILTERBY', 'bad', 'x'), '-ERR syntax error\r\n');
  });

  it('finds the keys of a command', () => {
    const client = new EngineDriver().connect();
    assert.equal(
      client.send('COMMAND', 'GETKEYSANDFLAGS', 'DEL', 'a', 'b'),
      '*2\r\n*2\r\n$1\r\na\r\n*2\r\n+RM\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+RM\r\n+delete\r\n',
    );
    assert.equal(client.send('COMMAND', 'GETKEYS', 'PING'), '-ERR The command has no key arguments\r\n');
    assert.equal(
      client.send('COMMAND', 'GETKEYS', 'GET'),
      '-ERR Invalid number of arguments specified for command\r\n',
    );
    assert.equal(client.send('COMMAND', 'GETKEYS', 'NONE'), '-ERR Invalid command specified\r\n');
  });
});
