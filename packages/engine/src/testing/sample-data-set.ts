// For tests: commands that make keys of every type in every encoding.

type Send = (words: readonly string[]) => void;

/** Keys with one value of each encoding, by name. */
export const SAMPLE_KEYS = [
  'text',
  'large',
  'integer:127',
  'small list',
  'plain list',
  'big list',
  'big set',
  'many integers',
  'integers',
  'small set',
  'small sorted set',
  'big sorted set',
  'small hash',
  'big hash',
  'stream',
];

const INTEGERS = [
  '0',
  '-1',
  '127',
  '-128',
  '32767',
  '-32769',
  '2147483647',
  '2147483648',
  '-9223372036854775808',
  '007',
  '-0',
];
const LARGE_COUNT = 3000;

/** The commands, in their order. */
export function sampleCommands(): (readonly string[])[] {
  const commands: (readonly string[])[] = [];
  const send: Send = (words) => commands.push(words);
  addStrings(send);
  addSmallOnes(send);
  addBigOnes(send);
  addStream(send);
  send(['SELECT', '3']);
  send(['SET', 'in another database', '1']);
  send(['SELECT', '0']);
  return commands;
}

function addStrings(send: Send): void {
  send(['SET', 'text', 'some text']);
  send(['SET', 'empty', '']);
  send(['SET', '', 'the key is empty']);
  send(['SET', 'large', 'x'.repeat(200_000)]);
  send(['SET', 'huge', 'ab\0cd'.repeat(400_000)]);
  send(['SET', 'binary', '\0\x01\xff\xfe'.repeat(30)]);
  for (const integer of INTEGERS) send(['SET', `integer:${integer}`, integer]);
  send(['SET', 'with deadline', 'v', 'PXAT', '33177117420000']);
}

function addSmallOnes(send: Send): void {
  send(['RPUSH', 'small list', 'a', '1', '-5', 'b'.repeat(50), '']);
  send(['RPUSH', 'plain list', 'a', 'y'.repeat(70_000), 'b']);
  send(['SADD', 'integers', '1', '-70000', '9223372036854775807']);
  send(['SADD', 'small integers', '1', '-7', '300']);
  send(['SADD', 'small set', 'a', 'b', '77', '']);
  send([
    'ZADD',
    'small sorted set',
    '1.5',
    'a',
    '-inf',
    'b',
    '+inf',
    'c',
    '1.5',
    'd',
    '3',
    '17',
    '1e300',
    'e',
    '5000000000',
    'f',
    '1e15',
    'g',
    '-123456789012',
    'h',
  ]);
  send(['HSET', 'small hash', 'f', 'v', '1', '2', 'g', '']);
  send(['EXPIREAT', 'small hash', '33177117420']);
}

function addBigOnes(send: Send): void {
  for (let i = 0; i < LARGE_COUNT; i++) {
    send(['RPUSH', 'big list', `element ${i}`]);
    send(['SADD', 'big set', `member ${i}`]);
    send(['ZADD', 'big sorted set', String(i % 77 === 0 ? -i / 3 : i), `member ${i}`]);
    send(['HSET', 'big hash', `field ${i}`, `value ${i}`]);
    send(['SADD', 'many integers', String(i * 1000)]);
  }
}

function addStream(send: Send): void {
  for (let i = 1; i < 500; i++) send(['XADD', 'stream', `${i}-1`, 'f', String(i), 'g', 'x'.repeat(i % 40)]);
  send(['XDEL', 'stream', '2-1', '9-1']);
  send(['XGROUP', 'CREATE', 'stream', 'first', '0']);
  send(['XGROUP', 'CREATE', 'stream', 'second', '$']);
  send(['XREADGROUP', 'GROUP', 'first', 'alice', 'COUNT', '5', 'STREAMS', 'stream', '>']);
  send(['XREADGROUP', 'GROUP', 'first', 'bob', 'COUNT', '5', 'STREAMS', 'stream', '>']);
  send(['XGROUP', 'CREATECONSUMER', 'stream', 'first', 'idle']);
}
