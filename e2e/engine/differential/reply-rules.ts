// How replies of two servers are compared: as bytes, unless the command's reply has no fixed order, shows a clock, or is
// drawn by lot. Each rule is a table row; what is not named is compared exactly.
import type { RespFrame, RespValue } from '@valkeep/resp';
import { innerCommand } from './steps.ts';
import { WILD_PREFIX } from './vocabulary.ts';

export type ReplyRule = 'exact' | 'unordered' | 'unordered-pairs' | 'times' | 'shape' | 'success';

/** Two servers' clocks, and the time between two commands, differ by no more than this. */
const CLOCK_TOLERANCE_MS = 3_000n;

const unordered = new Set([
  'SMEMBERS',
  'SINTER',
  'SUNION',
  'SDIFF',
  'KEYS',
  'HKEYS',
  'HVALS',
  'SPOP',
  'SORT',
  'SORT_RO',
  'HGETALL',
]);
const times = new Set([
  ...['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME'],
  ...['XPENDING', 'XINFO', 'XCLAIM', 'XAUTOCLAIM'],
]);
const lots = new Set(['SRANDMEMBER', 'HRANDFIELD', 'ZRANDMEMBER', 'RANDOMKEY', 'TIME', 'LASTSAVE', 'DUMP', 'MEMORY']);

/** A single call means something to its own server only: cursors and order are free. Whole walks are compared as sets. */
const walks = new Set(['SCAN', 'HSCAN', 'SSCAN', 'ZSCAN']);

/** The rule for the reply of a command. */
export function findRule(command: readonly string[]): ReplyRule {
  const args = innerCommand(command);
  const name = (args[0] ?? '').toUpperCase();
  const second = (args[1] ?? '').toUpperCase();
  if (args.slice(1).some((arg) => arg.startsWith(WILD_PREFIX))) return 'shape';
  if (lots.has(name)) return 'shape';
  if (walks.has(name)) return 'success';
  if (name === 'OBJECT' && (second === 'IDLETIME' || second === 'FREQ')) return 'shape';
  if (times.has(name)) return 'times';
  if (name === 'SORT' || name === 'SORT_RO') {
    return args.some((arg) => /^nosort$/i.test(arg) || !arg.includes('*')) && args.some((arg) => /^by$/i.test(arg))
      ? 'unordered'
      : 'exact';
  }
  if (name === 'HGETALL') return 'unordered-pairs';
  return unordered.has(name) ? 'unordered' : 'exact';
}

/** Whether two replies are equal under the rule. */
export function areEqual(rule: ReplyRule, left: RespFrame, right: RespFrame): boolean {
  if (left.bytes.equals(right.bytes)) return true;
  return (
    rule !== 'exact' &&
    describe(rule, left.value) === describe(rule, right.value) &&
    timesAgree(rule, left.value, right.value)
  );
}

/** Whether the replies of a transaction are equal, each under the rule of its command. */
export function areTransactionsEqual(rules: readonly ReplyRule[], left: RespFrame, right: RespFrame): boolean {
  if (left.bytes.equals(right.bytes)) return true;
  if (left.value.kind !== 'array' || right.value.kind !== 'array') return false;
  const [leftItems, rightItems] = [left.value.items, right.value.items];
  if (leftItems.length !== rightItems.length) return false;
  return leftItems.every((item, index) => {
    const other = rightItems[index];
    const rule = rules[index] ?? 'exact';
    return other !== undefined && describe(rule, item) === describe(rule, other) && timesAgree(rule, item, other);
  });
}

/** A text that is equal for replies that are equal under the rule (but for times, which timesAgree compares). */
function describe(rule: ReplyRule, value: RespValue): string {
  const items = 'items' in value ? value.items : undefined;
  switch (rule) {
    case 'exact':
      return JSON.stringify(value);
    case 'unordered':
      return items === undefined ? JSON.stringify(value) : `${value.kind}${describeAll('exact', items).sort()}`;
    case 'unordered-pairs':
      return items === undefined ? JSON.stringify(value) : `${value.kind}${pairUp(describeAll('exact', items)).sort()}`;
    case 'times':
      if (items !== undefined) return `${value.kind}[${describeAll(rule, items)}]`;
      return value.kind === 'integer' ? 'integer' : JSON.stringify(value);
    case 'success':
      return value.kind === 'error' ? JSON.stringify(value) : 'success';
    case 'shape':
      if (items !== undefined) return `${value.kind}[${describeAll(rule, items)}]`;
      return value.kind === 'error' ? JSON.stringify(value) : value.kind;
  }
}

function describeAll(rule: ReplyRule, items: readonly RespValue[]): string[] {
  return items.map((item) => describe(rule, item));
}

function pairUp(texts: readonly string[]): string[] {
  return texts.flatMap((text, index) => (index % 2 === 0 ? [`${text}=${texts[index + 1]}`] : []));
}

/** Integers may differ as clocks do; small ones (-1, -2, 0, 1) mean something of their own. */
function timesAgree(rule: ReplyRule, left: RespValue, right: RespValue): boolean {
  if (rule !== 'times') return true;
  const [leftItems, rightItems] = ['items' in left ? left.items : [], 'items' in right ? right.items : []];
  if (left.kind === 'integer' && right.kind === 'integer') return isSameTime(left.text, right.text);
  return leftItems.every((item, index) => {
    const other = rightItems[index];
    return other === undefined || timesAgree(rule, item, other);
  });
}

export function isSameTime(left: string, right: string): boolean {
  if (left === right) return true;
  const [leftNumber, rightNumber] = [BigInt(left), BigInt(right)];
  const distance = leftNumber < rightNumber ? rightNumber - leftNumber : leftNumber - rightNumber;
  return leftNumber >= 0n && rightNumber >= 0n && distance <= CLOCK_TOLERANCE_MS;
}
