import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeCommand, encodePipeline } from './encode-command.ts';

describe('encodeCommand', () => {
  it('writes an array of bulk strings', () => {
    assert.equal(encodeCommand(['SET', 'key', 12]).toString('latin1'), '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$2\r\n12\r\n');
  });

  it('keeps every byte, of strings and of buffers', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const expected = Buffer.concat([Buffer.from('*1\r\n$256\r\n'), all, Buffer.from('\r\n')]);
    assert.deepEqual(encodeCommand([all]), expected);
    assert.deepEqual(encodeCommand([all.toString('latin1')]), expected);
  });

  it('writes a view of a larger buffer as the view only', () => {
    const large = Buffer.alloc(200_000, 'x');
    const view = large.subarray(10, 100_010);
    const encoded = encodeCommand(['ECHO', view]);
    assert.equal(encoded.length, '*2\r\n$4\r\nECHO\r\n$100000\r\n'.length + 100_000 + 2);
    assert.equal(encoded.subarray(-4).toString('latin1'), 'xx\r\n');
  });

  it('refuses a character that is not a byte', () => {
    assert.throws(() => encodeCommand(['SET', 'key', '\u20ac']), /not a byte/);
  });

  it('writes integers beyond 2^53 exactly', () => {
    assert.equal(encodeCommand([2n ** 63n - 1n]).toString('latin1'), '*1\r\n$19\r\n9223372036854775807\r\n');
  });

  it('puts the commands of a pipeline one behind the other', () => {
    assert.equal(encodePipeline([['A'], ['B']]).toString('latin1'), '*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n');
  });
});
