// For tests: a conversation as a table of what is sent and what comes back.
import assert from 'node:assert/strict';
import type { DrivenClient } from './engine-driver.ts';

/** Sends each line, its words split at spaces; `>` stands for CR LF between the lines of a reply. */
export function converse(client: DrivenClient, exchanges: readonly (readonly [line: string, reply: string])[]): void {
  for (const [line, reply] of exchanges) {
    assert.equal(client.send(...line.split(' ')), `${reply.replaceAll('>', '\r\n')}\r\n`, line);
  }
}
