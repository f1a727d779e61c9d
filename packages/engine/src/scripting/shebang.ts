// The first line of a script or library: `#!lua name=x flags=no-writes,allow-oom`. A script without it runs in the old
// mode, where nothing is checked before it starts.
import { splitArguments } from '../config/split-arguments.ts';

/** What a script says of itself. */
export interface ScriptFlags {
  readonly noWrites: boolean;
  readonly allowOom: boolean;
  readonly allowStale: boolean;
  readonly noCluster: boolean;
  readonly allowCrossSlotKeys: boolean;
}

export const FLAG_WORDS = {
  'no-writes': 'noWrites',
  'allow-oom': 'allowOom',
  'allow-stale': 'allowStale',
  'no-cluster': 'noCluster',
  'allow-cross-slot-keys': 'allowCrossSlotKeys',
} as const;

const NO_FLAGS: ScriptFlags = {
  noWrites: false,
  allowOom: false,
  allowStale: false,
  noCluster: false,
  allowCrossSlotKeys: false,
};

/** Flags from their words; the first word that is none, in place of them. */
export function parseFlags(words: readonly string[]): ScriptFlags | string {
  const flags: Record<string, boolean> = {};
  for (const word of words) {
    const name = isFlagWord(word) ? FLAG_WORDS[word] : undefined;
    if (name === undefined) return word;
    flags[name] = true;
  }
  return { ...NO_FLAGS, ...flags };
}

function isFlagWord(word: string): word is keyof typeof FLAG_WORDS {
  return Object.hasOwn(FLAG_WORDS, word);
}

/** The words for flags, in the order in which Valkey lists them. */
export function flagWords(flags: ScriptFlags): string[] {
  return Object.keys(FLAG_WORDS).filter((word) => isFlagWord(word) && flags[FLAG_WORDS[word]]);
}

export interface Shebang {
  /** As it is written: engines are known without regard to case. */
  readonly engine: string;
  /** Undefined where there is no shebang. */
  readonly flags: ScriptFlags | undefined;
  /** Bytes of the line, without its end. */
  readonly length: number;
}

/** The shebang of a script; an error line where it is wrong. */
export function parseShebang(body: string): Shebang | string {
  if (!body.startsWith('#!')) return { engine: 'lua', flags: undefined, length: 0 };
  const length = body.indexOf('\n');
  if (length < 0) return 'ERR Invalid script shebang';
  const parts = splitArguments(body.slice(0, length));
  const [engine] = parts ?? [];
  if (parts === undefined || engine === undefined || engine.length < 2) {
    return 'ERR Invalid engine in script shebang';
  }
  let words: string[] = [];
  for (const part of parts.slice(1)) {
    if (!part.startsWith('flags=')) return `ERR Unknown lua shebang option: ${part}`;
    const list = part.slice('flags='.length);
    if (list !== '') words = [...words, ...list.split(',')];
  }
  const flags = parseFlags(words);
  if (typeof flags === 'string') return `ERR Unexpected flag in script shebang: ${flags}`;
  return { engine: engine.slice(2), flags, length };
}
