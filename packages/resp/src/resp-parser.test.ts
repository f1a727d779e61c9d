import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toPlainReply } from './plain-reply.ts';
import { RespParser } from './resp-parser.ts';
import { type RespFrame, RespProtocolError, type RespValue } from './resp-value.ts';

const samples: readonly [name: string, bytes: string, value: RespValue][] = [
  ['a simple string', '+OK\r\n', { kind: 'simple', text: 'OK' }],
  ['an empty simple string', '+\r\n', { kind: 'simple', text: '' }],
  ['an error', '-ERR no such key\r\n', { kind: 'error', text: 'ERR no such key' }],
  ['an integer', ':-9223372036854775808\r\n', { kind: 'integer', text: '-9223372036854775808' }],
  ['a bulk string with line ends in it', '$6\r\na\r\nb\r\n\r\n', { kind: 'bulk', text: 'a\r\nb\r\n' }],
  ['an empty bulk string', '$0\r\n\r\n', { kind: 'bulk', text: '' }],
  ['a null bulk string', '$-1\r\n', { kind: 'null', form: '$' }],
  ['a null array', '*-1\r\n', { kind: 'null', form: '*' }],
  ['a null of RESP3', '_\r\n', { kind: 'null', form: '_' }],
  ['a boolean', '#t\r\n', { kind: 'boolean', value: true }],
  ['a double', ',-inf\r\n', { kind: 'double', text: '-inf' }],
  [
    'a big number',
    '(3492890328409238509324850943850943825024385\r\n',
    {
      kind: 'big-number',
      text: '3492890328409238509324850943850943825024385',
    },
  ],
  ['a bulk error', '!5\r\nERR x\r\n', { kind: 'bulk-error', text: 'ERR x' }],
  ['a verbatim string', '=8\r\ntxt:a\r\nb\r\n', { kind: 'verbatim', format: 'txt', text: 'a\r\nb' }],
  ['an empty array', '*0\r\n', { kind: 'array', items: [] }],
  ['an empty map', '%0\r\n', { kind: 'map', items: [] }],
  [
    'nested aggregates',
    '*2\r\n%1\r\n+a\r\n~2\r\n:1\r\n*0\r\n>1\r\n_\r\n',
    {
      kind: 'array',
      items: [
        {
          kind: 'map',
          items: [
            { kind: 'simple', text: 'a' },
            {
              kind: 'set',
              items: [
                { kind: 'integer', text: '1' },
                { kind: 'array', items: [] },
              ],
            },
          ],
        },
        { kind: 'push', items: [{ kind: 'null', form: '_' }] },
      ],
    },
  ],
  [
    'attributes before a value',
    '|1\r\n+ttl\r\n:3\r\n*1\r\n|1\r\n+x\r\n+y\r\n+OK\r\n',
    {
      kind: 'attributed',
      attributes: [
        { kind: 'simple', text: 'ttl' },
        { kind: 'integer', text: '3' },
      ],
      value: {
        kind: 'array',
        items: [
          {
            kind: 'attributed',
            attributes: [
              { kind: 'simple', text: 'x' },
              { kind: 'simple', text: 'y' },
            ],
            value: { kind: 'simple', text: 'OK' },
          },
        ],
      },
    },
  ],
];

function parseWhole(bytes: Buffer, captureBytes: boolean): RespFrame[] {
  return new RespParser({ captureBytes }).feed(bytes);
}

function parseInChunks(bytes: Buffer, size: number, captureBytes: boolean): RespFrame[] {
  const parser = new RespParser({ captureBytes });
  const frames: RespFrame[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    frames.push(...parser.feed(bytes.subarray(start, start + size)));
  }
  assert.equal(parser.pendingBytes, 0);
  return frames;
}

describe('RespParser', () => {
  for (const [name, bytes, value] of samples) {
    it(`reads ${name}`, () => {
      const frames = parseWhole(Buffer.from(bytes, 'latin1'), true);
      assert.deepEqual(frames, [{ value, bytes: Buffer.from(bytes, 'latin1') }]);
    });
  }

  it('gives the same frames and the same bytes however the input is cut', () => {
    const all = Buffer.from(samples.map(([, bytes]) => bytes).join(''), 'latin1');
    for (const captureBytes of [true, false]) {
      const whole = parseWhole(all, captureBytes);
      assert.equal(whole.length, samples.length);
      for (const size of [1, 2, 3, 5, 7, 64]) assert.deepEqual(parseInChunks(all, size, captureBytes), whole);
    }
  });

  it('reads a large bulk string and a long array in linear time', () => {
    const bulk = Buffer.concat([Buffer.from('$8000000\r\n'), Buffer.alloc(8_000_000, 'x'), Buffer.from('\r\n')]);
    const array = Buffer.from(`*500000\r\n${':1\r\n'.repeat(500_000)}`);
    const frames = parseInChunks(Buffer.concat([bulk, array]), 1000, false);
    assert.equal(frames.length, 2);
    assert.equal(frames[1]?.value.kind, 'array');
  });

  for (const bytes of [
    'hello\r\n',
    ':12a\r\n',
    '$-2\r\n',
    '*x\r\n',
    '$1\r\nabc\r\n',
    '+OK\n',
    '#x\r\n',
    '=2\r\nab\r\n',
  ]) {
    it(`refuses ${JSON.stringify(bytes)}`, () => {
      assert.throws(() => parseWhole(Buffer.from(bytes), true), RespProtocolError);
    });
  }
});

describe('toPlainReply', () => {
  it('turns replies into plain JavaScript', () => {
    const bytes = '*6\r\n:9007199254740993\r\n:5\r\n,inf\r\n-ERR x\r\n%1\r\n+a\r\n#f\r\n_\r\n';
    const [frame] = parseWhole(Buffer.from(bytes), false);
    assert.ok(frame);
    const plain = toPlainReply(frame.value);
    assert.ok(Array.isArray(plain));
    assert.equal(plain[0], 9007199254740993n);
    assert.equal(plain[1], 5);
    assert.equal(plain[2], Number.POSITIVE_INFINITY);
    assert.equal(String(plain[3]), 'ReplyError: ERR x');
    assert.deepEqual(plain[4], new Map([['a', false]]));
    assert.equal(plain[5], null);
  });
});
