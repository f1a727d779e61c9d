// What COMMAND says of one command: the entry of COMMAND INFO and the one of COMMAND DOCS, both from its table row.
import { categoriesOf, categoryNames } from '../acl/acl-categories.ts';
import type { Reply } from '../session/reply.ts';
import type { KeySpec } from './command-spec.ts';
import type { Command, FlagName } from './command-table.ts';
import { hasFlag } from './find-keys.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
/** The flags that clients see, in the order in which they are named; `movablekeys` is told from the key specs. */
const SHOWN_FLAGS: readonly FlagName[] = [
  'write', 'readonly', 'denyoom', 'admin', 'pubsub', 'noscript', 'blocking', 'loading', 'stale', 'skip_monitor',
  'skip_commandlog', 'asking', 'fast', 'no_auth', 'no_mandatory_keys', 'no_async_loading', 'no_multi', 'movablekeys',
  'allow_busy',
];

/** The flags of a key, in the order in which they are named. */
const KEY_FLAGS = ['RO', 'RW', 'OW', 'RM', 'access', 'update', 'insert', 'delete', 'not_key', 'incomplete'] as const;
const LAST_KEY_FLAG = 'variable_flags';

export function replyCommandInfo(reply: Reply, command: Command): void {
  const { spec } = command;
  const range = findRange(command.keys);
  reply.array(10);
  reply.bulkText(command.fullName);
  reply.integer(command.arity);
  replyNames(
    reply,
    SHOWN_FLAGS.filter((flag) => command.has(flag) || (flag === 'movablekeys' && range.isMovable)),
  );
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  replyNames(
    reply,
    categoryNames(categoriesOf(spec.flags, spec.acl)).map((name) => `@${name}`),
  );
  const tips = spec.tips ?? [];
  reply.set(tips.length);
  for (const tip of tips) reply.bulkText(tip.toLowerCase());
  reply.set(command.keys.length);
  for (const key of command.keys) replyKeySpec(reply, key);
  reply.array(command.subcommands.size);
  for (const subcommand of command.subcommands.values()) replyCommandInfo(reply, subcommand);
}

export function replyCommandDocs(reply: Reply, command: Command): void {
  const { spec, subcommands } = command;
  const facts: [string, string][] = [
    ['summary', spec.about],
    ['since', spec.since],
    ['group', spec.group ?? 'server'],
  ];
  if (spec.complexity !== undefined) facts.push(['complexity', spec.complexity]);
  reply.map(facts.length + (subcommands.size > 0 ? 1 : 0));
  for (const [name, value] of facts) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
  if (subcommands.size === 0) return;
  reply.bulkText('subcommands');
  reply.map(subcommands.size);
  for (const subcommand of subcommands.values()) {
    reply.bulkText(subcommand.fullName);
    replyCommandDocs(reply, subcommand);
  }
}

/** The flags of a key (as in `KeySpec`) as a set of simple strings. */
export function replyKeyFlags(reply: Reply, flags: string): void {
  const names = [...KEY_FLAGS, LAST_KEY_FLAG].filter((name) => hasFlag(flags, name.toUpperCase()));
  replyNames(reply, names);
}

function replyNames(reply: Reply, names: readonly string[]): void {
  reply.set(names.length);
  for (const name of names) reply.simple(name);
}

function replyKeySpec(reply: Reply, spec: KeySpec): void {
  const { begin, find } = spec;
  reply.map(3);
  reply.bulkText('flags');
  replyKeyFlags(reply, spec.flags);
  reply.bulkText('begin_search');
  if (begin === 'unknown') replyStep(reply, 'unknown', []);
  else if ('index' in begin) replyStep(reply, 'index', [['index', begin.index]]);
  else {
    replyStep(reply, 'keyword', [
      ['keyword', begin.keyword],
      ['startfrom', begin.from],
    ]);
  }
  reply.bulkText('find_keys');
  if (find === 'unknown') replyStep(reply, 'unknown', []);
  else if ('last' in find) {
    replyStep(reply, 'range', [
      ['lastkey', find.last],
      ['keystep', find.step],
      ['limit', find.limit],
    ]);
  } else {
    replyStep(reply, 'keynum', [
      ['keynumidx', find.countAt],
      ['firstkey', find.firstKey],
      ['keystep', find.step],
    ]);
  }
}

function replyStep(reply: Reply, type: string, facts: readonly (readonly [string, string | number])[]): void {
  reply.map(2);
  reply.bulkText('type');
  reply.bulkText(type);
  reply.bulkText('spec');
  reply.map(facts.length);
  for (const [name, value] of facts) {
    reply.bulkText(name);
    if (typeof value === 'number') reply.integer(value);
    else reply.bulkText(value);
  }
}

interface KeyRange {
  /** 0 where the command has no keys at fixed places. */
  readonly first: number;
  /** Negative: counted from the end. */
  readonly last: number;
  readonly step: number;
  /** The range does not tell all keys. */
  readonly isMovable: boolean;
}

const NO_RANGE: KeyRange = { first: 0, last: 0, step: 0, isMovable: false };

/** First key, last key and step, as clients from before key specs want them. */
function findRange(specs: readonly KeySpec[]): KeyRange {
  if (specs.length === 0) return NO_RANGE;
  if (specs.length === 1) {
    const range = rangeOf(specs[0]);
    return range ?? { ...NO_RANGE, isMovable: true };
  }
  let merged: KeyRange | undefined;
  let isMovable = false;
  for (const spec of specs) {
    const range = rangeOf(spec);
    const follows = merged === undefined || merged.last === (range?.first ?? 0) - 1;
    if (range === undefined || range.step !== 1 || !follows) {
      isMovable = true;
      continue;
    }
    isMovable ||= range.isMovable;
    merged = { first: merged?.first ?? range.first, last: range.last, step: 1, isMovable };
  }
  return { ...(merged ?? NO_RANGE), isMovable: isMovable || merged === undefined };
}

/** The range of a spec that is one; undefined for any other. */
function rangeOf({ begin, find, flags }: KeySpec): KeyRange | undefined {
  if (begin === 'unknown' || !('index' in begin) || find === 'unknown' || !('last' in find)) return undefined;
  const last = find.last >= 0 ? begin.index + find.last : find.last;
  return { first: begin.index, last, step: find.step, isMovable: hasFlag(flags, 'INCOMPLETE') };
}
