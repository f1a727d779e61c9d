// The message that tells a client of CLIENT TRACKING which keys changed.

const ALL_KEYS = ['$-1\r\n', '_\r\n'];

/**
 * `keys` undefined stands for all keys, written as null in the protocol of the client that tracks (the original does so
 * even where another client with another protocol is told).
 */
export function invalidationFrame(keys: readonly string[] | undefined, protocol: number, ownProtocol: number): Buffer {
  const head =
    protocol === 3 ? '>2\r\n$10\r\ninvalidate\r\n' : '*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n';
  const body =
    keys === undefined ? ALL_KEYS[ownProtocol === 3 ? 1 : 0] : `*${keys.length}\r\n${keys.map(bulk).join('')}`;
  return Buffer.from(head + body, 'latin1');
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
