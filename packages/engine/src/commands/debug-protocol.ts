// DEBUG PROTOCOL: one reply of each type, for tests of clients.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';

const BIG_NUMBER = '1234567999999999999999999999999999999';

const REPLIES: ReadonlyMap<string, (call: Call) => void> = new Map([
  ['string', ({ reply }) => reply.bulkText('Hello World')],
  ['integer', ({ reply }) => reply.integer(12345)],
  ['double', ({ reply }) => reply.double(3141 / 1000)],
  ['bignum', ({ reply }) => reply.bigNumber(BIG_NUMBER)],
  ['null', ({ reply }) => reply.nil()],
  ['array', (call) => threeNumbers(call, 'array')],
  ['set', (call) => threeNumbers(call, 'set')],
  ['map', map],
  ['attrib', attribute],
  ['push', push],
  ['verbatim', ({ reply }) => reply.verbatim('txt', 'This is a verbatim\nstring')],
  ['true', ({ reply }) => reply.boolean(true)],
  ['false', ({ reply }) => reply.boolean(false)],
]);

export function debugProtocol(call: Call): void {
  const reply = REPLIES.get(call.args.text(2).toLowerCase());
  if (reply === undefined) {
    const names = 'string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false';
    throw new CommandError(`ERR Wrong protocol type name. Please use one of the following: ${names}`);
  }
  reply(call);
}

function threeNumbers({ reply }: Call, kind: 'array' | 'set'): void {
  reply[kind](3);
  for (let i = 0; i < 3; i++) reply.integer(i);
}

function map({ reply }: Call): void {
  reply.map(3);
  for (let i = 0; i < 3; i++) {
    reply.integer(i);
    reply.boolean(i === 1);
  }
}

function attribute({ reply }: Call): void {
  if (reply.protocol === 3) {
    reply.attribute(1);
    reply.bulkText('key-popularity');
    reply.array(2);
    reply.bulkText('key:123');
    reply.integer(90);
  }
  reply.bulkText('Some real reply following the attribute');
}

function push({ reply }: Call): void {
  if (reply.protocol !== 3) throw new CommandError('ERR RESP2 is not supported by this command');
  reply.push(2);
  reply.bulkText('server-cpu-usage');
  reply.integer(42);
  reply.bulkText('Some real reply following the push reply');
}
