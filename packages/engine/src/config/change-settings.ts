// CONFIG SET: several directives at once, all or nothing. Values are first read, then put into effect by the listeners;
// when either fails, every old value comes back and the listeners hear of it. The error texts are the original's.
import { type Entry, splitValue } from './settings/setting.ts';

/** A name and its new value, as binary strings. */
export type Pair = readonly [name: string, value: string];

/** Puts new values into effect; the text it may return says why that is impossible. */
export type ChangeListener = () => string | undefined;

/** Who asks, and when. */
export interface Caller {
  /** The connection comes from this machine. */
  readonly isLocal: boolean;
  /** A data set is being loaded. */
  readonly isLoading: boolean;
}

interface Lookup {
  find(name: string): Entry | undefined;
  choice(name: 'enable-protected-configs'): string;
}

const LOADING_ERROR = 'LOADING Valkey is loading the dataset in memory';

/** Returns the error to answer, or undefined when all pairs are in effect. `listeners` go by the directive's name. */
export function setAtomically(
  config: Lookup,
  listeners: ReadonlyMap<string, readonly ChangeListener[]>,
  pairs: readonly Pair[],
  caller: Caller,
): string | undefined {
  const entries: Entry[] = [];
  for (const [name] of pairs) {
    const entry = config.find(name);
    const error = findRefusal(config, entry, name, entries, caller);
    if (error !== undefined || entry === undefined) return error;
    entries.push(entry);
  }
  const restore = entries.map(({ setting }) => setting.remember());
  const changed: Entry[] = [];
  for (const [at, entry] of entries.entries()) {
    const outcome = entry.setting.assign(splitValue(entry.setting.directive, pairs[at][1]), false);
    if (typeof outcome === 'object') {
      for (const undo of restore) undo();
      return failure(entry.name, outcome.refused);
    }
    if (outcome === 'changed') changed.push(entry);
  }
  return putIntoEffect(changed, listeners, restore);
}

/** The first reason not to touch an entry at all. */
function findRefusal(
  config: Lookup,
  entry: Entry | undefined,
  name: string,
  earlier: readonly Entry[],
  caller: Caller,
): string | undefined {
  if (entry === undefined) return `ERR Unknown option or number of arguments for CONFIG SET - '${onOneLine(name)}'`;
  const { directive } = entry.setting;
  if (directive.immutable === true) return failure(name, "can't set immutable config");
  if (directive.protected === true && !allowsProtected(config, caller)) {
    return failure(name, "can't set protected config");
  }
  if (directive.denyLoading === true && caller.isLoading) return LOADING_ERROR;
  return earlier.includes(entry) ? failure(name, 'duplicate parameter') : undefined;
}

function allowsProtected(config: Lookup, caller: Caller): boolean {
  const allowed = config.choice('enable-protected-configs');
  return allowed === 'yes' || (allowed === 'local' && caller.isLocal);
}

function putIntoEffect(
  changed: readonly Entry[],
  listeners: ReadonlyMap<string, readonly ChangeListener[]>,
  restore: readonly (() => void)[],
): string | undefined {
  const appliers = new Map<ChangeListener, string>();
  for (const { name, setting } of changed) {
    for (const apply of listeners.get(setting.directive.name) ?? []) {
      if (!appliers.has(apply)) appliers.set(apply, name);
    }
  }
  const error = findObstacle(changed) ?? apply(appliers);
  if (error === undefined) return undefined;
  for (const undo of restore) undo();
  for (const applyAgain of appliers.keys()) applyAgain();
  return error;
}

function findObstacle(changed: readonly Entry[]): string | undefined {
  for (const { name, setting } of changed) {
    const obstacle = setting.findObstacle();
    if (obstacle !== undefined) return failure(name, obstacle);
  }
  return undefined;
}

function apply(appliers: ReadonlyMap<ChangeListener, string>): string | undefined {
  for (const [applyNew, name] of appliers) {
    const refused = applyNew();
    if (refused !== undefined) return failure(name, refused);
  }
  return undefined;
}

function failure(name: string, reason: string): string {
  return `ERR CONFIG SET failed (possibly related to argument '${onOneLine(name)}') - ${onOneLine(reason)}`;
}

/** An error reply is one line: line ends become blanks, and the text stops at NUL. */
function onOneLine(text: string): string {
  return text.split('\0', 1)[0].replace(/[\r\n]/g, ' ');
}
