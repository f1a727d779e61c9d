// Scripts and libraries beside the real server: replies are compared byte by byte, in both protocols.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReferenceServer, skipWithoutReference as skip } from '../acl/testing/reference-server.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { LIBRARIES, REQUESTS, SCRIPTS, SETUP } from './testing/script-corpus.ts';

function requestsIn(protocol: string): readonly (readonly string[])[] {
  return [
    ['HELLO', protocol],
    ...SETUP,
    ...SCRIPTS.map((script) => ['EVAL', script, '0']),
    ...LIBRARIES.map((library) => ['FUNCTION', 'LOAD', library]),
    ...REQUESTS,
    ['FUNCTION', 'FLUSH'],
  ];
}

for (const protocol of ['2', '3']) {
  test(`scripts answer what Valkey's answer in RESP${protocol}`, { skip }, async () => {
    const reference = await ReferenceServer.start();
    const driver = new EngineDriver();
    const client = driver.connect();
    try {
      for (const words of requestsIn(protocol)) {
        const ours = client.send(...words);
        const theirs = await reference.callRaw(...words);
        if (words[0] !== 'HELLO') assert.equal(ours, theirs, words.join(' '));
      }
    } finally {
      await reference.stop();
      await driver.engine.stop();
    }
  });
}
