import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeConfigHost, ServerConfig } from '@valkeep/engine';
import { buildProcessTitle } from './process-title.ts';

const CALLER = { isLocal: true, isLoading: false };

test('the process is called after the program and where it listens', () => {
  const config = new ServerConfig(nodeConfigHost);
  const facts = { command: '/bin/valkeep-server', configFile: undefined };
  assert.equal(buildProcessTitle(config, facts), '/bin/valkeep-server *:6379');
  config.set([['port', '7000']], CALLER);
  config.set([['bind', '10.0.0.1 ::1']], CALLER);
  assert.equal(buildProcessTitle(config, facts), '/bin/valkeep-server 10.0.0.1:7000');
});

test('a template may show other facts', () => {
  const config = new ServerConfig(nodeConfigHost);
  assert.equal(config.set([['proc-title-template', 'A {port} {tls-port} {{x {config-file} ']], CALLER), undefined);
  assert.equal(buildProcessTitle(config, { command: 'v', configFile: '/etc/v.conf' }), 'A 6379 0 {x /etc/v.conf');
});
