// What is measured, as a table: the command as valkey-benchmark sends it, the data it needs, and the ratio to reach.

/** Values of this many bytes are measured; commands that carry no value are measured with the first only. */
export const VALUE_SIZES = [64, 1024] as const;
export const PIPELINES = [1, 16] as const;
/** Keys (and elements of the large collections) that exist beforehand, and `-r` of valkey-benchmark. */
export const KEYS = 1_000_000;

export type Pipeline = (typeof PIPELINES)[number];

export interface Workload {
  readonly name: string;
  /** Arguments for valkey-benchmark: `__rand_int__` and `__data__` are replaced by it. */
  readonly command: readonly string[];
  /** Whether the command carries or returns values of the chosen size. */
  readonly sized: boolean;
  /** Requests of one round at P=1 and P=16. */
  readonly requests: Readonly<Record<Pipeline, number>>;
  /** Least ratio beside Valkey at P=16; at P=1 it is P1_TARGET for all. */
  readonly target: number;
  /** Other than KEYS: what `__rand_int__` counts to. */
  readonly keys?: number;
  /** Run before each round, untimed, so that it finds the same data. */
  readonly before?: readonly FillStep[];
}

/** `count` commands that valkey-benchmark sends with `__rand_int__` counting up from 0. */
export interface FillStep {
  readonly command: readonly string[];
  readonly count: number;
}

export const P1_TARGET = 0.95;
const USUAL = { 1: 150_000, 16: 800_000 } as const;
const SLOW = { 1: 80_000, 16: 200_000 } as const;
const POPS = { 1: 150_000, 16: 500_000 } as const;
const KEY = 'key:__rand_int__';
const ELEMENT = 'element:__rand_int__';
const DATA = '__data__';
const DISTINCT_BODIES = 10_000;

const tenGets = Array.from({ length: 10 }, () => "redis.call('GET', KEYS[1])").join('\n');
const distinctBody = "return redis.call('GET', KEYS[1]) and __rand_int__";
const pairsOfMset = Array.from({ length: 10 }, () => [KEY, DATA]).flat();

/** Everything a fresh server is filled with before a size is measured. */
export const baseData: readonly FillStep[] = [
  { command: ['SET', KEY, DATA], count: KEYS },
  { command: ['SET', 'counter:__rand_int__', '0'], count: KEYS },
  { command: ['SADD', 'myset', ELEMENT], count: KEYS },
  { command: ['HSET', 'myhash', ELEMENT, DATA], count: KEYS },
  { command: ['ZADD', 'myzset', '__rand_int__', ELEMENT], count: KEYS },
  { command: ['LPUSH', 'mylist', DATA], count: 100_000 },
];

export const workloads: readonly Workload[] = [
  { name: 'GET', command: ['GET', KEY], sized: true, requests: USUAL, target: 0.8 },
  { name: 'SET', command: ['SET', KEY, DATA], sized: true, requests: USUAL, target: 0.9 },
  { name: 'INCR', command: ['INCR', 'counter:__rand_int__'], sized: false, requests: USUAL, target: 0.9 },
  { name: 'MSET', command: ['MSET', ...pairsOfMset], sized: true, requests: SLOW, target: 0.9 },
  {
    name: 'LPUSH',
    command: ['LPUSH', 'pushlist', DATA],
    sized: true,
    requests: USUAL,
    target: 0.7,
    before: [{ command: ['DEL', 'pushlist'], count: 1 }],
  },
  {
    name: 'RPOP',
    command: ['RPOP', 'poplist'],
    sized: true,
    requests: POPS,
    target: 0.7,
    before: [
      { command: ['DEL', 'poplist'], count: 1 },
      { command: ['LPUSH', 'poplist', DATA], count: POPS[16] },
    ],
  },
  { name: 'SADD', command: ['SADD', 'myset', ELEMENT], sized: false, requests: USUAL, target: 0.7 },
  { name: 'HSET', command: ['HSET', 'myhash', ELEMENT, DATA], sized: true, requests: USUAL, target: 0.7 },
  { name: 'ZADD', command: ['ZADD', 'myzset', '__rand_int__', ELEMENT], sized: false, requests: USUAL, target: 0.7 },
  {
    name: 'ZPOPMIN',
    command: ['ZPOPMIN', 'popzset'],
    sized: false,
    requests: POPS,
    target: 0.7,
    before: [{ command: ['ZADD', 'popzset', '__rand_int__', ELEMENT], count: POPS[16] }],
  },
  { name: 'LRANGE_100', command: ['LRANGE', 'mylist', '0', '99'], sized: true, requests: SLOW, target: 0.7 },
  {
    name: 'XADD',
    command: ['XADD', 'mystream', '*', 'myfield', DATA],
    sized: true,
    requests: USUAL,
    target: 0.7,
    before: [{ command: ['DEL', 'mystream'], count: 1 }],
  },
  { name: 'EVAL_10_GETS', command: ['EVAL', tenGets, '1', KEY], sized: false, requests: SLOW, target: 0.7 },
  {
    name: 'EVAL_DISTINCT',
    command: ['EVAL', distinctBody, '1', 'key:000000000007'],
    sized: false,
    requests: { 1: 40_000, 16: 80_000 },
    target: 0.7,
    keys: DISTINCT_BODIES,
  },
];
