import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const line = (text: string): string => text.replaceAll('\r\n', ' ').trimEnd();

describe('LATENCY', () => {
  it('keeps the slow commands', () => {
    const client = new EngineDriver({ 'latency-monitor-threshold': '5', 'enable-debug-command': 'yes' }).connect();
    client.send('DEBUG', 'SLEEP', '0.02');
    assert.match(line(client.send('LATENCY', 'LATEST')), /^\*1 \*6 \$7 command :\d+ :(\d+) :\1 :\1 :1$/);
    assert.match(line(client.send('LATENCY', 'HISTORY', 'command')), /^\*1 \*2 :\d+ :\d+$/);
    assert.match(
      client.send('LATENCY', 'GRAPH', 'command'),
      /command - high (\d+) ms, low \1 ms \(all time high \1 ms\)\n-{80}\n/,
    );
    assert.match(client.send('LATENCY', 'DOCTOR'), /1\. command: 1 spikes/);
    assert.equal(client.send('LATENCY', 'RESET', 'COMMAND'), ':1\r\n');
    assert.equal(client.send('LATENCY', 'GRAPH', 'command'), "-ERR No samples available for event 'command'\r\n");
  });

  it('counts calls by their duration', () => {
    const client = new EngineDriver().connect();
    client.send('GET', 'a');
    client.send('GET', 'a');
    assert.match(
      line(client.send('LATENCY', 'HISTOGRAM', 'none', 'get')),
      /^\*2 \$3 get \*4 \$5 calls :2 \$14 histogram_usec \*\d+ .*:2$/,
    );
    assert.equal(client.send('LATENCY', 'HISTOGRAM', 'set'), '*0\r\n');
  });
});
