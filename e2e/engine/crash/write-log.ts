// What writers were told and what a reader has seen, per key: the data after a crash must lie between what was
// acknowledged (or seen) and what was sent. Every key holds the numbers 0, 1, 2 ... in the order in which they were written, in
// the form of its type; a transaction writes two keys that must stay equal.

/** How a number is written and how many are there. */
export interface WriteForm {
  readonly name: string;
  readonly write: (key: string, number: number) => readonly (readonly (string | number)[])[];
  /** Commands whose replies, as text, must be what `expected` gives for the same count. */
  readonly read: (key: string) => readonly (string | number)[];
  readonly expected: (count: number) => string;
  /** How many numbers a reply of `read` holds. */
  readonly countOf: (reply: string) => number;
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const listed = (reply: string) => (reply === '' ? 0 : reply.split(',').length);

export const writeForms: readonly WriteForm[] = [
  {
    name: 'counter',
    write: (key) => [['INCR', key]],
    read: (key) => ['GET', key],
    expected: (count) => (count === 0 ? 'null' : String(count)),
    countOf: (reply) => (reply === 'null' ? 0 : Number(reply)),
  },
  {
    name: 'list',
    write: (key, number) => [['RPUSH', key, number]],
    read: (key) => ['LRANGE', key, 0, -1],
    expected: (count) => numbers(count).join(),
    countOf: listed,
  },
  {
    name: 'zset',
    write: (key, number) => [['ZADD', key, number, `m${number}`]],
    read: (key) => ['ZRANGE', key, 0, -1],
    expected: (count) =>
      numbers(count)
        .map((number) => `m${number}`)
        .join(),
    countOf: listed,
  },
  {
    name: 'hash',
    write: (key, number) => [['HSET', key, 'last', number + 1, `f${number % 200}`, 'x'.repeat(100)]],
    read: (key) => ['HGET', key, 'last'],
    expected: (count) => (count === 0 ? 'null' : String(count)),
    countOf: (reply) => (reply === 'null' ? 0 : Number(reply)),
  },
  {
    name: 'string',
    write: (key, number) => [['SET', key, number + 1]],
    read: (key) => ['GET', key],
    expected: (count) => (count === 0 ? 'null' : String(count)),
    countOf: (reply) => (reply === 'null' ? 0 : Number(reply)),
  },
  {
    name: 'stream',
    write: (key, number) => [['XADD', key, `1-${number + 1}`, 'n', number]],
    read: (key) => ['XLEN', key],
    expected: String,
    countOf: Number,
  },
  {
    name: 'transaction',
    write: (key, number) => [['MULTI'], ['RPUSH', key, number], ['INCR', `${key}:twin`], ['EXEC']],
    read: (key) => [
      'EVAL',
      "return redis.call('LLEN', KEYS[1]) .. '/' .. (redis.call('GET', KEYS[2]) or '0')",
      2,
      key,
      `${key}:twin`,
    ],
    expected: (count) => `${count}/${count}`,
    countOf: (reply) => Number(reply.split('/')[0]),
  },
];

export interface WrittenKey {
  readonly key: string;
  readonly form: WriteForm;
  sent: number;
  /** Acknowledged to the writer, or seen by another client: must not be lost. */
  safe: number;
}

/** What is wrong with the reply for a key after a crash, or undefined. Settles the key on what is there. */
export function judgeKey(written: WrittenKey, reply: string): string | undefined {
  const { key, form, sent, safe } = written;
  const count = form.countOf(reply);
  if (!Number.isInteger(count) || reply !== form.expected(count))
    return `${key} holds what nobody wrote: ${reply.slice(0, 200)}`;
  if (count < safe) return `${key} lost ${safe - count} acknowledged writes: ${safe} acknowledged, ${count} there`;
  if (count > sent) return `${key} holds ${count} writes, of which only ${sent} were sent`;
  written.safe = count;
  written.sent = count;
  return undefined;
}
