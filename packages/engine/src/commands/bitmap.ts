// Bits of strings: SETBIT, GETBIT. Bit 0 is the highest of the first byte.
import { EVENT_STRING } from '../keyspace/keyspace.ts';
import { STRING } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { growString } from './string-values.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const bitmapCommands: readonly CommandSpec[] = [
  {
    name: 'setbit', arity: 4, flags: 'write denyoom', acl: 'bitmap', keys: [keyAt(1, 'RW ACCESS UPDATE')], since: '2.2.0',
    group: 'bitmap', complexity: 'O(1)', about: 'Sets or clears a bit of a string.', run: setbit,
  },
  {
    name: 'getbit', arity: 3, flags: 'readonly fast', acl: 'bitmap', keys: [keyAt(1, 'RO ACCESS')], since: '2.2.0',
    group: 'bitmap', complexity: 'O(1)', about: 'Returns a bit of a string.', run: getbit,
  },
];

const BAD_OFFSET = new CommandError('ERR bit offset is not an integer or out of range');
const BAD_BIT = new CommandError('ERR bit is not an integer or out of range');

/** A bit's place: within the longest string that there may be. */
function offsetArgument(call: Call): number {
  const bytesMax = call.services.config.number('proto-max-bulk-len');
  return call.integerWithin(2, 0, bytesMax * 8 - 1, BAD_OFFSET);
}

function mask(offset: number): number {
  return 0x80 >> (offset % 8);
}

function setbit(call: Call): void {
  const { entries, reply } = call;
  const offset = offsetArgument(call);
  const bit = call.integerWithin(3, 0, 1, BAD_BIT);
  const index = Math.floor(offset / 8);
  const found = call.write(1, STRING);
  const length = found === 0 ? 0 : entries.stringLength(found);
  const isLonger = index >= length;
  const entry = growString(call, found, Math.max(length, index + 1));
  const bytes = entries.stringBytes(entry);
  const at = entries.stringStart(entry) + index;
  const old = (bytes[at] & mask(offset)) === 0 ? 0 : 1;
  if (old !== bit) bytes[at] ^= mask(offset);
  if (isLonger || old !== bit) call.changed(1, EVENT_STRING, 'setbit');
  reply.integer(old);
}

function getbit(call: Call): void {
  const { entries } = call;
  const offset = offsetArgument(call);
  const entry = call.read(1, STRING);
  const index = Math.floor(offset / 8);
  if (entry === 0 || index >= entries.stringLength(entry)) return call.reply.integer(0);
  const byte = entries.stringBytes(entry)[entries.stringStart(entry) + index];
  call.reply.integer((byte & mask(offset)) === 0 ? 0 : 1);
}
