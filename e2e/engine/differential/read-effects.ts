// What a server propagates: the commands in its append-only file. Both servers write the same format, so the file is the
// common ground for ours and for the reference.
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { RespParser, toPlainReply } from '@valkeep/resp';
import { isSameTime } from './reply-rules.ts';
import { WILD_PREFIX } from './vocabulary.ts';

export type Effect = readonly string[];

/** The incremental file that is being written: the newest. Undefined while there is none. */
export function findEffectsFile(serverFolder: string): string | undefined {
  const folder = join(serverFolder, 'appendonlydir');
  if (!existsSync(folder)) return undefined;
  const number = (name: string) => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1]);
  const files = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
  const newest = files.sort((left, right) => number(left) - number(right)).at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}

/** Bytes of the file now: where the effects of what follows begin. */
export function sizeOf(file: string): number {
  const handle = openSync(file, 'r');
  try {
    return fstatSync(handle).size;
  } finally {
    closeSync(handle);
  }
}

/** The commands that were appended behind `offset`. */
export function readEffects(file: string, offset: number): Effect[] {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(fstatSync(handle).size - offset);
    readSync(handle, bytes, 0, bytes.length, offset);
    return new RespParser().feed(bytes).map(({ value }) => [toPlainReply(value)].flat().map(String));
  } finally {
    closeSync(handle);
  }
}

/** Keys that a walk (KEYS, SCAN) finds expired are deleted in the order of the walk, which is free: neighbours are sorted. */
export function sortExpiries(effects: readonly Effect[]): Effect[] {
  const isDeletion = (effect: Effect | undefined) => effect?.length === 2 && /^(DEL|UNLINK)$/.test(effect[0] ?? '');
  const sorted: Effect[] = [];
  for (let index = 0; index < effects.length; ) {
    let end = index;
    while (isDeletion(effects[end])) end++;
    const run = effects.slice(index, Math.max(end, index + 1));
    sorted.push(...run.sort((left, right) => (String(left) < String(right) ? -1 : 1)));
    index += run.length;
  }
  return sorted;
}

/** From now to the end of the clock. */
const WALL_CLOCK_MS = /^\d{13,19}$/;
const PAYLOAD_PLACE = 3;

/** Whether two effects are equal, but for the clock and for keys that depend on chance. */
export function areEffectsEqual(left: Effect, right: Effect): boolean {
  // A payload may hold deadlines, and each server writes its own version; the state that it makes is compared.
  const isFree = (index: number) => left[0] === 'RESTORE' && index === PAYLOAD_PLACE;
  const isSame = (word: string, index: number) => isFree(index) || isSameWord(word, right[index] ?? '');
  if (left.length === right.length && left.every(isSame)) return true;
  return left[0] === right[0] && left[1] === right[1] && (left[1] ?? '').startsWith(WILD_PREFIX);
}

function isSameWord(left: string, right: string): boolean {
  return left === right || (WALL_CLOCK_MS.test(left) && WALL_CLOCK_MS.test(right) && isSameTime(left, right));
}
